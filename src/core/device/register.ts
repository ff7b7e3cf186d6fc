/** One register of config space, as the model knows it. Names and bit names are those of `pci_regs.h`. */
import type { Machine } from './fabric.js'
import { type Bits, bitsOf } from './registerBits.js'

export interface Register {
  readonly name: string
  /** From the start of config space; in a capability's own list, from the capability's header. */
  readonly offset: number
  readonly width: 1 | 2 | 4
  /** Bits that keep what is written. */
  readonly readWrite: number
  /** Bits that a written 1 clears. All other bits are read-only or hardwired. */
  readonly writeOneToClear: number
  /** Bits that read 0 and do something when a 1 is written: a reset, a retraining. */
  readonly acts: number
  /** Bits that survive a reset of the function. */
  readonly sticky: number
  readonly bits: Bits
  /** What follows from a write besides the bits that it leaves, if anything does. */
  readonly onWrite: ((event: WriteEvent) => Machine) | null
  /** The clause of the specification. */
  readonly source: string
}

/** A config write that the function has taken. */
export interface WriteEvent {
  /** With the new bits in it. */
  readonly machine: Machine
  /** The machine as it was before the write. */
  readonly earlier: Machine
  /** The function that was written. */
  readonly on: string
  readonly register: Register
  readonly before: number
  /** As it was put on the bus. */
  readonly written: number
  readonly after: number
}

type Shape = Pick<Register, 'name' | 'offset' | 'width' | 'source'> & Partial<Register>

/** Read-only and without consequence unless the shape says otherwise; its bits are those of its name. */
export function register(shape: Shape): Register {
  return { readWrite: 0, writeOneToClear: 0, acts: 0, sticky: 0, onWrite: null, bits: bitsOf(shape.name), ...shape }
}

/** The named bits that `mask` touches, in the order of the register's own list. */
export function bitNames(of: Register, mask: number): readonly string[] {
  return Object.keys(of.bits).filter((name) => (of.bits[name]! & mask) !== 0)
}
