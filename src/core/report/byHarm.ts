/** The order for people: what is graver first, then as in the report, by place. */
import type { Finding, Severity } from './schema.js'

const GRAVEST_FIRST: readonly Severity[] = ['error', 'warning', 'info']

export function byHarm(findings: readonly Finding[]): readonly Finding[] {
  return GRAVEST_FIRST.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}
