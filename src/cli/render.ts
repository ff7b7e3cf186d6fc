/** One renderer for each format that a report can have. */
import { createHash } from 'node:crypto'
import { githubReport } from '../core/report/github.js'
import { htmlReport } from '../core/report/html.js'
import { jsonPieces } from '../core/report/json.js'
import { markdownReport } from '../core/report/markdown.js'
import { sarifReport } from '../core/report/sarif.js'
import type { Report } from '../core/report/schema.js'
import { terseReport } from '../core/report/terse.js'
import { type TextOptions, textReport } from '../core/report/text.js'
import type { Format } from './options.js'

export type ReportFormat = Exclude<Format, 'mail'>

const RENDERERS: Readonly<Record<ReportFormat, (report: Report, options: TextOptions) => string | Iterable<string>>> = {
  text: textReport,
  terse: terseReport,
  json: jsonPieces,
  sarif: sarifReport,
  markdown: markdownReport,
  html: (report, { sourceLine }) => htmlReport(report, { sourceLine, sha256 }),
  github: githubReport,
}

export function rendered(format: ReportFormat, report: Report, options: TextOptions): string | Iterable<string> {
  return RENDERERS[format](TELLS_FIXED.includes(format) ? report : withoutFixed(report), options)
}

/** The others have one word for every finding: what a series has fixed would read as one more. */
const TELLS_FIXED: readonly ReportFormat[] = ['text', 'json']

function withoutFixed(report: Report): Report {
  return report.series ? { ...report, findings: report.findings.filter(({ state }) => state !== 'fixed') } : report
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64')
}
