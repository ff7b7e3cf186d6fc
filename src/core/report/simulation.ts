/** The result of `simulate`, as JSON and as text. */
import { placeName } from '../device/fabric.js'
import type { Simulation } from '../device/simulate.js'
import type { Step } from '../device/timeline.js'
import { DECISION_WORDS, EFFECT_WORDS, VERDICT_WORDS } from '../device/wording.js'
import { terminalText } from '../text/terminal.js'
import type { Flow } from './schema.js'

export interface SimulationTold {
  /** As it was asked for. */
  readonly on: string
  readonly asked: readonly string[]
  readonly simulation: Simulation
  readonly flows: readonly Flow[]
  /** What the model does not know about the function. */
  readonly unknown: readonly string[]
}

export function simulationJson({ on, asked, simulation, flows, unknown }: SimulationTold): string {
  const { effects, decision, source, verdict, timeline } = simulation
  const report = {
    schema: 1,
    command: 'simulate',
    on,
    function: timeline.on,
    phase: timeline.phase,
    flows,
    writes: asked,
    effects: effects.map(({ flow, effect, why }) => ({ flow, effect, why })),
    decision,
    source,
    verdict,
    steps: timeline.steps.slice(1).map(stepJson),
    unknown,
  }
  return `${JSON.stringify(report, null, 2)}\n`
}

function stepJson({ write, outcome, values }: Step) {
  return {
    write: write?.text ?? null,
    register: write?.register.name ?? null,
    offset: write?.register.offset ?? null,
    outcome,
    before: values?.before ?? null,
    written: values?.written ?? null,
    after: values?.after ?? null,
    writable: write?.register.readWrite ?? null,
    writeOneToClear: write?.register.writeOneToClear ?? null,
  }
}

export function simulationText({ simulation, flows, unknown }: SimulationTold): string {
  const { effects, decision, source, verdict, timeline } = simulation
  const width = Math.max(...effects.map(({ flow }) => flow.length)) + 2
  const lines = [
    `On ${placeName(timeline.on)}, phase ${timeline.phase}:`,
    ...timeline.steps.slice(1).map(stepText),
    '',
    ...effects.map(
      ({ flow, effect, why }) =>
        `${flows.includes(flow) ? '*' : ' '} ${flow.padEnd(width)}${EFFECT_WORDS[effect].padEnd(14)}${why}`,
    ),
    '',
    `* must go on. Verdict: ${VERDICT_WORDS[verdict]}.`,
    `${DECISION_WORDS[decision]}${source === null ? '' : ` [${source}]`}`,
    ...unknown.map((what) => `Not in the model: ${what}.`),
  ]
  return `${lines.map(terminalText).join('\n')}\n`
}

function stepText({ number, write, outcome, values }: Step): string {
  if (!write || !values) return ''
  const hex = (value: number) => `0x${value.toString(16).padStart(write.register.width * 2, '0')}`
  const result =
    outcome === 'lost'
      ? 'does not reach the function'
      : values.before === values.after
        ? `stays ${hex(values.after)}`
        : `${hex(values.before)} -> ${hex(values.after)}`
  return `  ${number}. ${write.text}: ${result}`
}
