/** A capability as the specification lays it out: one file each, offsets relative to its header. */
import type { Width } from '../configSpace.js'
import type { FunctionKind } from '../fabric.js'
import type { Register } from '../register.js'

export interface CapabilityShape {
  /** A register of the capability as it is now, by its offset from the header. */
  readonly read: (offset: number, width: Width) => number
  readonly kind: FunctionKind
  readonly isVf: boolean
  /** Of the BARs of its VFs, by their index; absent where nothing told them. */
  readonly vfBarSizes: ReadonlyMap<number | 'rom', number>
}

export interface Capability {
  readonly name: string
  /** How its registers' names in pci_regs.h begin, where that is not `PCI_` and the name. */
  readonly prefix?: string
  /** Of the standard list, or of the extended one that starts at 0x100 (PCIe r6.0 §7.6). */
  readonly list: 'standard' | 'extended'
  /** The Capability ID (PCI-SIG code and ID assignment). */
  readonly id: number
  /** The registers that the capability of this function has; masks follow from what it says it can do. */
  readonly registers: (shape: CapabilityShape) => readonly Register[]
}

export function defineCapability(capability: Capability): Capability {
  return capability
}

export function isPort(kind: FunctionKind): boolean {
  return kind === 'root-port' || kind === 'switch-downstream'
}
