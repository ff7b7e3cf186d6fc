import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Range,
} from 'vscode-languageserver/node'
import type { Finding, Hop, Severity, Site } from '../core/report/schema.js'
import type { Show } from '../protocol/server.js'
import type { LineRange } from './lineChanges.js'

/** VS Code keeps about 1,100 markers of one call and drops the rest without a word. */
export const MOST_PER_FILE = 1000

export interface DiagnosticContext {
  readonly uriOf: (path: string) => string
  readonly site: (id: string) => Site | undefined
  /** URI of the folder of rule pages, or null. */
  readonly rulePages: string | null
  /** The client can show related information. */
  readonly related: boolean
}

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
}

/** The findings of one file for the editor, the grave ones first where there are too many. */
export function diagnosticsOf(findings: readonly Finding[], context: DiagnosticContext): Diagnostic[] {
  const kept =
    findings.length <= MOST_PER_FILE
      ? findings
      : [...findings].sort((a, b) => SEVERITIES[a.severity] - SEVERITIES[b.severity]).slice(0, MOST_PER_FILE)
  return kept.map((finding) => diagnosticOf(finding, context))
}

export function diagnosticOf(finding: Finding, context: DiagnosticContext): Diagnostic {
  const diagnostic: Diagnostic = {
    range: rangeOf(finding),
    severity: SEVERITIES[finding.severity],
    source: 'Live Update Review',
    code: finding.rule,
    message: finding.message,
  }
  if (context.rulePages !== null) {
    diagnostic.codeDescription = { href: `${context.rulePages}/${encodeURIComponent(finding.rule)}.md` }
  }
  if (finding.site !== null) diagnostic.data = { site: finding.site }
  if (context.related) {
    const related = relatedOf(finding, context)
    if (related.length > 0) diagnostic.relatedInformation = related
  }
  return diagnostic
}

/** The proof: what the rule names, or the site's own witness if it names nothing. */
function relatedOf(finding: Finding, context: DiagnosticContext): DiagnosticRelatedInformation[] {
  if (finding.related.length > 0) {
    return finding.related.map(({ file, line, message }) => ({
      location: { uri: context.uriOf(file), range: lineRange(line) },
      message,
    }))
  }
  const site = finding.site === null ? undefined : context.site(finding.site)
  return witnessOf(site).map((hop) => ({
    location: { uri: context.uriOf(hop.call?.file ?? hop.file), range: lineRange(hop.call?.line ?? hop.line) },
    message: hopMessage(hop),
  }))
}

/** The path of the first phase that counts, or of the first that reaches the site. */
export function witnessOf(site: Site | undefined): readonly Hop[] {
  if (site === undefined) return []
  const reached = Object.values(site.phases).filter((phase) => phase.reachable)
  return (reached.find((phase) => phase.counts) ?? reached[0])?.path ?? []
}

/** The root is entered by the kernel; every other hop stands where the hop before it makes the call. */
export function hopMessage(hop: Hop): string {
  const edge = [hop.edge === 'direct' ? null : hop.edge, hop.via].filter((part) => part !== null).join(', ')
  const how = edge === '' ? '' : ` (${edge})`
  return hop.call === null ? `${hop.function}()${how}` : `calls ${hop.function}()${how}`
}

export interface ShownLines {
  readonly show: readonly Show[]
  readonly changed: readonly LineRange[]
  readonly guarded: readonly LineRange[]
}

export function shownFindings(findings: readonly Finding[], lines: ShownLines): readonly Finding[] {
  if (lines.show.includes('all')) return findings
  const ranges = [
    ...(lines.show.includes('changed') ? lines.changed : []),
    ...(lines.show.includes('guarded') ? lines.guarded : []),
  ]
  return findings.filter(({ line, endLine }) => ranges.some(({ start, end }) => line <= end && endLine >= start))
}

/** From 1-based lines and columns. */
export function rangeOf(at: {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}): Range {
  return {
    start: { line: at.line - 1, character: at.column - 1 },
    end: { line: at.endLine - 1, character: at.endColumn - 1 },
  }
}

/** The start of a 1-based line; editors widen an empty range to the word there. */
export function lineRange(line: number): Range {
  const start = { line: Math.max(0, line - 1), character: 0 }
  return { start, end: start }
}
