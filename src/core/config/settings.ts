import type { Flow, Phase } from '../report/schema.js'
import type { Suppression } from '../suppressions/suppression.js'
import type { KernelConfig } from './kernelConfig.js'

/** What a review is asked for. Shells fill it from flags, editor settings or the tree's config file. */
export interface Settings {
  readonly arch: string
  /** The configuration that decides `#if` and which files are built; null: any that the arch can have. */
  readonly config: KernelConfig | null
  readonly phases: readonly Phase[]
  readonly policy: 'upstream' | 'strict'
  readonly flows: readonly Flow[]
  /** Drivers that hand devices over: their probe and shutdown count. Kernel driver names, '-' and '_' alike. */
  readonly drivers: readonly string[]
  /** Guards beside those of the public series, as patterns of `guardFromPattern`. */
  readonly guards: readonly string[]
  /** Ids of the rules whose findings are wanted, `-ID` for one that is not; empty for all. */
  readonly rules: readonly string[]
  /** Entries of the tree's suppression file; comments in the code are found by the engine. */
  readonly suppressions: readonly Suppression[]
  /** Devices handed over, as `vvvv:dddd` in lower-case hex: a fixup whose ids match one of them counts. */
  readonly ids: readonly string[]
}

export const defaultSettings: Settings = {
  arch: 'x86',
  config: null,
  phases: ['boot', 'shutdown', 'userspace'],
  policy: 'upstream',
  flows: ['dma', 'config'],
  drivers: ['vfio-pci', 'pci-stub', 'pci-pf-stub', 'pci-lu-stub', 'pci-lu-stub-pf'],
  guards: [],
  rules: [],
  suppressions: [],
  ids: [],
}

/** Whether findings of a rule are wanted by a list of ids and `-ID`s. */
export function isRuleOn(list: readonly string[], id: string): boolean {
  const only = list.filter((item) => !item.startsWith('-'))
  return !list.includes(`-${id}`) && (only.length === 0 || only.includes(id))
}
