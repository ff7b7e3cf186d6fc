/**
 * From the arguments of a write to the registers and bits it changes. Plain forms only: a register's name in the
 * offset, constants, and a local built by read-modify-write in the same function. The rest is left unresolved.
 */

import { type Call, operatorOf, slice, unwrapped } from '../functions/controlFlow.js'
import type { FunctionText } from '../functions/functionText.js'
import { childOf, type SyntaxNode } from '../functions/parser.js'
import type { StateAtCall } from '../guards/guardFlow.js'
import type { Change, Field } from '../report/schema.js'
import type { Accessor } from './accessors.js'
import { ownerOf } from './features.js'
import type { Register, RegisterNames } from './registers.js'

export interface WrittenValue {
  readonly fields: readonly Field[]
  /** The constant written, null if it is none. */
  readonly value: number | null
}

const FULL = { 1: 0xff, 2: 0xffff, 4: 0xffffffff } as const

export function writtenFields(
  call: Call,
  accessor: Accessor,
  state: StateAtCall | null,
  fn: FunctionText,
  names: RegisterNames,
): WrittenValue {
  const argument = (position: number | null): SyntaxNode | null =>
    position === null ? null : (call.args[position] ?? null)
  const register = registerOf(argument(accessor.offset), state, fn, names)
  const value = argument(accessor.value)
  const constant = value ? names.evaluate(slice(fn.text, value)) : null
  if (!register) return { fields: [], value: constant }
  if (accessor.value === null) {
    const clear = bitsIn(argument(accessor.clear), fn, names)
    const set = bitsIn(argument(accessor.set), fn, names)
    return {
      fields: [...changed(register, clear, 'clear', names), ...changed(register, set, 'set', names)],
      value: null,
    }
  }
  if (constant !== null) return { fields: [whole(register, accessor, 'value')], value: constant }
  return { fields: value ? fieldsOfValue(register, accessor, value, fn, names) : [], value: null }
}

/** The one register that the offset names, by itself, through a local, or beside a capability's position. */
function registerOf(
  offset: SyntaxNode | null,
  state: StateAtCall | null,
  fn: FunctionText,
  names: RegisterNames,
  depth = 0,
): Register | null {
  if (!offset || depth > 3) return null
  const text = slice(fn.text, offset)
  const found = (text.match(/\bPCI_\w+/g) ?? []).map((name) => names.register(name)).filter((r) => r !== null)
  if (found.length === 1) return found[0]!
  if (found.length > 1) return null
  const local = unwrapped(offset)
  const held = local.type === 'identifier' ? state?.held.get(slice(fn.text, local)) : undefined
  return held ? registerOf(held, state, fn, names, depth + 1) : null
}

interface Bits {
  readonly names: readonly string[]
  readonly mask: number | null
}

/** The named bits of an expression and, where every name is known, their mask. */
function bitsIn(node: SyntaxNode | null, fn: FunctionText, names: RegisterNames): Bits {
  if (!node) return { names: [], mask: 0 }
  const text = slice(fn.text, node)
  const found = [...new Set(text.match(/\bPCI_\w+/g) ?? [])]
  return { names: found, mask: names.evaluate(text) }
}

function changed(register: Register, bits: Bits, change: Change, names: RegisterNames): Field[] {
  if (bits.names.length === 0 && bits.mask === 0) return []
  const byFeature = new Map<string, string[]>()
  for (const bit of bits.names) {
    const feature = ownerOf(bit)?.feature ?? ownerOf(register.name)?.feature ?? 'unknown'
    byFeature.set(feature, [...(byFeature.get(feature) ?? []), bit])
  }
  if (byFeature.size === 0) return [field(register, [], bits.mask ?? 0, bits.mask === null ? 'unknown' : change)]
  return [...byFeature.values()].map((group) => {
    const mask = group.reduce<number | null>((sum, bit) => {
      const value = names.value(bit)
      return sum === null || value === null ? null : (sum | value) >>> 0
    }, 0)
    return field(register, group, mask ?? 0, mask === null ? 'unknown' : change)
  })
}

function field(register: Register, bits: readonly string[], mask: number, change: Change): Field {
  const owner = (bits[0] !== undefined ? ownerOf(bits[0]) : null) ?? ownerOf(register.name)
  return {
    register: register.name,
    capability: owner?.capability ?? null,
    feature: owner?.feature ?? 'unknown',
    bits,
    mask,
    change,
  }
}

function whole(register: Register, accessor: Accessor, change: Change): Field {
  return field(register, [], FULL[accessor.width ?? 4], change)
}

/** A value built in the function: which bits are set or cleared in what was read. */
function fieldsOfValue(
  register: Register,
  accessor: Accessor,
  value: SyntaxNode,
  fn: FunctionText,
  names: RegisterNames,
): Field[] {
  const changes = new Map<string, Set<Change>>()
  const isRead = (local: string): boolean => readsOnly(local, register, fn, names)
  let isPlain = collect(value, fn, isRead, changes, new Set(), 0)
  if (changes.size === 0) {
    const local = unwrapped(value)
    const name = local.type === 'identifier' ? slice(fn.text, local) : ''
    return [whole(register, accessor, sourceOf(name, register, fn, names))]
  }
  const groups = new Map<string, string[]>()
  for (const [bit, kinds] of changes) {
    if (names.value(bit) === null) isPlain = false
    const kind = kinds.size === 1 ? [...kinds][0]! : 'unknown'
    const feature = ownerOf(bit)?.feature ?? 'unknown'
    groups.set(`${feature} ${kind}`, [...(groups.get(`${feature} ${kind}`) ?? []), bit])
  }
  const fields = [...groups].map(([key, bits]) => {
    const mask = bits.reduce((sum, bit) => (sum | (names.value(bit) ?? 0)) >>> 0, 0)
    return field(register, bits, mask, key.split(' ')[1] as Change)
  })
  return isPlain ? fields : [...fields, whole(register, accessor, 'unknown')]
}

/** Where a value that the function does not change comes from. */
function sourceOf(local: string, register: Register, fn: FunctionText, names: RegisterNames): Change {
  if (local === '' || fn.assignments.has(local)) return 'unknown'
  if (fn.parameters.includes(local)) return 'caller'
  return readsOnly(local, register, fn, names) ? 'as-read' : 'unknown'
}

/** True if the local is filled by reads of this register and of no other. */
function readsOnly(local: string, register: Register, fn: FunctionText, names: RegisterNames): boolean {
  const reads = fn.reads.get(local) ?? []
  return reads.length > 0 && reads.every((offset) => registerOf(offset, null, fn, names) === register)
}

/**
 * Collects `| BIT` and `& ~BIT` from an expression and from every assignment to the locals in it. False if something
 * else takes part, so that other bits may change as well.
 */
function collect(
  node: SyntaxNode,
  fn: FunctionText,
  isRead: (local: string) => boolean,
  changes: Map<string, Set<Change>>,
  seen: Set<string>,
  depth: number,
): boolean {
  if (depth > 8) return false
  const inner = unwrapped(node)
  const operator = operatorOf(inner, fn.text)
  const left = childOf(inner, 'left')
  const right = childOf(inner, 'right')
  if (inner.type === 'binary_expression' && left && right) {
    if (operator === '|') {
      const set = note(right, 'set', fn, changes)
      return set ? collect(left, fn, isRead, changes, seen, depth + 1) : false
    }
    const cleared = operator === '&' ? invertedMask(right, fn) : null
    if (cleared) return note(cleared, 'clear', fn, changes) && collect(left, fn, isRead, changes, seen, depth + 1)
    return false
  }
  if (inner.type === 'conditional_expression') {
    const ways = ['consequence', 'alternative'].map((side) => childOf(inner, side))
    return ways.map((way) => way !== null && collect(way, fn, isRead, changes, new Set(seen), depth + 1)).every(Boolean)
  }
  if (inner.type !== 'identifier') return false
  const local = slice(fn.text, inner)
  if (seen.has(local)) return true
  seen.add(local)
  const all = fn.assignments.get(local) ?? []
  const isFilled = fn.reads.has(local) ? isRead(local) : all.some(({ operator: assigned }) => assigned === '=')
  let isPlain = isFilled && !fn.parameters.includes(local)
  for (const { operator: assigned, value } of all) {
    if (assigned === '|=') isPlain = note(value, 'set', fn, changes) && isPlain
    else if (assigned === '&=') {
      const mask = invertedMask(value, fn)
      isPlain = mask !== null && note(mask, 'clear', fn, changes) && isPlain
    } else if (assigned === '=') isPlain = collect(value, fn, isRead, changes, seen, depth + 1) && isPlain
    else isPlain = false
  }
  return isPlain
}

/** The mask under `~`, null if the expression is not one. */
function invertedMask(node: SyntaxNode, fn: FunctionText): SyntaxNode | null {
  const inner = unwrapped(node)
  return inner.type === 'unary_expression' && operatorOf(inner, fn.text) === '~' ? childOf(inner, 'argument') : null
}

function note(node: SyntaxNode, change: Change, fn: FunctionText, changes: Map<string, Set<Change>>): boolean {
  const text = slice(fn.text, unwrapped(node))
  const bits = text.match(/\bPCI_\w+/g) ?? []
  for (const bit of bits) changes.set(bit, (changes.get(bit) ?? new Set<Change>()).add(change))
  return bits.length > 0 && /^[\s(]*PCI_\w+(?:[\s()]*\|[\s()]*PCI_\w+)*[\s)]*$/.test(text)
}
