/**
 * A site is simulated in each phase that reaches it, for not every flow runs in every phase. The site's own hazard is
 * the worst of them; a phase has one of its own where a verdict or an effect is another there.
 */
import { type Field, type Flow, type Hazard, PHASES, type Phase, type Site } from '../report/schema.js'
import { hazardOf, WORST_VERDICT_FIRST } from './hazard.js'
import { trafficFlows } from './traffic.js'

export interface HazardousWrite {
  readonly fields: readonly Field[]
  readonly value: number | null
  /** The written device is a bridge above the preserved one. */
  readonly onBridge: boolean
}

export interface PhaseHazards {
  readonly worst: Hazard
  /** Where it differs from the worst. */
  readonly own: Partial<Record<Phase, Hazard>>
}

/**
 * `reached` are the phases with a path to the write, `counting` those whose path a preserved device takes. Of equally
 * grave ones the first in the order of PHASES leads.
 */
export function phaseHazards(
  { fields, value, onBridge }: HazardousWrite,
  promised: readonly Flow[],
  reached: readonly Phase[],
  counting: readonly Phase[],
): PhaseHazards {
  const simulated = new Map<Phase, Hazard>()
  const hazardAt = (phase: Phase): Hazard => {
    const like = LIKE_PHASE.get(phase)!
    const hazard = simulated.get(like) ?? hazardOf(fields, value, onBridge, promised, like)
    simulated.set(like, hazard)
    return hazard
  }
  const candidates = (counting.length > 0 ? counting : (['boot'] as const)).map(hazardAt)
  const worst = WORST_VERDICT_FIRST.flatMap((verdict) => candidates.filter((one) => one.verdict === verdict))[0]!
  const own = reached.filter((phase) => !isAlike(hazardAt(phase), worst))
  return { worst, own: Object.fromEntries(own.map((phase) => [phase, hazardAt(phase)])) }
}

/** For each phase the first in which the same flows run: what a write does is simulated once for both. */
const LIKE_PHASE: ReadonlyMap<Phase, Phase> = new Map(
  PHASES.map((phase) => [phase, PHASES.find((other) => flowsIn(other) === flowsIn(phase))!]),
)

function flowsIn(phase: Phase): string {
  return trafficFlows
    .filter(({ liveIn }) => liveIn.includes(phase))
    .map(({ flow }) => flow)
    .join()
}

function isAlike(one: Hazard, other: Hazard): boolean {
  if (one === other) return true
  return (
    one.verdict === other.verdict &&
    one.scenario === other.scenario &&
    one.effects.every(({ effect }, i) => other.effects[i]?.effect === effect)
  )
}

/** What the site's write does in that phase. */
export function hazardIn({ phases, hazard }: Pick<Site, 'phases' | 'hazard'>, phase: Phase): Hazard {
  const at = phases[phase]
  return (at.reachable && at.hazard) || hazard
}
