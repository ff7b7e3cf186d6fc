import type { Report } from './schema.js'

/** The report as JSON, sites and findings one a line so that two reports can be compared by line. */
export function jsonReport(report: Report): string {
  const { sites, findings, suppressed, baseline, summary, ...head } = report
  const list = (items: readonly unknown[]): string =>
    items.length === 0 ? '[]' : `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`
  const opening = JSON.stringify(head, null, 2).slice(0, -2)
  const parts = [
    `"sites": ${list(sites)}`,
    `"findings": ${list(findings)}`,
    ...(suppressed ? [`"suppressed": ${list(suppressed)}`] : []),
    ...(baseline ? [`"baseline": ${JSON.stringify(baseline)}`] : []),
    `"summary": ${JSON.stringify(summary)}`,
  ]
  return `${opening},\n  ${parts.join(',\n  ')}\n}\n`
}
