/** The words for what the model answers, the same on pages and in the panel. Meaning is in the word; colour may add to it. */
import type { Decision, Effect, Verdict } from '../report/schema.js'
import type { FlowState } from './flows/flow.js'

export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  breaks: 'breaks',
  disturbs: 'is disturbed',
  none: 'goes on',
  unknown: 'unknown',
}

export const STATE_WORDS: Readonly<Record<FlowState, string>> = {
  through: 'goes through',
  held: 'is held',
  delayed: 'is delayed',
  cut: 'is cut',
  open: 'has no answer',
}

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  breaks: 'breaks a promised flow',
  disturbs: 'disturbs a promised flow',
  safe: 'safe for the promised flows',
  expected: 'expected: the new kernel should write it',
  unknown: 'cannot be told',
}

export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  preserve: 'Preserve: the write must not reach a preserved device.',
  rewrite: 'Rewrite: the new kernel should write it.',
  owner: 'Owner: it is not for the PCI core to decide.',
  open: 'Open: nothing has been decided.',
}
