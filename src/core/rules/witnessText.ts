/** A witness in words: for messages, and as the related locations of a finding. */
import { type Finding, type Hop, PHASES, type Phase, type Site } from '../report/schema.js'

/** The first phase, in the order of the schema, in which the site counts; null if in none. */
export function countingPhase(site: Site, phases: readonly Phase[] = PHASES): Phase | null {
  return (
    phases.find((phase) => {
      const at = site.phases[phase]
      return at.reachable && at.counts
    }) ?? null
  )
}

export function pathOf(site: Site, phase: Phase): readonly Hop[] {
  const at = site.phases[phase]
  return at.reachable ? at.path : []
}

/** One location a hop: where the hop before makes the call, or where the root stands. */
export function relatedOf(path: readonly Hop[]): Finding['related'] {
  return path.map((hop) => ({
    file: hop.call?.file ?? hop.file,
    line: hop.call?.line ?? hop.line,
    message: hop.call
      ? `${hop.function}() is reached here${edgeText(hop)}`
      : `${hop.function}() is entered${edgeText(hop)}`,
  }))
}

/** ` (callback via pci_walk_bus)`; nothing for a plain call. */
export function edgeText(hop: Hop): string {
  if (hop.edge === 'direct') return ''
  return ` (${hop.edge}${hop.via === null || hop.via === hop.edge ? '' : `: ${hop.via}`})`
}
