/**
 * The audit: every write that a preserved device can meet, by feature, most harmful first. Its columns follow the three
 * stages of setting up a capability (enumerate, decide, apply) and then the answers to it (guard, reason, verdict).
 */
import { type Change, PHASES, type Phase, type Report, type Site, type Verdict } from './schema.js'

export interface AuditRow {
  readonly site: Site
  /** Where the register's place comes from: what enumeration has found. */
  readonly enumerate: string
  /** Who decides, and by which source. */
  readonly decide: string
  /** What is written, and in which phases it counts. */
  readonly apply: string
  readonly phases: readonly Phase[]
  readonly guard: string
  readonly reason: string
  readonly verdict: Verdict
}

export interface AuditFeature {
  readonly feature: string
  readonly rows: readonly AuditRow[]
}

const HARM: readonly Verdict[] = ['breaks', 'unknown', 'disturbs', 'expected', 'safe']
const NOT_RESOLVED = 'register not resolved'

export function auditOf({ sites }: Report): readonly AuditFeature[] {
  const features = new Map<string, AuditRow[]>()
  for (const site of sites) {
    const phases = countingPhases(site)
    if (phases.length === 0) continue
    for (const name of featuresOf(site)) features.set(name, [...(features.get(name) ?? []), rowOf(site, name, phases)])
  }
  return [...features]
    .map(([feature, rows]) => ({ feature, rows: rows.sort((a, b) => harm(a) - harm(b)) }))
    .sort((a, b) => harm(a.rows[0]!) - harm(b.rows[0]!) || (a.feature < b.feature ? -1 : 1))
}

function featuresOf({ fields, kind }: Site): readonly string[] {
  if (fields.length === 0) return [kind === 'config' ? NOT_RESOLVED : kind]
  return [...new Set(fields.map(({ feature }) => feature))]
}

export function countingPhases(site: Site): readonly Phase[] {
  return PHASES.filter((phase) => {
    const at = site.phases[phase]
    return at.reachable && at.counts
  })
}

function harm({ verdict }: AuditRow): number {
  return HARM.indexOf(verdict)
}

function rowOf(site: Site, feature: string, phases: readonly Phase[]): AuditRow {
  const { decision, source, verdict } = site.hazard
  return {
    site,
    enumerate: site.offset ?? '',
    decide: source === null ? decision : `${decision} (${source})`,
    apply: written(site, feature),
    phases,
    guard: guardText(site),
    reason: reasonText(site),
    verdict,
  }
}

const CHANGE_WORDS: Readonly<Record<Change, string>> = {
  set: 'set',
  clear: 'cleared',
  value: 'written',
  'as-read': 'as it was read',
  saved: 'from saved state',
  caller: 'as the caller says',
  unknown: 'value not resolved',
}

/** The fields of one feature, or all of a site's: `PCI_COMMAND_MASTER (cleared)`. */
export function written({ fields, value }: Site, feature?: string): string {
  const shown = fields.filter((f) => feature === undefined || f.feature === feature)
  const texts = shown.map(
    ({ register, bits, change }) => `${bits.length > 0 ? bits.join(' | ') : register} (${CHANGE_WORDS[change]})`,
  )
  const all = [...new Set(texts)].join(', ')
  return value === null || all === '' ? all : `${all} = 0x${value.toString(16)}`
}

export function guardText({ guard }: Site): string {
  return guard.condition === null ? guard.status : `${guard.status}: ${guard.condition}`
}

export function reasonText({ justification: { status, where, reason } }: Site): string {
  if (status === 'missing') return 'missing'
  return `${status}${where === null ? '' : ` (${where})`}${reason === null ? '' : `: ${reason}`}`
}
