/** The form of a rule: one file says its id, severity, messages, page, samples and check. */
import type { GuardSite } from '../guards/guardSites.js'
import type { Finding, Severity, Site } from '../report/schema.js'
import type { SuppressionProblem } from '../suppressions/suppression.js'
import type { RestorePath } from '../writes/restorePath.js'
import type { Promised } from './harm.js'
import type { PatchView, SeriesContext } from './seriesContext.js'

export interface RuleContext {
  readonly sites: readonly Site[]
  /** Every guard that is asked in the files under review, with what its function does with it. */
  readonly guards: readonly GuardSite[]
  /** What a device gets back after a reset and at finish. */
  readonly restorePath: RestorePath
  /** What the platform promises, and how strict the review is. */
  readonly settings: Promised
  /** Suppressions that are at fault; known once every other rule has had its say. */
  readonly suppressionProblems: readonly SuppressionProblem[]
}

type Place = Pick<Finding, 'file' | 'line' | 'column' | 'endLine' | 'endColumn'>
/** The text of a line. */
type WholeLine = Pick<Finding, 'file' | 'line'> & { readonly column?: undefined }

export interface Hit {
  /** The write it is about; null, with a place, for what is about no single write. */
  readonly site: Site | null
  /** Where it is shown, if that is not the site. */
  readonly place?: Place | WholeLine
  readonly message: string
  readonly severity: Severity
  readonly related: Finding['related']
}

export interface Rule {
  /** UPPER_SNAKE, the only name: diagnostic code, SARIF ruleId, suppression, page. */
  readonly id: string
  readonly severity: Severity
  readonly title: string
  /** Texts by key, with `{name}` for what the check fills in. */
  readonly messages: Readonly<Record<string, string>>
  readonly page: {
    readonly why: string
    readonly fix: string
    /** When the rule keeps quiet. */
    readonly quiet: readonly string[]
    /** Scenario of the device model that shows the harm. */
    readonly scenario: string
    /** What made it a rule: at most 15 words of a reviewer, with the tag of `sources.ts`. */
    readonly quote: { readonly text: string; readonly source: string }
  }
  /**
   * C text, or for a rule of series a mail whose diff shows a whole file; in `bad`, a line of carets under a call or a
   * line names the message expected there.
   */
  readonly samples: { readonly bad: string; readonly good: string }
  readonly check: (context: RuleContext) => Iterable<Hit>
  /** Only of a rule of series, whose `check` finds nothing. */
  readonly checkSeries?: (context: SeriesContext) => Iterable<SeriesHit>
}

/** What a rule finds in a series: at a line of it, or about a patch or the whole of it. */
export interface SeriesHit {
  /** Null for the whole series. */
  readonly patch: PatchView | null
  /** A line of the tree behind the series; null for what is about the patch as a mail. */
  readonly place: WholeLine | null
  readonly message: string
  readonly severity: Severity
  readonly related: Finding['related']
}

export function defineRule(rule: Rule): Rule {
  return rule
}

/** A rule of series: it has nothing to say of a tree alone. */
export function defineSeriesRule(rule: Omit<Rule, 'check'> & Required<Pick<Rule, 'checkSeries'>>): Rule {
  return { ...rule, check: () => [] }
}

/** A message with its `{name}` places filled in. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** A finding without its key, which needs the text around it. `textOf` gives a line of the tree. */
export function findingOf(
  rule: Rule,
  { site, place, message, severity, related }: Hit,
  textOf: (file: string, line: number) => string | null,
): Omit<Finding, 'key'> {
  const at = place ?? site
  if (at === null) throw new Error(`${rule.id} found something nowhere`)
  const { file, line, column, endLine, endColumn } =
    at.column === undefined ? wholeLine(at, textOf(at.file, at.line) ?? '') : at
  return {
    rule: rule.id,
    severity,
    file,
    line,
    column,
    endLine,
    endColumn,
    message,
    site: site?.id ?? null,
    related,
  }
}

function wholeLine({ file, line }: WholeLine, text: string): Place {
  const start = text.length - text.trimStart().length
  const end = Math.max(start, text.trimEnd().length)
  return { file, line, column: start + 1, endLine: line, endColumn: end + 1 }
}
