/** One register of config space, as the model knows it. Names and bit names are those of `pci_regs.h`. */
export interface Register {
  readonly name: string
  /** From the start of config space; in a capability's own list, from the capability's header. */
  readonly offset: number
  readonly width: 1 | 2 | 4
  readonly initial: number
  /** Bits that keep what is written. */
  readonly readWrite: number
  /** Bits that a written 1 clears. All other bits are read-only or hardwired. */
  readonly writeOneToClear: number
  readonly bits: Readonly<Record<string, number>>
  /** Writable bits whose consequence for traffic the model does not carry: once one changes, no flow has an answer. */
  readonly uncarried: number
  /** The clause of the specification. */
  readonly source: string
}

type Shape = Pick<Register, 'name' | 'offset' | 'width' | 'source'> & Partial<Register>

/** Read-only and zero unless the shape says otherwise. */
export function register(shape: Shape): Register {
  return { initial: 0, readWrite: 0, writeOneToClear: 0, bits: {}, uncarried: 0, ...shape }
}

export function findRegister(registers: readonly Register[], name: string): Register | undefined {
  return registers.find((candidate) => candidate.name === name)
}

/** The named bits that `mask` touches, in the order of the register's own list. */
export function bitNames(of: Register, mask: number): readonly string[] {
  return Object.keys(of.bits).filter((name) => (of.bits[name]! & mask) !== 0)
}
