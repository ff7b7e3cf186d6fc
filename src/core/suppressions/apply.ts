/** Findings against suppressions: what stays, what is taken out and why, and which suppressions are at fault. */
import type { Finding, SuppressedFinding } from '../report/schema.js'
import { isFiller } from './reasons.js'
import type { Suppression, SuppressionFault, SuppressionProblem } from './suppression.js'

export interface SuppressionScope {
  readonly knownRules: readonly string[]
  readonly siteIds: ReadonlySet<string>
  /** Whether the file has been reviewed: of others nothing can be said. */
  readonly isReviewed: (file: string) => boolean
  /** Whether every phase was reviewed: otherwise a missing finding may be in another one. */
  readonly allPhases: boolean
}

export interface Suppressed {
  readonly findings: readonly Finding[]
  readonly suppressed: readonly SuppressedFinding[]
  readonly problems: readonly SuppressionProblem[]
}

export function applySuppressions(
  all: readonly Finding[],
  suppressions: readonly Suppression[],
  scope: SuppressionScope,
): Suppressed {
  if (suppressions.length === 0) return { findings: all, suppressed: [], problems: [] }
  const faults = new Map(suppressions.map((one) => [one, faultOf(one, scope)]))
  const sound = suppressions.filter((one) => faults.get(one) === null)
  const used = new Set<Suppression>()
  const findings: Finding[] = []
  const suppressed: SuppressedFinding[] = []
  for (const finding of all) {
    const taken = sound.filter((one) => matches(one, finding))
    for (const one of taken) used.add(one)
    const [by] = taken
    if (by)
      suppressed.push({ ...finding, suppressed: { kind: by.kind, reason: by.reason!, file: by.file, line: by.line } })
    else findings.push(finding)
  }
  const problems = suppressions
    .filter((one) => scope.isReviewed(aboutFile(one)))
    .flatMap((suppression) => {
      const fault = faults.get(suppression) ?? (used.has(suppression) ? null : staleness(suppression, scope))
      return fault === null ? [] : [{ suppression, fault }]
    })
  return { findings, suppressed, problems }
}

function faultOf(
  { kind, rules, site, reason }: Suppression,
  { knownRules }: SuppressionScope,
): SuppressionFault | null {
  if (kind === 'file' && site === null) return 'noSite'
  if (kind === 'comment' && rules.length === 0) return 'noRule'
  if (rules.some((rule) => !knownRules.includes(rule))) return 'unknownRule'
  if (reason === null || reason.trim() === '') return 'noReason'
  return isFiller(reason) ? 'filler' : null
}

function matches({ rules, site, covers, file }: Suppression, finding: Finding): boolean {
  if (rules.length > 0 && !rules.includes(finding.rule)) return false
  if (site !== null) return site === siteKey(finding)
  return covers !== null && file === finding.file && covers.from <= finding.endLine && finding.line <= covers.to
}

/** What a finding is suppressed by: its site, or what stands for one in its key. */
function siteKey({ site, key, rule }: Finding): string {
  return site ?? key.slice(rule.length + 1)
}

/** The file whose findings it is for. */
function aboutFile({ site, file }: Suppression): string {
  return site === null ? file : site.split('#', 1)[0]!
}

/** A suppression that took nothing out: null if that may be for want of looking. */
function staleness({ kind, site }: Suppression, scope: SuppressionScope): SuppressionFault | null {
  if (kind === 'file' && !scope.siteIds.has(site!) && isSiteId(site!)) return 'goneSite'
  return scope.allPhases ? 'stale' : null
}

/** `file#function#callee#ordinal`; the key of a finding without a site has a hash in the place of the callee. */
function isSiteId(site: string): boolean {
  return /#\d+$/.test(site)
}
