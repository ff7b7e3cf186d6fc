import type { GuardSite, PlacedSpot } from '../guards/guardSites.js'
import type { Hit } from './defineRule.js'

/** A hit at a guard, or at what goes wrong because of it; the guard then is its related place. */
export function guardHit(guard: GuardSite, spot: PlacedSpot | null, message: string, severity: Hit['severity']): Hit {
  const { file, line } = guard.place
  const related = spot ? [{ file, line, message: `the guard: ${guard.condition}` }] : []
  return { site: null, place: spot?.place ?? guard.place, message, severity, related }
}
