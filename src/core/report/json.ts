import type { Report } from './schema.js'

/** The report as JSON, sites and findings one a line so that two reports can be compared by line. */
export function jsonReport(report: Report): string {
  return [...jsonPieces(report)].join('')
}

/** The same in pieces: a whole kernel's report need not be in memory as one text. */
export function* jsonPieces(report: Report): Generator<string> {
  const { sites, findings, suppressed, baseline, series, summary, ...head } = report
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n`
  yield* list('sites', sites)
  yield* list('findings', findings)
  if (suppressed) yield* list('suppressed', suppressed)
  if (baseline) yield `  "baseline": ${JSON.stringify(baseline)},\n`
  if (series) {
    const { patches, ...about } = series
    yield `  "series": ${JSON.stringify(about).slice(0, -1)},\n  "patches": [\n`
    yield `${patches.map((patch) => `    ${JSON.stringify(patch)}`).join(',\n')}\n  ]},\n`
  }
  yield `  "summary": ${JSON.stringify(summary)}\n}\n`
}

function* list(name: string, items: readonly unknown[]): Generator<string> {
  if (items.length === 0) {
    yield `  "${name}": [],\n`
    return
  }
  yield `  "${name}": [\n`
  for (const [i, item] of items.entries()) yield `    ${JSON.stringify(item)}${i + 1 < items.length ? ',' : ''}\n`
  yield '  ],\n'
}
