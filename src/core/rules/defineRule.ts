/** The form of a rule: one file says its id, severity, messages, page, samples and check. */
import type { Finding, Severity, Site } from '../report/schema.js'

export interface RuleContext {
  readonly sites: readonly Site[]
}

export interface Hit {
  readonly site: Site
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
  }
  /** C text; in `bad`, a line of carets under a call names the message expected there. */
  readonly samples: { readonly bad: string; readonly good: string }
  readonly check: (context: RuleContext) => Iterable<Hit>
}

export function defineRule(rule: Rule): Rule {
  return rule
}

/** A message with its `{name}` places filled in. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

export function findingOf(rule: Rule, hit: Hit): Finding {
  const { site } = hit
  return {
    rule: rule.id,
    severity: hit.severity,
    file: site.file,
    line: site.line,
    column: site.column,
    endLine: site.endLine,
    endColumn: site.endColumn,
    message: hit.message,
    site: site.id,
    related: hit.related,
  }
}
