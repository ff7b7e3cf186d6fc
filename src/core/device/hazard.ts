/**
 * From the fields of a site to its hazard. A value that the engine could not resolve is never guessed: the worst case
 * is named, and the effect stays `unknown`.
 */
import { type Decision, type Field, FLOWS, type Flow, type Hazard, type Phase, type Verdict } from '../report/schema.js'
import { type FlowEffect, verdictOf, worstEffect } from './effect.js'
import { type FunctionName, PLACE_NAMES } from './fabric.js'
import type { Feature, Scenario } from './features/defineFeature.js'
import { featureNamed, featureOf } from './features/index.js'
import type { RegisterWrite } from './registerWrite.js'
import { simulateWrites } from './simulate.js'
import { clearsWhenWrittenBack } from './writeOneToClear.js'

interface FieldHazard {
  readonly effects: readonly FlowEffect[]
  readonly decision: Decision
  readonly source: string | null
  readonly scenario: string | null
}

/**
 * What a site's write does to a preserved device in use. Every flow has an effect in the answer.
 * `value` is the constant that is written, or null; `onBridge` says that the written device is a bridge above the
 * preserved one; `promised` are the flows of the profile.
 */
export function hazardOf(
  fields: readonly Field[],
  value: number | null,
  onBridge: boolean,
  promised: readonly Flow[],
  phase: Phase = 'boot',
): Hazard {
  const on: FunctionName = onBridge ? 'root-port' : 'endpoint'
  if (fields.length === 0) return asHazard(uncovered('which register is written is not resolved'), promised)
  const hazards = fields.map((field) => fieldHazard(field, value, on, phase))
  const verdicts = hazards.map((hazard) => verdictOf(hazard.effects, promised, hazard.decision))
  const leading = hazards[WORST_FIRST.map((verdict) => verdicts.indexOf(verdict)).find((at) => at >= 0) ?? 0]!
  return asHazard({ ...leading, effects: joinEffects(hazards, leading) }, promised)
}

const WORST_FIRST: readonly Verdict[] = ['breaks', 'unknown', 'disturbs', 'expected', 'safe']

function asHazard(hazard: FieldHazard, promised: readonly Flow[]): Hazard {
  return { verdict: verdictOf(hazard.effects, promised, hazard.decision), ...hazard }
}

/** The worst that any field of the write does to each flow; of equals the leading field's word. */
function joinEffects(hazards: readonly FieldHazard[], leading: FieldHazard): readonly FlowEffect[] {
  const inOrder = [leading, ...hazards.filter((hazard) => hazard !== leading)]
  return FLOWS.map((flow) => {
    const candidates = inOrder.flatMap((hazard) => hazard.effects.filter((effect) => effect.flow === flow))
    const worst = worstEffect(candidates.map(({ effect }) => effect))
    return candidates.find(({ effect }) => effect === worst)!
  })
}

function fieldHazard(field: Field, value: number | null, on: FunctionName, phase: Phase): FieldHazard {
  const feature = featureNamed(field.feature) ?? featureOf(field.register, field.bits)
  if (field.change === 'as-read') return writtenBack(field, feature)
  if (!feature) return uncovered(`the device model does not cover ${field.feature} yet`)
  const write = resolvedWrite(field, value)
  if (write) return simulated(feature, on, write, phase)
  return notResolved(field, feature, on, phase)
}

/** The write that a field stands for, if the engine resolved it. */
function resolvedWrite({ register, mask, change }: Field, value: number | null): RegisterWrite | null {
  if (change === 'set' || change === 'clear') return { register, op: change, mask }
  if (change !== 'value' || value === null) return null
  // The value of a wider access holds its neighbours too: only the field's own bits are meant here.
  const own = (value & mask) >>> 0
  return { register, op: 'value', value: own, mask }
}

function simulated(feature: Feature, on: FunctionName, write: RegisterWrite, phase: Phase): FieldHazard {
  const result = simulateWrites({ on, phase, writes: [write], flows: [] })
  const { is: decision, source } = feature.decision
  if ('problem' in result) {
    const why = `the device model has no ${write.register} on ${PLACE_NAMES[on]}`
    return { effects: everyFlow('unknown', why), decision, source, scenario: null }
  }
  const changed = result.timeline.steps.at(-1)?.values
  const op = write.op === 'value' ? opOfValue(write, changed) : write.op
  return { effects: result.effects, decision, source, scenario: scenarioFor(feature, on, op)?.id ?? null }
}

function opOfValue(
  write: Extract<RegisterWrite, { op: 'value' }>,
  values: { readonly before: number } | null | undefined,
) {
  const mask = write.mask ?? 0xffffffff
  return values && (values.before & ~write.value & mask) !== 0 ? 'clear' : 'set'
}

/** Tries the feature's own bits cleared and set, names the worse of the two for each flow, and leaves it open. */
function notResolved(field: Field, feature: Feature, on: FunctionName, phase: Phase): FieldHazard {
  const cases = (['clear', 'set'] as const).map((op) => {
    const write = { register: field.register, op, mask: field.mask }
    return { op, ...simulated(feature, on, write, phase) }
  })
  const effects = FLOWS.map((flow): FlowEffect => {
    const tried = cases.map(({ op, effects }) => ({ op, ...effects.find((effect) => effect.flow === flow)! }))
    const worst = worstEffect(tried.map(({ effect }) => effect))
    const { op, why } = tried.find(({ effect }) => effect === worst)!
    const bits = field.bits.join(', ') || field.register
    const what =
      worst === 'none'
        ? 'no value of the field is known to harm it'
        : `worst case, if ${bits} is ${op === 'set' ? 'set' : 'cleared'}: ${why}`
    return { flow, effect: 'unknown', why: `${CANNOT_TELL[field.change] ?? 'the value is not resolved'}; ${what}` }
  })
  const { is: decision, source } = feature.decision
  return { effects, decision, source, scenario: scenarioFor(feature, on, 'clear')?.id ?? null }
}

const CANNOT_TELL: Readonly<Partial<Record<Field['change'], string>>> = {
  caller: 'the value comes from the caller',
  saved: 'the value was saved earlier and need not be what the device has now',
}

/** What was read is written back: no bit changes, except those that a written 1 clears. */
function writtenBack(field: Field, feature: Feature | null): FieldHazard {
  const clears = clearsWhenWrittenBack(field.register, field.mask)
  if (clears !== null && !feature)
    return uncovered(
      `writing back what was read clears ${clears}; the device model does not cover ${field.feature} yet`,
    )
  return {
    effects: everyFlow('none', 'the value that was read is written back: no bit changes'),
    decision: feature?.decision.is ?? 'open',
    source: feature?.decision.source ?? null,
    scenario: null,
  }
}

function uncovered(why: string): FieldHazard {
  return { effects: everyFlow('unknown', why), decision: 'open', source: null, scenario: null }
}

function everyFlow(effect: FlowEffect['effect'], why: string): readonly FlowEffect[] {
  return FLOWS.map((flow) => ({ flow, effect, why }))
}

function scenarioFor(feature: Feature, on: FunctionName, op: 'set' | 'clear'): Scenario | null {
  return feature.scenarios.find((one) => one.on === on && one.writes.length === 1 && one.writes[0]?.op === op) ?? null
}
