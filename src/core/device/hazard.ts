/**
 * From the fields of a site to its hazard. A value that the engine could not resolve is never guessed: the worst case
 * is named, and the effect stays `unknown`.
 */
import {
  type Decision,
  type Field,
  FLOWS,
  type Flow,
  type Hazard,
  PHASES,
  type Phase,
  type Verdict,
} from '../report/schema.js'
import { type FlowEffect, flowEffects, verdictOf, worstEffect } from './effect.js'
import { type FunctionName, findFunction, placeName } from './fabric.js'
import type { Feature, Scenario } from './features/defineFeature.js'
import { featureNamed } from './features/index.js'
import { type FieldWrite, fieldWrites } from './fieldWrites.js'
import type { Register } from './register.js'
import type { OneField, WriteProblem } from './registerWrite.js'
import { handedOver, simulateWrites } from './simulate.js'
import { inPhase, type Timeline } from './timeline.js'
import { trafficFlows } from './traffic.js'

interface FieldHazard {
  readonly effects: readonly FlowEffect[]
  readonly decision: Decision
  readonly source: string | null
  readonly scenario: string | null
}

/**
 * What a site's write does to a preserved device in use in a phase. Every flow has an effect in the answer.
 * `value` is the constant that is written, or null; `onBridge` says that the written device is a bridge above the
 * preserved one; `promised` are the flows of the profile.
 */
export function hazardOf(
  fields: readonly Field[],
  value: number | null,
  onBridge: boolean,
  promised: readonly Flow[],
  phase: Phase,
): Hazard {
  const on: FunctionName = onBridge ? 'root-port' : 'endpoint'
  if (fields.length === 0) return asHazard(uncovered('which register is written is not resolved'), promised)
  const hazards = fieldWrites(fields, value).map((one) => fieldHazard(one, on, phase))
  const verdicts = hazards.map((hazard) => verdictOf(hazard.effects, promised, hazard.decision))
  const leading = hazards[WORST_VERDICT_FIRST.map((verdict) => verdicts.indexOf(verdict)).find((at) => at >= 0) ?? 0]!
  return asHazard({ ...leading, effects: joinEffects(hazards, leading) }, promised)
}

export const WORST_VERDICT_FIRST: readonly Verdict[] = ['breaks', 'unknown', 'disturbs', 'expected', 'safe']

function asHazard(hazard: FieldHazard, promised: readonly Flow[]): Hazard {
  return { verdict: verdictOf(hazard.effects, promised, hazard.decision), ...hazard }
}

/** The worst that any field of the write does to each flow; of equals the leading field's word. */
function joinEffects(hazards: readonly FieldHazard[], leading: FieldHazard): readonly FlowEffect[] {
  const inOrder = [leading, ...hazards.filter((hazard) => hazard !== leading)]
  if (inOrder.length === 1) return leading.effects
  return FLOWS.map((flow) => {
    const candidates = inOrder.map((hazard) => hazard.effects.find((effect) => effect.flow === flow)!)
    const worst = worstEffect(candidates.map(({ effect }) => effect))
    return candidates.find(({ effect }) => effect === worst)!
  })
}

const HAZARDS = new Map<string, FieldHazard>()
const MOST_KEPT = 10_000

/** A tree has thousands of sites and some hundreds of different writes. */
function fieldHazard({ field, write }: FieldWrite, asked: FunctionName, phase: Phase): FieldHazard {
  const { register, feature, bits, mask, change } = field
  const key = `${asked} ${phase} ${register} ${feature} ${bits} ${mask} ${change} ${write?.change}`
  return once(HAZARDS, key, () => hazardOfField(field, write, asked, phase))
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key)
  if (found !== undefined) return found
  if (known.size >= MOST_KEPT) known.clear()
  const made = make()
  known.set(key, made)
  return made
}

function hazardOfField(field: Field, write: OneField | null, asked: FunctionName, phase: Phase): FieldHazard {
  const on = functionWith(field, asked)
  const feature = featureNamed(field.feature)
  if (write) return simulated(field, feature, on, write, phase)
  return notResolved(field, feature, on, phase)
}

/** A register, or a bit of it, that only ports have tells that a port is written; the other way round for registers. */
function functionWith({ register, mask }: Field, asked: FunctionName): FunctionName {
  const other = asked === 'endpoint' ? 'root-port' : 'endpoint'
  const [here, there] = [asked, other].map((name) => findFunction(handedOver(name, []), name)?.byName.get(register))
  if (!here && there) return other
  if (asked !== 'endpoint' || !here || !there || mask === 0) return asked
  return (takes(here) & mask) === 0 && (takes(there) & mask) !== 0 ? other : asked
}

function takes({ readWrite, writeOneToClear, acts }: Register): number {
  return readWrite | writeOneToClear | acts
}

function simulated(
  field: Field,
  feature: Feature | null,
  on: FunctionName,
  write: OneField,
  phase: Phase,
): FieldHazard {
  const { is: decision, source } = feature?.decision ?? { is: 'open' as const, source: null }
  const result = simulatedOnce(on, phase, write)
  if ('problem' in result)
    return { effects: everyFlow('unknown', whyNot(result, field, on)), decision, source, scenario: null }
  if (field.change === 'as-read') return { effects: asRead(result.effects), decision, source, scenario: null }
  const op =
    typeof write.change === 'number' ? opOfValue(write.change, result) : write.change === 'set' ? 'set' : 'clear'
  return { effects: result.effects, decision, source, scenario: scenarioFor(feature, on, field, op)?.id ?? null }
}

/**
 * True if no flow suffers in any phase, whatever is written to the field, on an endpoint and on a port: neither its bits set nor its
 * bits cleared harm any, no file of a feature names a harm that it can do, and nobody has decided to preserve it.
 */
export function cannotHarm(field: Field): boolean {
  const feature = featureNamed(field.feature)
  if (feature && feature.decision.is !== 'open') return false
  if (field.change === 'as-read') return true
  const isNote = feature?.registers.some((one) => one.isNote && one.register === field.register)
  return (isNote || !feature?.reasons.justification) && BOTH_KINDS.every((on) => extremesAreHarmless(field, on))
}

const BOTH_KINDS: readonly FunctionName[] = ['endpoint', 'root-port']

/** Whether one of the flows suffers with the field's bits all set or all cleared, or that cannot be simulated. */
export function extremesHarm(field: Field, flows: readonly Flow[]): boolean {
  return BOTH_KINDS.some((on) => !extremesAreHarmless(field, on, flows))
}

function extremesAreHarmless(field: Field, asked: FunctionName, flows: readonly Flow[] = FLOWS): boolean {
  const on = functionWith(field, asked)
  return (['set', 'clear'] as const).every((change) => {
    const write: OneField = { register: field.register, op: 'field', change, mask: field.mask }
    return PHASES.every((phase) => isWithoutEffect(simulatedOnce(on, phase, write), flows))
  })
}

function isWithoutEffect(result: Simulated | WriteProblem, flows: readonly Flow[]): boolean {
  if ('problem' in result) return false
  return result.effects.every(({ flow, effect }) => effect === 'none' || !flows.includes(flow))
}

interface Simulated {
  readonly effects: readonly FlowEffect[]
  readonly timeline: Timeline
}

const SIMULATED = new Map<string, Simulated | WriteProblem>()
const IN_PHASE = new Map<string, Simulated | WriteProblem>()

/** What a write does in a phase. The machine takes it alike in all of them. */
function simulatedOnce(on: FunctionName, phase: Phase, write: OneField): Simulated | WriteProblem {
  const key = `${on} ${write.register} ${write.change} ${write.mask}`
  return once(IN_PHASE, `${key} ${phase}`, () => {
    const result = once(SIMULATED, key, () => simulateWrites({ on, phase, writes: [write], flows: [] }))
    if ('problem' in result || result.timeline.phase === phase) return result
    const timeline = inPhase(result.timeline, phase, trafficFlows)
    return { effects: flowEffects(timeline, trafficFlows), timeline }
  })
}

function whyNot(problem: WriteProblem, field: Field, on: FunctionName): string {
  if (problem.problem === 'no-register') return `the device model has no ${field.register} on ${placeName(on)}`
  return `${field.register} of the device model has no place for the value that is written`
}

function asRead(effects: readonly FlowEffect[]): readonly FlowEffect[] {
  return effects.map((one) =>
    one.effect === 'none' ? { ...one, why: 'the value that was read is written back: no bit changes' } : one,
  )
}

/** A value that takes bits away is told by the scenario that clears them. */
function opOfValue(value: number, { timeline }: Simulated): 'set' | 'clear' {
  const step = timeline.steps.at(-1)
  const lost = step?.values && step.write ? step.values.before & ~value & step.write.mask : 0
  return lost !== 0 ? 'clear' : 'set'
}

/** Tries the field's own bits cleared and set, names the worse of the two for each flow, and leaves it open. */
function notResolved(field: Field, feature: Feature | null, on: FunctionName, phase: Phase): FieldHazard {
  const cases = (['clear', 'set'] as const).map((op) => {
    const write: OneField = { register: field.register, op: 'field', change: op, mask: field.mask }
    return { op, ...simulated(field, feature, on, write, phase) }
  })
  const effects = FLOWS.map((flow): FlowEffect => {
    const tried = cases.map(({ op, effects }) => ({ op, ...effects.find((effect) => effect.flow === flow)! }))
    const worst = worstEffect(tried.map(({ effect }) => effect))
    const { op, why } = tried.find(({ effect }) => effect === worst)!
    const bits = field.bits.join(', ') || field.register
    const what =
      worst === 'none'
        ? 'neither all of its bits set nor all cleared harms it'
        : `worst case, if ${bits} is ${op === 'set' ? 'set' : 'cleared'}: ${why}`
    return { flow, effect: 'unknown', why: `${CANNOT_TELL[field.change] ?? 'the value is not resolved'}; ${what}` }
  })
  const { decision, source, scenario } = cases[0]!
  return { effects, decision, source, scenario }
}

const CANNOT_TELL: Readonly<Partial<Record<Field['change'], string>>> = {
  caller: 'the value comes from the caller',
  saved: 'the value was saved earlier and need not be what the device has now',
}

function uncovered(why: string): FieldHazard {
  return { effects: everyFlow('unknown', why), decision: 'open', source: null, scenario: null }
}

function everyFlow(effect: FlowEffect['effect'], why: string): readonly FlowEffect[] {
  return FLOWS.map((flow) => ({ flow, effect, why }))
}

/** The feature's scenario that shows such a write: the same function and register, the bits changed the same way or a value. */
function scenarioFor(
  feature: Feature | null,
  on: FunctionName,
  { register, bits }: Field,
  op: 'set' | 'clear',
): Scenario | null {
  const shows = feature?.scenarios.filter(
    ({ on: where, writes: [write, more] }) => where === on && !more && write?.register === register,
  )
  const alike = shows?.find(({ writes: [write] }) => {
    if (write?.op !== op) return false
    return !('bits' in write) || bits.length === 0 || write.bits.some((bit) => bits.includes(bit))
  })
  return alike ?? shows?.find(({ writes: [write] }) => write?.op === 'value') ?? null
}
