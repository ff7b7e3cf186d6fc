import type { Decision, Phase } from '../../report/schema.js'
import type { FunctionName } from '../fabric.js'
import type { RegisterWrite } from '../registerWrite.js'

/** A sentence with where it comes from: a tag of `sources.ts`, a clause (`PCIe r6.0 §…`), or code (`Linux 6.12 …`). */
export interface Statement {
  readonly text: string
  readonly source: string
}

/** One way in which the kernel writes the feature's registers. What it does is simulated, never stated. */
export interface Scenario {
  /** `<feature>/<name>`: the key in `hazard.scenario` and in the panel. */
  readonly id: string
  readonly title: string
  readonly on: FunctionName
  readonly phase: Phase
  readonly writes: readonly RegisterWrite[]
  /** Which code writes so. */
  readonly by: Statement
}

export interface OwnedRegister {
  readonly register: string
  /** Bit names of `pci_regs.h`, masks of fields among them; empty for the whole register. */
  readonly bits: readonly string[]
  /** Software keeps a note there that hardware does not act on: what is said of the feature's harm does not hold for it. */
  readonly isNote?: true
}

/**
 * What a comment that justifies a guard on this feature is judged by. Lower case; a word is looked for whole, with or
 * without a plural s, and a phrase as it stands.
 */
export interface Reasons {
  /** Words that speak of the feature. */
  readonly words: readonly string[]
  /** Words for what would be harmed. */
  readonly harms: readonly string[]
  /**
   * A model sentence, for a code action to offer; null where no harm to a preserved device is known, so that there is
   * nothing to offer and a guard needs a reason that this file does not have.
   */
  readonly justification: string | null
}

/** All that is said about one feature of config space. Effects come from the simulation and are not part of it. */
export interface Feature {
  readonly name: string
  readonly title: string
  readonly registers: readonly OwnedRegister[]
  /** Which part of the kernel decides the state of these registers. */
  readonly owner: string
  readonly decision: { readonly is: Decision; readonly source: string }
  readonly page: {
    readonly what: readonly Statement[]
    /** Why a preserved device needs it. */
    readonly why: readonly Statement[]
    /** What a cold boot writes, and why that cannot be done here. */
    readonly coldBoot: readonly Statement[]
    /** What upstream decided. */
    readonly decided: readonly Statement[]
  }
  readonly scenarios: readonly Scenario[]
  readonly reasons: Reasons
}

export function defineFeature(feature: Feature): Feature {
  return feature
}

export function set(register: string, ...bits: readonly string[]): RegisterWrite {
  return { register, op: 'set', bits }
}

export function clear(register: string, ...bits: readonly string[]): RegisterWrite {
  return { register, op: 'clear', bits }
}

/** The whole register, or the bits of a mask. */
export function value(register: string, to: number, mask?: number): RegisterWrite {
  return { register, op: 'value', value: to, ...(mask === undefined ? {} : { mask }) }
}
