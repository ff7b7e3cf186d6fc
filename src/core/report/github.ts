import { edgeText } from '../rules/witnessText.js'
import { terminalText } from '../text/terminal.js'
import { countingPhases } from './audit.js'
import type { Finding, Report, Severity, Site } from './schema.js'

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/** Workflow commands of GitHub Actions, one line a finding: they become annotations of the file. */
export function githubReport(report: Report): string {
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  return report.findings
    .map((finding) => `${command(finding, finding.site === null ? undefined : sites.get(finding.site))}\n`)
    .join('')
}

function command(finding: Finding, site: Site | undefined): string {
  const { file, line, column, endLine, endColumn, rule, severity, message } = finding
  const places = { file, line, endLine, ...(line === endLine && { col: column, endColumn }), title: rule }
  const properties = Object.entries(places).map(([name, value]) => `${name}=${property(String(value))}`)
  const lines = [message, ...(site ? pathLines(site) : [])].map(terminalText)
  return `::${COMMANDS[severity]} ${properties.join(',')}::${data(lines.join('\n'))}`
}

function pathLines(site: Site): string[] {
  const [phase] = countingPhases(site)
  const at = phase === undefined ? undefined : site.phases[phase]
  if (!at?.reachable) return []
  const hops = at.path.map((hop) => {
    const place = hop.call ?? hop
    return `  ${hop.function} ${place.file}:${place.line}${edgeText(hop)}`
  })
  return [`path in ${phase}:`, ...hops]
}

/** As actions/toolkit escapes them: a percent sign first, then what would end the line or the property. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property(text: string): string {
  return data(terminalText(text)).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
