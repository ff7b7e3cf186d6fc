/**
 * From the offset of an access to the registers that it touches. The offset is a sum: one term names a register, a
 * number moves on from there, and the rest is where the capability stands or an index into an array of registers.
 * What the function does not say is asked of its callers, or of where a struct's field is filled.
 */

import { capabilityOf } from '../device/features/ownership.js'
import { slice, unwrapped } from '../functions/controlFlow.js'
import type { FunctionText } from '../functions/functionText.js'
import { childOf, type SyntaxNode } from '../functions/parser.js'
import type { ConstantOf } from './constants.js'
import type { Register, RegisterNames } from './registers.js'

/** A place in config space: a register and how many bytes behind its first. */
export interface RegisterPlace {
  readonly register: Register
  readonly delta: number
}

/** The bits of one register that an access covers. */
export interface RegisterPart {
  readonly register: Register
  /** Bit of the access that is the register's bit 0; negative if the access begins inside the register. */
  readonly shift: number
  /** Bits of the register that the access covers. */
  readonly mask: number
}

/** What an offset may depend on outside of its function. */
export interface OffsetContext {
  readonly names: RegisterNames
  readonly constantOf: ConstantOf
  /** Places that the callers hand over as the parameter at this position, null unless all are known. */
  readonly argument: (position: number) => readonly RegisterPlace[] | null
  /** Places that the file stores in a struct's field of this name, null unless all are known. */
  readonly field: (name: string) => readonly RegisterPlace[] | null
}

/** The expression that a local holds where the access is made; undefined if that cannot be told. */
export type HeldAt = (local: string) => SyntaxNode | undefined

const MOST_PLACES = 16
const DEEPEST = 6
/** A number from here on is where a capability stands, not a byte behind a register. */
const FIRST_CAPABILITY = 0x40

/** Fields of kernel structs that hold a register's offset, with where they are filled. */
const OFFSET_FIELDS: Readonly<Record<string, readonly string[]>> = {
  // pci_read_bases() of drivers/pci/probe.c, called by pci_setup_device() for a header of type 0 and 1.
  rom_base_reg: ['PCI_ROM_ADDRESS', 'PCI_ROM_ADDRESS1'],
}

/** Every register that the offset can mean, null if one of them cannot be told. */
export function placesOf(
  offset: SyntaxNode,
  heldAt: HeldAt,
  fn: FunctionText,
  context: OffsetContext,
): readonly RegisterPlace[] | null {
  const places = new OffsetReader(heldAt, fn, context).read(offset, 0)
  if (!places || places.length === 0) return null
  const distinct = new Map(places.map((place) => [`${place.register.name}+${place.delta}`, place]))
  return distinct.size > MOST_PLACES ? null : [...distinct.values()]
}

class OffsetReader {
  private readonly open = new Set<string>()

  constructor(
    private readonly heldAt: HeldAt,
    private readonly fn: FunctionText,
    private readonly context: OffsetContext,
  ) {}

  read(node: SyntaxNode, depth: number): readonly RegisterPlace[] | null {
    const inner = unwrapped(node)
    if (depth > DEEPEST) return null
    if (inner.type === 'conditional_expression') return this.bothWays(inner, depth)
    if (inner.type === 'identifier') return this.ofName(slice(this.fn.text, inner), depth)
    if (inner.type === 'field_expression') return this.ofField(inner)
    if (inner.type === 'number_literal') return this.ofNumber(inner)
    const terms = this.terms(inner)
    return terms.length > 1 ? this.ofSum(terms, depth) : null
  }

  private bothWays(node: SyntaxNode, depth: number): readonly RegisterPlace[] | null {
    const sides = [childOf(node, 'consequence'), childOf(node, 'alternative')]
    const places = sides.map((side) => (side ? this.read(side, depth + 1) : null))
    return places.every((side) => side !== null) ? places.flat() : null
  }

  private ofName(name: string, depth: number): readonly RegisterPlace[] | null {
    const register = this.context.names.register(name)
    if (register) return [{ register, delta: 0 }]
    if (this.fn.parameters.includes(name) || this.fn.assignments.has(name)) return this.ofLocal(name, depth)
    const constant = this.context.constantOf(name)
    if (!constant) return null
    const other = constant.names.length === 1 ? this.context.names.register(constant.names[0]!) : null
    if (other?.value === constant.value) return [{ register: other, delta: 0 }]
    return constant.value <= 0xfff ? [this.deviceSpecific(name, constant.value)] : null
  }

  private ofLocal(name: string, depth: number): readonly RegisterPlace[] | null {
    const position = this.fn.parameters.indexOf(name)
    const all = this.fn.assignments.get(name) ?? []
    if (position >= 0 && all.length === 0) return this.context.argument(position)
    const held = this.heldAt(name)
    if (held) return this.read(held, depth + 1)
    if (position >= 0 || this.open.has(name)) return null
    // Set in several places: the one in force is not known, so all count.
    this.open.add(name)
    const places = all.map(({ operator, value }) => (operator === '=' ? this.read(value, depth + 1) : null))
    this.open.delete(name)
    return places.every((each) => each !== null) ? places.flat() : null
  }

  private ofField(node: SyntaxNode): readonly RegisterPlace[] | null {
    const field = childOf(node, 'field')
    const name = field ? slice(this.fn.text, field) : ''
    const known = Object.hasOwn(OFFSET_FIELDS, name) ? OFFSET_FIELDS[name]! : null
    const registers = known?.flatMap((each) => this.context.names.register(each) ?? [])
    if (registers && registers.length > 0) return registers.map((register) => ({ register, delta: 0 }))
    return this.context.field(name)
  }

  private ofNumber(node: SyntaxNode): readonly RegisterPlace[] | null {
    const value = this.context.names.evaluate(slice(this.fn.text, node))
    if (value === null || value > 0xfff) return null
    const register = this.context.names.inHeader(value)
    if (register) return [{ register, delta: 0 }]
    return value < FIRST_CAPABILITY ? null : [this.deviceSpecific(`0x${value.toString(16)}`, value)]
  }

  /** A register that no specification names: its own name in the C text, or its number. */
  private deviceSpecific(name: string, value: number): RegisterPlace {
    const inHeader = this.context.names.inHeader(value)
    return { register: inHeader ?? { name, value, bits: [] }, delta: 0 }
  }

  private terms(node: SyntaxNode): readonly SyntaxNode[] {
    const inner = unwrapped(node)
    const [left, right] = [childOf(inner, 'left'), childOf(inner, 'right')]
    if (inner.type !== 'binary_expression' || inner.operator !== '+' || !left || !right) return [inner]
    return [...this.terms(left), ...this.terms(right)]
  }

  private ofSum(terms: readonly SyntaxNode[], depth: number): readonly RegisterPlace[] | null {
    let places: readonly RegisterPlace[] | null = null
    let delta = 0
    let isIndexed = false
    const rest: SyntaxNode[] = []
    for (const term of terms) {
      const text = slice(this.fn.text, term)
      const register = term.type === 'identifier' ? this.context.names.register(text) : null
      if (register && places) return null
      if (register) places = [{ register, delta: 0 }]
      else if (term.type === 'number_literal') {
        const value = this.context.names.evaluate(text)
        if (value === null) return null
        if (value < FIRST_CAPABILITY) delta += value
      } else if (term.type === 'binary_expression') isIndexed = true
      else rest.push(term)
    }
    places ??= this.ofOneTerm(rest, depth)
    if (!places) return null
    const inHeader = places.some(({ register }) => isOfHeader(register))
    if (inHeader && rest.length > 0 && places.every((place) => place.delta === 0)) isIndexed ||= this.hasOtherTerm(rest)
    const moved = places.map((place) => ({ ...place, delta: place.delta + delta }))
    return isIndexed ? moved.flatMap((place) => this.arrayFrom(place)) : moved
  }

  /** The place that one of the other terms is by itself: `reg + 4`, `pos + INTEL_ACS_CTRL`. */
  private ofOneTerm(rest: readonly SyntaxNode[], depth: number): readonly RegisterPlace[] | null {
    const found = rest
      .map((term) => (rest.length > 1 ? this.besideOthers(term) : null) ?? this.read(term, depth + 1))
      .filter((places) => places !== null)
    return found.length === 1 ? found[0]! : null
  }

  /** `pos + DWORD_SELECT`: a number of the driver's own stands in its capability then, and never in the header. */
  private besideOthers(term: SyntaxNode): readonly RegisterPlace[] | null {
    const name = term.type === 'identifier' ? slice(this.fn.text, term) : ''
    if (name === '' || this.fn.parameters.includes(name) || this.fn.assignments.has(name)) return null
    const constant = this.context.names.register(name) ? null : this.context.constantOf(name)
    if (!constant || constant.value >= FIRST_CAPABILITY || constant.names[0] !== name) return null
    return [{ register: { name, value: constant.value, bits: [] }, delta: 0 }]
  }

  /** `PCI_BASE_ADDRESS_0 + offset`: the standard header stands at 0, so a variable beside its register is an index. */
  private hasOtherTerm(rest: readonly SyntaxNode[]): boolean {
    return rest.some((term) => term.type === 'identifier' && !this.context.names.register(slice(this.fn.text, term)))
  }

  /** Every register of an array that the header numbers (`PCI_BASE_ADDRESS_0` to `_5`); one name may be the array too. */
  private arrayFrom(place: RegisterPlace): readonly RegisterPlace[] {
    const stem = /^(.*_)\d$/.exec(place.register.name)?.[1]
    if (stem === undefined) return [place]
    const others: RegisterPlace[] = []
    for (const register of this.context.names.behind(place.register)) {
      if (!/^\d$/.test(register.name.slice(stem.length)) || !register.name.startsWith(stem)) break
      others.push({ ...place, register })
    }
    return [place, ...others]
  }
}

/** The registers and their bits under an access of `width` bytes: a dword at PCI_PRIMARY_BUS is four registers. */
export function partsAt(
  { register, delta }: RegisterPlace,
  width: number,
  names: RegisterNames,
): readonly RegisterPart[] {
  const start = register.value + delta
  const row: Register[] = [register]
  for (const next of names.behind(register)) {
    const last = row.at(-1)!
    if (next.value <= last.value || next.value >= start + width) break
    if (next.value >= last.value + leastBytes(last, names)) row.push(next)
  }
  return row.flatMap((one, i) => {
    const end = Math.min(row[i + 1]?.value ?? start + width, start + width)
    const from = Math.max(one.value, start)
    if (end <= from) return []
    // Behind the last name of a row the bytes belong to the array that the name stands for.
    const shift = one.value < start && i === row.length - 1 && delta >= 4 ? 0 : (one.value - start) * 8
    const low = shift < 0 ? -shift : 0
    const bits = (end - from) * 8
    return [{ register: one, shift, mask: low > 31 ? 0 : (ones(bits) << low) >>> 0 }]
  })
}

function isOfHeader({ name, value }: Register): boolean {
  return name.startsWith('PCI_') && value < FIRST_CAPABILITY && capabilityOf(name) === null
}

function ones(bits: number): number {
  return bits >= 32 ? 0xffffffff : 2 ** bits - 1
}

/** Bytes that a register's own bits need: some headers name a byte in the middle of a register. */
function leastBytes(register: Register, names: RegisterNames): number {
  const highest = register.bits.reduce((most, bit) => Math.max(most, names.value(bit) ?? 0), 0)
  return highest > 0xffff ? 3 : highest > 0xff ? 2 : 1
}
