/**
 * Findings about a guard are told once for each place where one stands, however many writes it is over. A guard in
 * another file is told at the first write, so that a file reviewed alone says what the whole tree says.
 */
import { knownGuards } from '../guards/guardTable.js'
import type { KnownGuard } from '../guards/knownGuards.js'
import { type GuardStatus, PHASES, type Phase, type Site, type SiteGuard } from '../report/schema.js'
import { shownGuard } from '../report/shownGuard.js'
import type { Hit } from './defineRule.js'

export interface Asked {
  readonly site: Site
  /** Null for the function's own guard on a write that no phase reaches. */
  readonly phase: Phase | null
  /** True if a preserved device takes the path. */
  readonly counts: boolean
  readonly status: GuardStatus
}

export interface GuardPlace {
  readonly condition: string
  readonly file: string
  readonly line: number
  readonly asked: readonly Asked[]
}

export function guardPlaces(sites: readonly Site[]): readonly GuardPlace[] {
  const places = new Map<string, GuardPlace & { asked: Asked[] }>()
  for (const site of sites)
    for (const { guard, ...asked } of guardsOf(site)) {
      const { condition, file, line } = guard
      if (condition === null || file === null || line === null) continue
      const key = `${file}:${line} ${site.file}`
      const place = places.get(key) ?? { condition, file, line, asked: [] }
      places.set(key, place)
      place.asked.push({ site, ...asked })
    }
  return [...places.values()]
}

function guardsOf(site: Site): readonly (Omit<Asked, 'site'> & { readonly guard: SiteGuard })[] {
  const reached = PHASES.flatMap((phase) => {
    const at = site.phases[phase]
    return at.reachable ? [{ phase, counts: at.counts, status: at.guard.status, guard: at.guard }] : []
  })
  if (reached.length > 0) return reached
  return [{ phase: null, counts: false, status: site.guard.status, guard: site.guard }]
}

export function sitesOf({ asked }: GuardPlace): readonly Site[] {
  return [...new Set(asked.map(({ site }) => site))]
}

const MOST_RELATED = 8

/** A finding at a guard; the writes under it are its related places. */
export function hitAt(place: GuardPlace, sites: readonly Site[], message: string, severity: Hit['severity']): Hit {
  const [first] = sites
  const isHere = first!.file === place.file
  const related = sites.slice(0, MOST_RELATED).map(({ file, line, callee }) => ({
    file,
    line,
    message: `${callee}() under the guard`,
  }))
  const guard = { file: place.file, line: place.line, message: `the guard: ${place.condition}` }
  return {
    site: first!,
    ...(isHere && { place: { file: place.file, line: place.line } }),
    message,
    severity,
    related: isHere ? related : [guard, ...related],
  }
}

/** `pci_write_config_word()`, or how many writes there are. */
export function writesText(sites: readonly Site[]): string {
  const callees = [...new Set(sites.map(({ callee }) => `${callee}()`))]
  return callees.length === 1 && sites.length === 1 ? callees[0]! : `${sites.length} writes (${callees.join(', ')})`
}

/** The writes whose reason was looked for at this guard: a write has one reason, for the guard that is shown with it. */
export function judgedSites(place: GuardPlace): readonly Site[] {
  return sitesOf(place).filter((site) => {
    const { file, line } = shownGuard(site)
    return file === place.file && line === place.line
  })
}

/** The guard of the table that a condition asks; null for one of the settings, or that follows from others. */
export function knownGuardIn(condition: string): KnownGuard | null {
  const calls = [...condition.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map((m) => knownGuards.call(m[1]!))
  const fields = [...condition.matchAll(/[\w>.-]+/g)].map((m) => knownGuards.field(m[0])?.guard ?? null)
  return [...calls, ...fields].find((guard) => guard !== null) ?? null
}

/** `line 4`, or `lines 4, 9`. */
export function shortLines(lines: readonly number[]): string {
  return `line${lines.length === 1 ? '' : 's'} ${lines.join(', ')}`
}
