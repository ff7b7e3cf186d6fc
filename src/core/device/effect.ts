/**
 * From a timeline to what happened to each flow, and from that and a decision to the verdict. There is no table of
 * effects: a flow breaks because its walk was cut after some write, and the walk says why.
 */
import type { Decision, Effect, Flow, Verdict } from '../report/schema.js'
import type { FlowState, TrafficFlow } from './flows/flow.js'
import type { FlowAt, Step, Timeline } from './timeline.js'

export interface FlowEffect {
  readonly flow: Flow
  readonly effect: Effect
  readonly why: string
}

export function flowEffects(timeline: Timeline, flows: readonly TrafficFlow[]): readonly FlowEffect[] {
  return flows.map((flow) => ({ flow: flow.flow, ...effectOn(flow, timeline) }))
}

function effectOn(flow: TrafficFlow, timeline: Timeline): Omit<FlowEffect, 'flow'> {
  const seen = timeline.steps.map((step) => ({ step, at: step.flows.find((one) => one.flow === flow.flow)! }))
  const [start, ...after] = seen
  const last = seen[seen.length - 1]
  if (!start || !last) return { effect: 'none', why: 'nothing was simulated' }
  if (timeline.guarded) return { effect: 'none', why: 'the guard skips the write' }
  if (start.at.state === 'cut') return { effect: 'none', why: `did not run before either: ${start.at.why}` }
  const first = (state: FlowState) => after.find(({ at }) => at.state === state)
  const firstCut = first('cut')
  if (!start.at.live) return { effect: 'none', why: whyAtRest(flow, timeline, firstCut?.at) }
  if (firstCut) return { effect: 'breaks', why: whyBroken(timeline, firstCut.step, firstCut.at, last.at) }
  const open = first('open')
  if (open) return { effect: 'unknown', why: open.at.why }
  const held = first('held')
  if (held && last.at.state === 'held') return { effect: 'breaks', why: `${held.at.why}, and nothing releases it` }
  const waits = held ?? first('delayed')
  if (waits)
    return { effect: 'disturbs', why: `${waits.at.why}; it goes on ${held ? 'when it is released' : 'by itself'}` }
  return { effect: 'none', why: last.at.why }
}

/**
 * A bit that is put back does not bring back what was lost meanwhile: neither DMA requests nor interrupt messages are
 * repeated. Only what a protocol holds and replays by itself (`delayed`) is a mere disturbance.
 */
function whyBroken(timeline: Timeline, step: Step, cut: FlowAt, last: FlowAt): string {
  const only = timeline.steps.length === 2
  const where = only ? cut.why : `${cut.why}, after write ${step.number} (${step.write?.text ?? ''})`
  return last.state === 'through' ? `${where}; a later write puts it back, but what was sent meanwhile is lost` : where
}

function whyAtRest(flow: TrafficFlow, { situation }: Timeline, cut: FlowAt | undefined): string {
  if (situation === 'cold-boot') return 'nothing runs at a cold boot, so nothing is lost'
  const rest = flow.restsBecause ?? 'there is no such traffic in this phase'
  return cut ? `${rest}; it would not get through (${cut.why}) if it is not put back before` : rest
}

const WORST_FIRST: readonly Effect[] = ['breaks', 'unknown', 'disturbs', 'none']

/** Harm that is proven counts before what cannot be told, and that before a disturbance. */
export function worstEffect(effects: readonly Effect[]): Effect {
  return WORST_FIRST.find((effect) => effects.includes(effect)) ?? 'none'
}

/** For the promised flows. A write that upstream wants the new kernel to make is `expected`, whatever it stops. */
export function verdictOf(effects: readonly FlowEffect[], promised: readonly Flow[], decision: Decision): Verdict {
  const worst = worstEffect(effects.filter(({ flow }) => promised.includes(flow)).map(({ effect }) => effect))
  if (worst === 'unknown') return 'unknown'
  if (decision === 'rewrite') return 'expected'
  return worst === 'none' ? 'safe' : worst
}
