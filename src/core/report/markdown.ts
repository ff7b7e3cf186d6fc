/** For a mail, an issue or a pull request: the findings, then the audit table of every feature. */
import { edgeText } from '../rules/witnessText.js'
import { foreignCodeCell as cell, foreignCode as code, foreignMarkdown as text } from '../text/markdown.js'
import { type AuditRow, auditOf, countingPhases } from './audit.js'
import type { Finding, Report, Site } from './schema.js'

export function markdownReport(report: Report): string {
  const { tree, policy, flows, summary } = report
  return `${[
    '# Live update review',
    '',
    `Linux ${text(tree.kernel ?? 'unknown')} (${text(tree.arch)}), policy ${policy}, promised flows: ${flows.join(', ')}.`,
    `${summary.errors} errors, ${summary.warnings} warnings, ${summary.infos} infos; ${summary.sites} writes, ${summary.reachable} reachable in the window.`,
    ...answered(report),
    ...leftOut(report),
    '',
    ...findings(report),
    ...audit(report),
  ].join('\n')}\n`
}

function leftOut({ tree: { skipped } }: Report): string[] {
  if (skipped.length === 0) return []
  return ['', `Left out: ${skipped.map(({ path, why }) => `${code(path)} (${text(why)})`).join('; ')}.`]
}

function answered({ suppressed = [], baseline }: Report): string[] {
  const known = baseline
    ? [`${baseline.known.length} known from the baseline, ${baseline.absent.length} of it gone`]
    : []
  const parts = [...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []), ...known]
  return parts.length > 0 ? [`Not counted: ${parts.join('; ')}.`] : []
}

function findings(report: Report): string[] {
  if (report.findings.length === 0) return ['No findings.', '']
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  return [
    '## Findings',
    '',
    ...report.findings.flatMap((finding) =>
      findingLines(finding, finding.site === null ? undefined : sites.get(finding.site)),
    ),
  ]
}

function findingLines({ rule, severity, file, line, message }: Finding, site: Site | undefined): string[] {
  return [
    `### ${severity}: ${text(rule)} at ${code(`${file}:${line}`)}`,
    '',
    text(message),
    '',
    ...(site ? paths(site) : []),
    ...(site ? effects(site) : []),
  ]
}

function paths(site: Site): string[] {
  return countingPhases(site).flatMap((phase) => {
    const at = site.phases[phase]
    if (!at.reachable) return []
    const hops = at.path.map((hop, i) => {
      const place = hop.call ?? hop
      return `${i + 1}. ${code(hop.function)} ${code(`${place.file}:${place.line}`)}${text(edgeText(hop))}`
    })
    return [`Path in ${phase}:`, '', ...hops, '']
  })
}

function effects({ hazard }: Site): string[] {
  const harmful = hazard.effects.filter(({ effect }) => effect === 'breaks' || effect === 'disturbs')
  if (harmful.length === 0) return []
  return [...harmful.map(({ flow, effect, why }) => `- **${flow}** ${effect}: ${text(why)}`), '']
}

function audit(report: Report): string[] {
  const features = auditOf(report)
  if (features.length === 0) return []
  return [
    '## Audit by feature',
    '',
    'Every write that a preserved device can meet. *Enumerate*: where the register’s place comes from. *Decide*: what has been decided on the feature, and by whom. *Apply*: the write. Most harmful first.',
    '',
    ...features.flatMap(({ feature, rows }) => [
      `### ${text(feature)}`,
      '',
      '| enumerate | decide | apply | guard | reason | verdict |',
      '|---|---|---|---|---|---|',
      ...rows.map(row),
      '',
    ]),
  ]
}

function row({ site, enumerate, decide, apply, phases, guard, reason, verdict }: AuditRow): string {
  const where = `${cell(`${site.function}()`)} ${cell(`${site.file}:${site.line}`)} in ${phases.join(', ')}`
  const what = apply === '' ? cell(site.callee) : cell(apply)
  const place = enumerate === '' ? '' : cell(enumerate)
  const cells = [place, text(decide), `${what} by ${where}`, guardCell(site, guard), text(reason), verdict]
  return `| ${cells.join(' | ')} |`
}

function guardCell({ guard }: Site, shown: string): string {
  if (guard.condition === null) return text(shown)
  const at = guard.file === null ? '' : ` at ${cell(`${guard.file}:${guard.line}`)}`
  return `${guard.status}: ${cell(guard.condition)}${at}`
}
