import { terminalText } from '../text/terminal.js'
import type { Report } from './schema.js'

/** One line a finding, as checkpatch --terse prints them: `drivers/pci/probe.c:2310: ERROR:UNGUARDED_WRITE: message`. */
export function terseReport(report: Report): string {
  return report.findings
    .map((f) => terminalText(`${f.file}:${f.line}: ${f.severity.toUpperCase()}:${f.rule}: ${f.message}`))
    .map((line) => `${line}\n`)
    .join('')
}
