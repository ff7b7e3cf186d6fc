/** The simulation as its users see it: writes in, effects on every flow out. Pure; the same request gives the same answer. */
import type { Decision, Flow, Phase, Verdict } from '../report/schema.js'
import { type FlowEffect, flowEffects, verdictOf } from './effect.js'
import { type FunctionName, type Machine, smallMachine } from './fabric.js'
import type { Feature } from './features/defineFeature.js'
import { featureOf } from './features/index.js'
import { bitNames } from './register.js'
import { type RegisterWrite, type ResolvedWrite, resolveWrite, type WriteProblem } from './registerWrite.js'
import { runTimeline, type Situation, type Timeline } from './timeline.js'
import { type TrafficFlow, trafficFlows } from './traffic.js'

export interface SimulationRequest {
  /** The function that is written. */
  readonly on: FunctionName
  readonly phase: Phase
  /** In order. */
  readonly writes: readonly RegisterWrite[]
  /** The promised flows. */
  readonly flows: readonly Flow[]
  readonly situation?: Situation
  readonly guarded?: boolean
  /** Another machine than the small one. */
  readonly machine?: Machine
  /** Other traffic than the model's own. */
  readonly traffic?: readonly TrafficFlow[]
}

export interface Simulation {
  /** One for every flow, promised or not. */
  readonly effects: readonly FlowEffect[]
  readonly verdict: Verdict
  readonly decision: Decision
  readonly source: string | null
  readonly timeline: Timeline
}

const HANDED_OVER = smallMachine()

/** A name that the machine lacks is given back as a problem with what it does have. */
export function simulateWrites(request: SimulationRequest): Simulation | WriteProblem {
  const machine = request.machine ?? HANDED_OVER
  const traffic = request.traffic ?? trafficFlows
  const writes: ResolvedWrite[] = []
  for (const write of request.writes) {
    const resolved = resolveWrite(machine, request.on, write)
    if ('problem' in resolved) return resolved
    writes.push(resolved)
  }
  const timeline = runTimeline({
    machine,
    on: request.on,
    writes,
    flows: traffic,
    phase: request.phase,
    situation: request.situation ?? 'live-update',
    guarded: request.guarded ?? false,
  })
  const effects = flowEffects(timeline, traffic)
  const { is: decision, source } = decisionFor(writes)
  return { effects, verdict: verdictOf(effects, request.flows, decision), decision, source, timeline }
}

/** The decision on the first write that a feature owns; nobody has decided on registers that none owns. */
function decisionFor(writes: readonly ResolvedWrite[]): { readonly is: Decision; readonly source: string | null } {
  return writes.map(featureWritten).find((feature) => feature !== null)?.decision ?? { is: 'open', source: null }
}

function featureWritten({ register, mask }: ResolvedWrite): Feature | null {
  return featureOf(register.name, bitNames(register, mask))
}
