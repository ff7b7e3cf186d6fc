/**
 * SARIF 2.1.0 (OASIS, errata 01), for code scanning services and viewers. One codeFlow for each phase's path, each with
 * one threadFlow. URIs are relative to %SRCROOT%, which whoever reads the file binds: no machine's path is in it.
 */
import { ruleLink } from '../pages/ruleLink.js'
import { rulePage } from '../pages/rulePages.js'
import type { Rule } from '../rules/defineRule.js'
import { rules } from '../rules/index.js'
import { edgeText } from '../rules/witnessText.js'
import { terminalText } from '../text/terminal.js'
import { countingPhases } from './audit.js'
import type { BaselineEntry, Finding, Hop, Phase, Report, Severity, Site, SuppressedFinding } from './schema.js'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const ROOT = 'SRCROOT'
const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' }
type BaselineState = 'new' | 'unchanged'

export function sarifReport(report: Report): string {
  const { tool, tree, policy, flows, summary } = report
  const run = {
    tool: {
      driver: {
        name: tool.name,
        version: tool.version,
        semanticVersion: tool.version,
        rules: rules.map(descriptor),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT]: { description: { text: 'The top of the kernel tree.' } } },
    invocations: [{ executionSuccessful: true }],
    results: results(report),
    properties: { kernel: tree.kernel, arch: tree.arch, policy, flows, summary, unresolved: tree.unresolved },
  }
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, null, 1)}\n`
}

function descriptor(rule: Rule): object {
  const page = rulePage(rule)
  return {
    id: rule.id,
    shortDescription: { text: `${rule.title}.` },
    fullDescription: { text: rule.page.why },
    helpUri: ruleLink(rule.id),
    help: { text: `${rule.page.why}\n\n${rule.page.fix}`, markdown: page },
    defaultConfiguration: { level: LEVELS[rule.severity] },
  }
}

function results(report: Report): readonly object[] {
  const { findings, suppressed = [], baseline } = report
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  const result = (finding: Finding | SuppressedFinding, state?: BaselineState): object =>
    resultOf(finding, finding.site === null ? undefined : sites.get(finding.site), state)
  if (!baseline) return [...findings, ...suppressed].map((finding) => result(finding))
  return [
    ...findings.map((finding) => result(finding, 'new')),
    ...baseline.known.map((finding) => result(finding, 'unchanged')),
    ...suppressed.map((finding) => result(finding, 'unchanged')),
    ...baseline.absent.map(absentResult),
  ]
}

function resultOf(finding: Finding | SuppressedFinding, site: Site | undefined, state?: BaselineState): object {
  const { rule, severity, message, related, key } = finding
  const flows = site ? countingPhases(site).flatMap((phase) => codeFlow(site, phase)) : []
  return {
    ...ruleOf(rule),
    level: LEVELS[severity],
    message: { text: plain(message) },
    locations: [{ ...findingLocation(finding), ...(site && { logicalLocations: [logical(site.function)] }) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((one, i) => ({ id: i, ...location(one, one.message) })),
    }),
    ...(flows.length > 0 && { codeFlows: flows }),
    partialFingerprints: { 'liveupdateReview/v1': plain(key) },
    suppressions: 'suppressed' in finding ? [suppression(finding)] : [],
    ...(state !== undefined && { baselineState: state }),
    ...(site && { properties: { site: site.id, verdict: site.hazard.verdict, guard: site.guard.status } }),
  }
}

function absentResult({ key, rule, file, message }: BaselineEntry): object {
  return {
    ...ruleOf(rule),
    message: { text: plain(message) },
    locations: [{ physicalLocation: { artifactLocation: artifact(file) } }],
    partialFingerprints: { 'liveupdateReview/v1': plain(key) },
    suppressions: [],
    baselineState: 'absent',
  }
}

/** A rule of an older baseline may be gone: then it has no index. */
function ruleOf(id: string): object {
  const index = rules.findIndex((rule) => rule.id === id)
  return index < 0 ? { ruleId: plain(id) } : { ruleId: id, ruleIndex: index }
}

function suppression({ suppressed: { kind, reason, file, line } }: SuppressedFinding): object {
  return {
    kind: kind === 'comment' ? 'inSource' : 'external',
    status: 'accepted',
    justification: plain(reason),
    location: location({ file, line }),
  }
}

function codeFlow(site: Site, phase: Phase): readonly object[] {
  const at = site.phases[phase]
  if (!at.reachable) return []
  const hops = at.path.map((hop, i) => step(hopPlace(hop), `${hop.function}()${edgeText(hop)}`, i))
  const { callee, line, column, endLine, endColumn, file } = site
  const region = { startLine: line, startColumn: column, endLine, endColumn }
  const last = {
    physicalLocation: { artifactLocation: artifact(file), region },
    message: { text: plain(`${callee}()`) },
  }
  const write = { location: last, nestingLevel: hops.length, executionOrder: hops.length + 1 }
  return [{ message: { text: `Path in ${phase}` }, threadFlows: [{ id: phase, locations: [...hops, write] }] }]
}

function hopPlace(hop: Hop): { readonly file: string; readonly line: number } {
  return hop.call ?? hop
}

function step(place: { readonly file: string; readonly line: number }, message: string, i: number): object {
  return { location: location(place, message), nestingLevel: i, executionOrder: i + 1 }
}

function findingLocation({ file, line, column, endLine, endColumn }: Finding): object {
  const region = { startLine: line, startColumn: column, endLine, endColumn }
  return { physicalLocation: { artifactLocation: artifact(file), region } }
}

function location({ file, line }: { readonly file: string; readonly line: number }, message?: string): object {
  return {
    physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } },
    ...(message !== undefined && { message: { text: plain(message) } }),
  }
}

function logical(name: string): object {
  return { name: plain(name), kind: 'function' }
}

function artifact(file: string): object {
  return { uri: uri(file), uriBaseId: ROOT }
}

/** Percent-encoded, segment by segment; what is no character at all cannot stand in a URI. */
function uri(file: string): string {
  return file
    .split('/')
    .map((part) => encodeURIComponent(part.replace(/\p{Surrogate}/gu, '\ufffd')))
    .join('/')
}

/** SARIF reads `[text](target)` in a plain message as a link (§3.11.6): a foreign text makes none. */
function plain(text: string): string {
  const shown = terminalText(text)
  return shown.includes('](') ? shown.replace(/[\\[\]]/g, '\\$&') : shown
}
