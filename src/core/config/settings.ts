import type { Flow, Phase } from '../report/schema.js'

/** What a review is asked for. Shells fill it from flags, editor settings or the tree's config file. */
export interface Settings {
  readonly arch: string
  readonly phases: readonly Phase[]
  readonly policy: 'upstream' | 'strict'
  readonly flows: readonly Flow[]
  /** Drivers that hand devices over: their probe and shutdown count. Kernel driver names, '-' and '_' alike. */
  readonly drivers: readonly string[]
}

export const defaultSettings: Settings = {
  arch: 'x86',
  phases: ['boot', 'shutdown', 'userspace'],
  policy: 'upstream',
  flows: ['dma', 'config'],
  drivers: ['vfio-pci', 'pci-stub', 'pci-pf-stub', 'pci-lu-stub', 'pci-lu-stub-pf'],
}
