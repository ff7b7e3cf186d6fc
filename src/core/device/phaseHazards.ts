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

/** Simulates writes in phases, each once. */
export class PhaseSimulator {
  private readonly simulated = new Map<HazardousWrite, Map<Phase, Hazard>>()

  constructor(private readonly promised: readonly Flow[]) {}

  hazardAt(write: HazardousWrite, phase: Phase): Hazard {
    const like = LIKE_PHASE.get(phase)!
    const known = this.simulated.get(write)?.get(like)
    if (known) return known
    const hazard = hazardOf(write.fields, write.value, write.onBridge, this.promised, like)
    if (!this.simulated.has(write)) this.simulated.set(write, new Map())
    this.simulated.get(write)!.set(like, hazard)
    return hazard
  }
}

/**
 * `hazards` are those of the phases with a path to the write, `counting` the phases whose path a preserved device takes;
 * `otherwise` is the hazard where there is none. Of equally grave ones the first in the order of PHASES leads.
 */
export function phaseHazards(
  hazards: Readonly<Partial<Record<Phase, Hazard>>>,
  counting: readonly Phase[],
  otherwise: () => Hazard,
): PhaseHazards {
  const candidates = counting.length > 0 ? counting.map((phase) => hazards[phase]!) : [otherwise()]
  const worst = WORST_VERDICT_FIRST.flatMap((verdict) => candidates.filter((one) => one.verdict === verdict))[0]!
  const own = PHASES.flatMap((phase) => {
    const hazard = hazards[phase]
    return hazard && !isAlike(hazard, worst) ? [[phase, hazard] as const] : []
  })
  return { worst, own: Object.fromEntries(own) }
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

/** What the site writes in that phase. */
export function fieldsIn({ phases, fields }: Pick<Site, 'phases' | 'fields'>, phase: Phase): readonly Field[] {
  const at = phases[phase]
  return (at.reachable && at.fields) || fields
}

/** What the site's write does in that phase. */
export function hazardIn({ phases, hazard }: Pick<Site, 'phases' | 'hazard'>, phase: Phase): Hazard {
  const at = phases[phase]
  return (at.reachable && at.hazard) || hazard
}
