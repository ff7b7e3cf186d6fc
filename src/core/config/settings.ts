import type { Flow, Phase } from '../report/schema.js'
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
}

export const defaultSettings: Settings = {
  arch: 'x86',
  config: null,
  phases: ['boot', 'shutdown', 'userspace'],
  policy: 'upstream',
  flows: ['dma', 'config'],
  drivers: ['vfio-pci', 'pci-stub', 'pci-pf-stub', 'pci-lu-stub', 'pci-lu-stub-pf'],
  guards: [],
}
