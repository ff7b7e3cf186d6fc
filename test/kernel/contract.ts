/** The report's contract as checks: what a consumer relies on, of every site and every finding. */
import { type Finding, FLOWS, PHASES, type Report, type Site, type SiteGuard } from '../../src/core/report/schema.js'

const KINDS = ['config', 'msi', 'msix-table']
const SCOPES = ['core', 'fixup', 'host', 'service', 'iommu', 'driver', 'fixed']
const GUARDS = ['unguarded', 'guarded', 'partial', 'wrong-device', 'inert', 'crash']
const CHANGES = ['set', 'clear', 'value', 'as-read', 'saved', 'caller', 'unknown']
const VERDICTS = ['breaks', 'disturbs', 'safe', 'expected', 'unknown']
const EFFECTS = ['breaks', 'disturbs', 'none', 'unknown']
const DECISIONS = ['preserve', 'rewrite', 'owner', 'open']
const JUSTIFICATIONS = ['missing', 'vacuous', 'given']
const SEVERITIES = ['error', 'warning', 'info']

const isLine = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1
const isPath = (path: string): boolean => /^[^/].*\.[ch]$/.test(path) && !path.split('/').includes('..')
const isText = (value: unknown): boolean => value === null || (typeof value === 'string' && value !== '')

/** One line for each breach, empty for a report that keeps the contract. */
export function breaches(report: Report): readonly string[] {
  const ids = new Set(report.sites.map((site) => site.id))
  return [
    ...failed('report', {
      schema: report.schema === 1,
      command: report.command === 'scan',
      tool: report.tool.name === 'liveupdate-review' && /^\d+\.\d+\.\d+/.test(report.tool.version),
      flows: report.flows.length > 0 && report.flows.every((flow) => FLOWS.includes(flow)),
      policy: ['upstream', 'strict'].includes(report.policy),
      unresolved: Object.values(report.tree.unresolved).every((count) => Number.isInteger(count) && count >= 0),
      ids: ids.size === report.sites.length,
    }),
    ...report.sites.flatMap((site) => failed(site.id, siteChecks(site))),
    ...report.findings.flatMap((finding) => failed(`${finding.file}:${finding.line}`, findingChecks(finding, ids))),
  ]
}

function failed(of: string, checks: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [`${of}: ${name}`]))
}

function siteChecks(site: Site): Record<string, boolean> {
  const [file, fn, callee, ordinal] = site.id.split('#')
  return {
    id: file === site.file && fn === site.function && callee === site.callee && isLine(Number(ordinal)),
    file: isPath(site.file),
    place: [site.line, site.column, site.endLine, site.endColumn].every(isLine) && site.endLine >= site.line,
    kind: KINDS.includes(site.kind),
    scope: SCOPES.includes(site.scope),
    width: site.width === null || [1, 2, 4].includes(site.width),
    offset: isText(site.offset),
    device: isText(site.device),
    value: site.value === null || Number.isInteger(site.value),
    fields: site.fields.every(
      (f) => f.register !== '' && f.feature !== '' && CHANGES.includes(f.change) && f.mask >= 0,
    ),
    guard: isGuard(site.guard),
    phases: PHASES.every((phase) => isPhase(site, phase)) && Object.keys(site.phases).length === PHASES.length,
    justification: JUSTIFICATIONS.includes(site.justification.status),
    hazard: VERDICTS.includes(site.hazard.verdict) && DECISIONS.includes(site.hazard.decision),
    effects: site.hazard.effects.every((e) => FLOWS.includes(e.flow) && EFFECTS.includes(e.effect) && e.why !== ''),
  }
}

function isGuard({ status, by, condition, line }: SiteGuard): boolean {
  return (
    GUARDS.includes(status) &&
    [null, 'self', 'caller'].includes(by) &&
    isText(condition) &&
    (line === null || isLine(line))
  )
}

/** The path begins at the root, which has no call, and ends at the site's function. */
function isPhase(site: Site, name: (typeof PHASES)[number]): boolean {
  const phase = site.phases[name]
  if (!phase.reachable) return true
  const [first, ...others] = phase.path
  const last = phase.path.at(-1)
  return (
    first?.function === phase.root.function &&
    first.edge === phase.root.kind &&
    first.call === null &&
    others.every((hop) => hop.call !== null && isLine(hop.call.line) && isPath(hop.call.file)) &&
    phase.path.every((hop) => isPath(hop.file) && isLine(hop.line) && hop.edge !== '') &&
    last?.function === site.function &&
    last.file === site.file &&
    isGuard(phase.guard)
  )
}

function findingChecks(finding: Finding, ids: ReadonlySet<string>): Record<string, boolean> {
  return {
    rule: /^[A-Z][A-Z0-9_]*$/.test(finding.rule),
    severity: SEVERITIES.includes(finding.severity),
    file: isPath(finding.file),
    place: [finding.line, finding.column, finding.endLine, finding.endColumn].every(isLine),
    message: finding.message !== '' && !finding.message.includes('\n'),
    site: finding.site === null || ids.has(finding.site),
    related: finding.related.every((r) => isPath(r.file) && isLine(r.line) && r.message !== ''),
  }
}
