import { PHASES, type Site, type SiteGuard } from './schema.js'

/** The guard that a site is shown with, and whose reason is asked: its own, or that of the first phase that has one. */
export function shownGuard({ guard, phases }: Site): SiteGuard {
  if (guard.condition !== null) return guard
  const ofPhases = PHASES.flatMap((phase) => {
    const at = phases[phase]
    return at.reachable && at.guard.condition !== null ? [at.guard] : []
  })
  return ofPhases[0] ?? guard
}
