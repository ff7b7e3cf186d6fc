/** The simulation as its users see it: writes in, effects on every flow out. Pure; the same request gives the same answer. */
import type { Decision, Flow, Phase, Verdict } from '../report/schema.js'
import { type FlowEffect, flowEffects, verdictOf } from './effect.js'
import type { FunctionName, Machine } from './fabric.js'
import type { Feature } from './features/defineFeature.js'
import { sharesOf } from './features/ownership.js'
import { type RegisterWrite, type ResolvedWrite, resolveWrite, type WriteProblem } from './registerWrite.js'
import { type MachineOptions, smallMachine } from './smallMachine.js'
import { runTimeline, type Situation, type Step, type Timeline } from './timeline.js'
import { type TrafficFlow, trafficFlows } from './traffic.js'

export interface SimulationRequest {
  /** The function that is written: a name of the machine, or `pf` for the endpoint, `switch` for the port above it. */
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

const HANDED_OVER = new Map<string, Machine>()

/**
 * The small machine in the shape that the write is about: with a switch for writes to one, signalling with MSI-X for
 * writes to it. Made once, for machines never change.
 */
export function handedOver(on: FunctionName, writes: readonly Pick<RegisterWrite, 'register'>[]): Machine {
  const options: MachineOptions = {
    switch: on.startsWith('switch'),
    interrupts: writes.some(({ register }) => register.startsWith('PCI_MSIX_')) ? 'msix' : 'msi',
  }
  const key = JSON.stringify(options)
  const made = HANDED_OVER.get(key) ?? smallMachine(options)
  HANDED_OVER.set(key, made)
  return made
}

/** The machine's own name for a function that has a role name too. */
export function functionNamed(machine: Machine, on: string): FunctionName {
  if (on === 'pf' || on === 'endpoint') return machine.endpoint
  if (on === 'vf') return machine.vf ?? on
  if (on === 'switch') return 'switch-downstream'
  return on
}

/** A name that the machine lacks is given back as a problem with what it does have. */
export function simulateWrites(request: SimulationRequest): Simulation | WriteProblem {
  const machine = request.machine ?? handedOver(request.on, request.writes)
  const on = functionNamed(machine, request.on)
  const traffic = request.traffic ?? trafficFlows
  const writes: ResolvedWrite[] = []
  for (const write of request.writes) {
    const resolved = resolveWrite(machine, on, write)
    if ('problem' in resolved) return resolved
    writes.push(resolved)
  }
  const timeline = runTimeline({
    machine,
    on,
    writes,
    flows: traffic,
    phase: request.phase,
    situation: request.situation ?? 'live-update',
    guarded: request.guarded ?? false,
  })
  const effects = flowEffects(timeline, traffic)
  const { is: decision, source } = decisionFor(timeline)
  return { effects, verdict: verdictOf(effects, request.flows, decision), decision, source, timeline }
}

/** What is asked to be kept leads over what may be written; nobody has decided on registers that no feature owns. */
const DECISIONS_FIRST: readonly Decision[] = ['preserve', 'owner', 'open', 'rewrite']

function decisionFor(timeline: Timeline): { readonly is: Decision; readonly source: string | null } {
  const written = timeline.steps.flatMap(featuresWritten)
  const leading = DECISIONS_FIRST.flatMap((is) => written.filter(({ decision }) => decision.is === is))[0]
  return leading?.decision ?? { is: 'open', source: null }
}

/** The features of the bits that the write puts otherwise than they were; of all that it means, if there are none. */
function featuresWritten({ write, values }: Step): readonly Feature[] {
  if (!write || !values) return []
  const changed = ((values.before ^ values.written) & write.mask) >>> 0
  return sharesOf(write.register.name, changed || write.mask).flatMap(({ feature }) => feature ?? [])
}
