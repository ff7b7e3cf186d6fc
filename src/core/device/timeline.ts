/**
 * A sequence of writes applied one by one. After *every* write all flows are walked again: a bit that is cleared and
 * set back is seen cleared, because traffic in flight saw it so.
 */
import type { Flow, Phase } from '../report/schema.js'
import { type ByteChange, changedBytes, readConfig } from './configSpace.js'
import { type FunctionName, functionOf, type Machine, writeRegister } from './fabric.js'
import type { Passage, TrafficFlow } from './flows/flow.js'
import { type ResolvedWrite, valueWritten } from './registerWrite.js'
import { configReaches } from './routes.js'

/** At a cold boot nothing runs yet, so nothing can be lost; in a live update the device works on. */
export type Situation = 'live-update' | 'cold-boot'

export interface FlowAt extends Passage {
  readonly flow: Flow
  /** Whether there is such traffic in this phase and situation. */
  readonly live: boolean
}

export interface Step {
  /** 0 is the machine as it is handed over, before any write. */
  readonly number: number
  readonly write: ResolvedWrite | null
  /** `skipped` by a guard; `lost` if the config request did not reach the function. */
  readonly outcome: 'handed-over' | 'written' | 'skipped' | 'lost'
  /** The register before, as put on the bus, and as it reads back; null on step 0. */
  readonly values: { readonly before: number; readonly written: number; readonly after: number } | null
  /** Bytes of the written function's config space that read differently now. */
  readonly changed: readonly ByteChange[]
  readonly machine: Machine
  readonly flows: readonly FlowAt[]
}

export interface Timeline {
  readonly on: FunctionName
  readonly phase: Phase
  readonly situation: Situation
  readonly guarded: boolean
  readonly steps: readonly Step[]
}

export interface TimelineRequest {
  readonly machine: Machine
  readonly on: FunctionName
  readonly writes: readonly ResolvedWrite[]
  readonly flows: readonly TrafficFlow[]
  readonly phase: Phase
  readonly situation: Situation
  /** A guard that holds: every write of the sequence is skipped. */
  readonly guarded: boolean
}

export function runTimeline(request: TimelineRequest): Timeline {
  const { on, phase, situation, guarded } = request
  const flowsAt = (machine: Machine) => request.flows.map((flow) => flowAt(flow, machine, request))
  let step: Step = {
    number: 0,
    write: null,
    outcome: 'handed-over',
    values: null,
    changed: [],
    machine: request.machine,
    flows: flowsAt(request.machine),
  }
  const steps = [step]
  for (const write of request.writes) {
    const done = applyWrite(step.machine, write, guarded)
    const flows = done.machine === step.machine ? step.flows : flowsAt(done.machine)
    step = { number: steps.length, write, ...done, flows }
    steps.push(step)
  }
  return { on, phase, situation, guarded, steps }
}

/** The same writes in another phase: the machine takes them as it did, other traffic is there to suffer. */
export function inPhase(timeline: Timeline, phase: Phase, flows: readonly TrafficFlow[]): Timeline {
  const request = { phase, situation: timeline.situation }
  const live = new Map(flows.map((flow) => [flow.flow, isLive(flow, request)]))
  const steps = timeline.steps.map((step) => ({
    ...step,
    flows: step.flows.map((at) => ({ ...at, live: live.get(at.flow)! })),
  }))
  return { ...timeline, phase, steps }
}

function isLive(flow: TrafficFlow, { phase, situation }: Pick<TimelineRequest, 'phase' | 'situation'>): boolean {
  return situation === 'live-update' && flow.liveIn.includes(phase)
}

type Applied = Pick<Step, 'outcome' | 'values' | 'changed' | 'machine'>

function applyWrite(machine: Machine, write: ResolvedWrite, guarded: boolean): Applied {
  const { offset, width } = write.register
  const before = functionOf(machine, write.on).config
  const read = readConfig(before, offset, width)
  const written = valueWritten(machine, write)
  const untouched = { values: { before: read, written, after: read }, changed: [], machine }
  if (guarded) return { outcome: 'skipped', ...untouched }
  if (!configReaches(machine, write.on)) return { outcome: 'lost', ...untouched }
  const next = writeRegister(machine, write.on, write.register, written)
  const after = functionOf(next, write.on).config
  return {
    outcome: 'written',
    values: { before: read, written, after: readConfig(after, offset, width) },
    changed: changedBytes(before, after),
    machine: next,
  }
}

function flowAt(flow: TrafficFlow, machine: Machine, request: TimelineRequest): FlowAt {
  const passage = machine === request.machine ? passageAtHandOver(flow, machine) : flow.walk(machine)
  return { flow: flow.flow, live: isLive(flow, request), ...passage }
}

const AT_HAND_OVER = new WeakMap<Machine, Map<TrafficFlow, Passage>>()

/** Walks are pure and most timelines start from the same machine: it is walked once. */
function passageAtHandOver(flow: TrafficFlow, machine: Machine): Passage {
  const known = AT_HAND_OVER.get(machine) ?? new Map<TrafficFlow, Passage>()
  AT_HAND_OVER.set(machine, known)
  const passage = known.get(flow) ?? flow.walk(machine)
  known.set(flow, passage)
  return passage
}
