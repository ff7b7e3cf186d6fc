/**
 * One file that can be mailed and opened anywhere: no network, by its own Content-Security-Policy. All of it can be
 * read and printed without the script, which only hides what the filter leaves out.
 */
import { edgeText } from '../rules/witnessText.js'
import { htmlText as text } from '../text/html.js'
import { type AuditRow, auditOf, countingPhases } from './audit.js'
import { SCRIPT, STYLE } from './htmlAssets.js'
import type { Finding, Hop, Report, Site } from './schema.js'

export interface HtmlOptions {
  readonly sourceLine: (file: string, line: number) => string | null
  /** In base64, for the policy: only this script and this style may act. */
  readonly sha256: (text: string) => string
}

export function htmlReport(report: Report, options: HtmlOptions): string {
  const policy = `default-src 'none'; script-src 'sha256-${options.sha256(SCRIPT)}'; style-src 'sha256-${options.sha256(STYLE)}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Live update review of Linux ${text(report.tree.kernel ?? 'unknown')}</title>
<style>${STYLE}</style>
</head>
<body>
${heading(report)}
<main>
${filter(report)}
<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${findings(report, options)}
</section>
${answered(report)}
${audit(report)}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`
}

function heading({ tree, policy, flows, summary, tool }: Report): string {
  const counts = [
    ['errors', summary.errors],
    ['warnings', summary.warnings],
    ['infos', summary.infos],
    ['writes', summary.sites],
    ['reachable in the window', summary.reachable],
    ['of them unguarded', summary.unguarded],
  ] as const
  const items = counts.map(([name, count]) => `<div><dt>${name}</dt><dd>${count}</dd></div>`).join('')
  const skipped = tree.skipped.map(({ path, why }) => `<code>${text(path)}</code> (${text(why)})`)
  return `<header>
<h1>Live update review</h1>
<p>Linux ${text(tree.kernel ?? 'unknown')} (${text(tree.arch)}), ${tree.files} files, policy ${policy}, promised flows: ${flows.join(', ')}. ${text(tool.name)} ${text(tool.version)}.</p>
<dl class="counts">${items}</dl>
${skipped.length > 0 ? `<p class="place">Left out: ${skipped.join('; ')}.</p>` : ''}
</header>`
}

/** Hidden until the script runs: without it there is nothing to filter with. */
function filter({ findings }: Report): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))].sort()
  const select = (id: string, label: string, values: readonly string[]): string => {
    const options = values.map((value) => `<option>${text(value)}</option>`).join('')
    return `<label>${label} <select id="${id}"><option value="">all</option>${options}</select></label>`
  }
  return `<form id="filter" role="search" hidden>
<label>Text <input id="words" type="search" autocomplete="off" placeholder="file, function, register"></label>
${select('severity', 'Severity', ['error', 'warning', 'info'])}
${select('rule', 'Rule', rules)}
${select('phase', 'Phase', ['boot', 'shutdown', 'userspace'])}
${select('verdict', 'Verdict', ['breaks', 'disturbs', 'unknown', 'expected', 'safe'])}
<button type="reset">Show all</button>
<output id="shown" aria-live="polite"></output>
</form>`
}

function findings(report: Report, { sourceLine }: HtmlOptions): string {
  if (report.findings.length === 0) return '<p>No findings.</p>'
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  return report.findings
    .map((finding) => article(finding, finding.site === null ? undefined : sites.get(finding.site), sourceLine))
    .join('\n')
}

function article(finding: Finding, site: Site | undefined, sourceLine: HtmlOptions['sourceLine']): string {
  const { rule, severity, file, line, message } = finding
  const source = sourceLine(file, line)
  const phases = site ? countingPhases(site).join(' ') : ''
  const data = `data-severity="${severity}" data-rule="${text(rule)}" data-phase="${phases}" data-verdict="${site?.hazard.verdict ?? ''}"`
  return `<article class="item ${severity}" ${data}>
<h3><span class="severity">${severity}</span> <code>${text(`${file}:${line}`)}</code> <span class="rule">${text(rule)}</span></h3>
<p>${text(message)}</p>
${source === null ? '' : `<pre><code>${text(source.trim())}</code></pre>`}
${site ? proof(site) : ''}</article>`
}

function proof(site: Site): string {
  const paths = countingPhases(site).flatMap((phase) => {
    const at = site.phases[phase]
    if (!at.reachable) return []
    return [`<h4>Path in ${phase}</h4>\n<ol>${at.path.map((hop) => `<li>${hopText(hop)}</li>`).join('')}</ol>`]
  })
  const harm = site.hazard.effects.filter(({ effect }) => effect === 'breaks' || effect === 'disturbs')
  const effects = harm.map(({ flow, effect, why }) => `<li><b>${flow}</b> ${effect}: ${text(why)}</li>`)
  const guard = site.guard.condition === null ? '' : `<p>Guard: ${guardText(site)}</p>\n`
  return `${[...paths, guard + (effects.length > 0 ? `<ul>${effects.join('')}</ul>` : '')].join('\n')}\n`
}

function hopText(hop: Hop): string {
  const place = hop.call ?? hop
  return `<code>${text(hop.function)}</code> <span class="place">${text(`${place.file}:${place.line}`)}${text(edgeText(hop))}</span>`
}

function guardText({ guard }: Site): string {
  if (guard.condition === null) return guard.status
  const at = guard.file === null ? '' : ` at ${text(`${guard.file}:${guard.line}`)}`
  return `${guard.status}: <code>${text(guard.condition)}</code>${at}`
}

function answered({ suppressed = [], baseline }: Report): string {
  const lists = [
    ...(suppressed.length > 0
      ? [
          list(
            'Suppressed',
            suppressed.map((f) => `${place(f)}: ${text(f.message)} <i>${text(f.suppressed.reason)}</i>`),
          ),
        ]
      : []),
    ...(baseline && baseline.known.length > 0
      ? [
          list(
            'Known from the baseline',
            baseline.known.map((f) => `${place(f)}: ${text(f.message)}`),
          ),
        ]
      : []),
    ...(baseline && baseline.absent.length > 0
      ? [
          list(
            'In the baseline, no longer found',
            baseline.absent.map((f) => `${text(f.rule)} <code>${text(f.file)}</code>: ${text(f.message)}`),
          ),
        ]
      : []),
  ]
  return lists.join('\n')
}

function place({ rule, file, line }: Finding): string {
  return `${text(rule)} <code>${text(`${file}:${line}`)}</code>`
}

function list(title: string, items: readonly string[]): string {
  return `<section><h2>${title}</h2>\n<ul>${items.map((item) => `<li>${item}</li>`).join('\n')}</ul></section>`
}

const COLUMNS = ['write', 'enumerate', 'decide', 'apply', 'guard', 'reason', 'verdict']

function audit(report: Report): string {
  const features = auditOf(report)
  if (features.length === 0) return ''
  const head = COLUMNS.map((name) => `<th scope="col">${name}</th>`).join('')
  const tables = features.map(
    ({ feature, rows }) => `<div class="table"><table>
<caption>${text(feature)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${rows.map(row).join('\n')}
</tbody></table></div>`,
  )
  return `<section aria-labelledby="audit"><h2 id="audit">Audit by feature</h2>
<p>Every write that a preserved device can meet, most harmful first. <i>Enumerate</i>: where the register’s place comes from. <i>Decide</i>: what has been decided on the feature, and by whom. <i>Apply</i>: what is written.</p>
${tables.join('\n')}
</section>`
}

function row({ site, enumerate, decide, apply, phases, reason, verdict }: AuditRow): string {
  const where = `<code>${text(site.function)}()</code><br><span class="place">${text(`${site.file}:${site.line}`)}<br>${phases.join(', ')}</span>`
  const code = (shown: string): string => (shown === '' ? '' : `<code>${text(shown)}</code>`)
  const cells = [
    code(enumerate),
    text(decide),
    code(apply === '' ? site.callee : apply),
    guardText(site),
    text(reason),
    verdict,
  ]
  return `<tr class="item" data-severity="" data-rule="" data-phase="${phases.join(' ')}" data-verdict="${verdict}"><th scope="row">${where}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}
