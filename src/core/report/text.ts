/** For people at a terminal: each finding with its line, then the witness, one hop a line. */
import { countingPhase, edgeText, pathOf } from '../rules/witnessText.js'
import { terminalText } from '../text/terminal.js'
import type { Finding, Hop, PatchInfo, Report, Severity, Site } from './schema.js'

export interface TextOptions {
  readonly color: boolean
  /** A line of the tree without its line end, null if it cannot be read. */
  readonly sourceLine: (file: string, line: number) => string | null
}

const COLORS: Readonly<Record<Severity, string>> = { error: '\u001b[31m', warning: '\u001b[33m', info: '\u001b[36m' }
const BOLD = '\u001b[1m'
const DIM = '\u001b[2m'
const RESET = '\u001b[0m'

export function textReport(report: Report, options: TextOptions): string {
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  const block = (finding: Finding): string => {
    const site = finding.site === null ? undefined : sites.get(finding.site)
    return [...head(finding, options), ...excerpt(finding, options), ...(site ? witness(site, report) : [])].join('\n')
  }
  const blocks = report.series ? seriesBlocks(report, options, block) : report.findings.map(block)
  return `${[...blocks, summaryLine(report)].join('\n\n')}\n`
}

function painted({ color }: TextOptions, code: string, text: string): string {
  return color ? `${code}${text}${RESET}` : text
}

function head({ file, line, column, severity, message, rule }: Finding, options: TextOptions): string[] {
  const place = painted(options, BOLD, terminalText(`${file}:${line}:${column}:`))
  const grade = painted(options, COLORS[severity], severity)
  return [`${place} ${grade}: ${terminalText(message)} ${painted(options, DIM, `[${rule}]`)}`]
}

/** A patch after the other: what it introduces in full, what it leaves and fixes a line each. */
function seriesBlocks(report: Report, options: TextOptions, block: (finding: Finding) => string): string[] {
  const { title, version, count, base, patches } = report.series!
  const on = base.commit === null ? '' : `, ${base.commit}`
  const about = terminalText(
    `${title}: version ${version}, ${count} ${count === 1 ? 'patch' : 'patches'}; base ${base.status}${on}`,
  )
  const ofWhole = report.findings.filter(({ patch }) => patch === null)
  return [
    painted(options, BOLD, about),
    ...ofWhole.map(block),
    ...patches.flatMap((patch) => {
      const found = report.findings.filter((finding) => finding.patch === `${patch.number}/${count}`)
      const rest = found.filter(({ state }) => state !== 'introduced')
      return [
        patchHead(patch, count, options),
        ...found.filter(({ state }) => state === 'introduced').map(block),
        ...(rest.length > 0 ? [rest.map((finding) => restLine(finding, patch, count)).join('\n')] : []),
      ]
    }),
  ]
}

function patchHead(patch: PatchInfo, count: number, options: TextOptions): string {
  const { number, subject, applies, guards, features, failedHunks } = patch
  const facts = [
    ...(applies === 'clean' ? [] : [`applies: ${applies}`]),
    ...(guards > 0 ? [guards === 1 ? '1 guard' : `${guards} guards`] : []),
    ...(features.length > 0 ? [features.join(', ')] : []),
  ]
  const first = painted(options, BOLD, terminalText(`${number}/${count} ${subject}`))
  const failed = failedHunks.map(({ file, hunk, why }) =>
    terminalText(`  ${file}: ${hunk === 0 ? 'not applied' : `hunk ${hunk} does not apply`}: ${why}`),
  )
  return [facts.length > 0 ? `${first} (${facts.join('; ')})` : first, ...failed, ...splitLines(patch)].join('\n')
}

function splitLines({ split }: PatchInfo): string[] {
  if (!split) return []
  const lines = split.map(({ feature, hunks }) => {
    const files = [...new Set(hunks.map(({ file }) => file))].map((file) => {
      const own = hunks.filter((hunk) => hunk.file === file)
      const numbers = own.map(({ hunk, also }) => (also.length > 0 ? `${hunk} (with ${also.join(', ')})` : `${hunk}`))
      return `${file} ${numbers.join(', ')}`
    })
    return terminalText(`    ${feature ?? 'what others need'}: ${files.join('; ')}`)
  })
  return ['  could be a patch for each, in this order, by file and hunk:', ...lines]
}

function restLine(
  { state, fixedBy, file, line, message, rule }: Finding,
  { number }: PatchInfo,
  count: number,
): string {
  const by = fixedBy !== undefined && fixedBy !== `${number}/${count}` ? ` by ${fixedBy}` : ''
  return terminalText(`  ${state}${by}: ${file}:${line}: ${message} [${rule}]`)
}

function excerpt(finding: Finding, { sourceLine }: TextOptions): string[] {
  const line = sourceLine(finding.file, finding.line)
  if (line === null) return []
  const number = String(finding.line).padStart(7)
  const before = terminalText(line.slice(0, finding.column - 1))
  const end = finding.endLine === finding.line ? finding.endColumn - 1 : line.length
  const marked = terminalText(line.slice(finding.column - 1, end))
  return [
    `${number} | ${terminalText(line)}`,
    `        | ${' '.repeat(before.length)}^${'~'.repeat(Math.max(0, marked.length - 1))}`,
  ]
}

function witness(site: Site, report: Report): string[] {
  const phase = countingPhase(site)
  if (!phase) return []
  const path = pathOf(site, phase)
  const width = Math.max(...path.map((hop) => hop.function.length))
  const heading = `        path in ${phase}:`
  return [heading, ...path.map((hop, i) => hopLine(hop, i, width)), ...guardLine(site), ...harmLines(site, report)]
}

function hopLine(hop: Hop, i: number, width: number): string {
  const arrow = i === 0 ? '  ' : '->'
  const at = hop.call ?? hop
  return terminalText(`          ${arrow} ${hop.function.padEnd(width)}  ${at.file}:${at.line}${edgeText(hop)}`)
}

function guardLine({ guard }: Site): string[] {
  if (guard.condition === null) return []
  return [terminalText(`        guard: ${guard.status} by ${guard.condition} at ${guard.file}:${guard.line}`)]
}

function harmLines(site: Site, report: Report): string[] {
  return site.hazard.effects
    .filter((e) => e.effect === 'breaks' || e.effect === 'disturbs')
    .map((e) => {
      const promised = report.flows.includes(e.flow) ? '' : ' (not promised)'
      return terminalText(`        ${e.flow}${promised} ${e.effect}: ${e.why}`)
    })
}

function summaryLine({ tree, summary, sites, suppressed = [], baseline, series }: Report): string {
  const apart = [
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
    ...(baseline ? [`${baseline.known.length} known from the baseline`, `${baseline.absent.length} of it gone`] : []),
  ]
  const not = apart.length > 0 ? ` (and not counted: ${apart.join(', ')})` : ''
  const counts = `${summary.errors} errors, ${summary.warnings} warnings, ${summary.infos} infos${not}`
  const left = tree.skipped.map((s) => ` ${s.path} left out: ${s.why}.`).join('')
  const where = series?.listed === 'near' ? ' near the series' : ''
  const shown =
    sites.length === 0
      ? `no config writes${where}`
      : `${summary.sites} writes${where}, ${summary.reachable} reachable in the window`
  return terminalText(
    `${counts}; ${shown}; ${tree.files} files of Linux ${tree.kernel ?? 'unknown'} (${tree.arch}).${left}`,
  )
}
