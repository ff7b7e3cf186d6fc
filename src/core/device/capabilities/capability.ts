import { type Register, register } from '../register.js'

/** A capability as the specification lays it out: one file each, offsets relative to its header. */
export interface Capability {
  readonly name: string
  /** The Capability ID (PCI-SIG code and ID assignment). */
  readonly id: number
  readonly registers: readonly Register[]
}

export interface PlacedCapability {
  readonly capability: Capability
  /** Where its header stands in config space. */
  readonly at: number
}

export function defineCapability(capability: Capability): Capability {
  return capability
}

/** The registers of a list of capabilities, each header pointing to the next (PCIe r6.0 §7.5.1.1.11). */
export function placeCapabilities(placed: readonly PlacedCapability[]): readonly Register[] {
  return placed.flatMap(({ capability, at }, i) => [
    register({
      name: `${capability.name} header`,
      offset: at,
      width: 2,
      initial: capability.id + (placed[i + 1]?.at ?? 0) * 256,
      source: 'PCIe r6.0 §7.5.1.1.11',
    }),
    ...capability.registers.map((one) => ({ ...one, offset: at + one.offset })),
  ])
}
