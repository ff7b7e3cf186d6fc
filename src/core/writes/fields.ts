/**
 * From the arguments of a write to the registers and bits that it changes: where (`offsets.ts`) and what
 * (`values.ts`) meet here, and are split by register and by feature. A mask is one of the register, not of the access.
 */

import { capabilityOf, sharesOf } from '../device/features/ownership.js'
import type { Call } from '../functions/controlFlow.js'
import type { SyntaxNode } from '../functions/parser.js'
import { resolvedDevice } from '../guards/deviceRelation.js'
import type { Change, Field } from '../report/schema.js'
import type { Accessor } from './accessors.js'
import { and, type BitValue, bitsFrom, constantOf, not, notAsRead, or, type ReadAt } from './bitValues.js'
import { msiFields, writesAlways } from './msiCalls.js'
import { type HeldAt, type OffsetContext, partsAt, placesOf, type RegisterPart, type RegisterPlace } from './offsets.js'
import { placeIn } from './reads.js'
import type { Register, RegisterNames } from './registers.js'
import type { ValueAt, ValueSource } from './values.js'

export interface WrittenValue {
  readonly fields: readonly Field[]
  /** The constant written, null if it is none. */
  readonly value: number | null
}

/** A function as its writes are read. */
export interface WritingFunction extends ValueSource {
  readonly offsets: OffsetContext
  readonly valueAt: ValueAt
  readonly heldAt: (call: Call) => HeldAt
}

const FULL = { 1: 0xff, 2: 0xffff, 4: 0xffffffff } as const

export function writtenFields(call: Call, accessor: Accessor, source: WritingFunction): WrittenValue {
  if (accessor.kind === 'msi') return { fields: msiFields(call, source), value: null }
  const argument = (position: number | null): SyntaxNode | null =>
    position === null ? null : (call.args[position] ?? null)
  const written = argument(accessor.value)
  const width = widthOf(call, accessor, source)
  const full = FULL[width]
  const constant = written ? constantOf(source.valueAt(call, written), full) : null
  const offset = argument(accessor.offset)
  const places = offset ? placesOf(offset, source.heldAt(call), source.fn, source.offsets) : null
  if (!places) return { fields: [], value: constant }
  const value = written
    ? asReadHere(source.valueAt(call, written), call, accessor, source, places)
    : changedBits(call, argument(accessor.clear), argument(accessor.set), source)
  const { names } = source.offsets
  const fields = partsOf(places, width, names).flatMap((part) => fieldsOfPart(part, value, full, names))
  return { fields, value: constant }
}

/** Bytes of the access; `ops->write` has them as an argument in front of the value. */
function widthOf(call: Call, accessor: Accessor, source: WritingFunction): 1 | 2 | 4 {
  if (accessor.width !== null) return accessor.width
  const node = accessor.value === null ? undefined : call.args[accessor.value - 1]
  const width = node ? constantOf(source.valueAt(call, node)) : null
  return width === 1 || width === 2 ? width : 4
}

/** The bits that `clear` and `set` arguments change in what the accessor reads. */
function changedBits(call: Call, clear: SyntaxNode | null, set: SyntaxNode | null, source: WritingFunction): BitValue {
  const read = bitsFrom('read')
  const cleared = clear ? notAsRead(source.valueAt(call, clear)) : null
  const added = set ? notAsRead(source.valueAt(call, set)) : null
  const kept = cleared ? and(read, not(cleared)) : read
  if (!added) return { ...kept, names: cleared?.names ?? kept.names }
  // What replaces a cleared field is a value inside it, wherever it is from: that is what the accessor is for.
  const field = cleared && constantOf(added) === null ? constantOf(cleared) : null
  if (!field) return or(kept, added)
  const inside = and(added, bitsOf(field))
  const known = { ...inside, data: (inside.data | inside.unknown) >>> 0, unknown: 0 }
  return { ...or(kept, known), names: new Set([...(cleared?.names ?? []), ...added.names]) }
}

function bitsOf(mask: number): BitValue {
  return { ...bitsFrom('data', 0), one: mask, zero: ~mask >>> 0 }
}

/** What was read from another register or device is data here. */
function asReadHere(
  value: BitValue,
  call: Call,
  accessor: Accessor,
  source: WritingFunction,
  places: readonly RegisterPlace[],
): BitValue {
  if (value.read === 0 || accessor.offset === null) return value
  const here = placeIn(call.args, accessor.offset, source.fn.text)
  return value.from && isSamePlace(value.from, here, source, places) ? value : notAsRead(value)
}

function isSamePlace(
  from: ReadAt,
  here: ReadAt,
  { fn, offsets }: WritingFunction,
  places: readonly RegisterPlace[],
): boolean {
  const device = (text: string): string => (/^[\w>.-]+$/.test(text) ? resolvedDevice(text, fn) : text)
  if (from.device !== here.device && device(from.device) !== device(here.device)) return false
  if (from.offset === here.offset) return true
  const named = (from.offset.match(/\bPCI_\w+/g) ?? []).filter((name) => offsets.names.register(name))
  const only = places.length === 1 ? places[0]! : null
  if (only?.delta !== 0 || named.length !== 1) return false
  return named[0] === only.register.name && !/[*]|<<|\+\d/.test(from.offset)
}

/** Registers under the access, each once. One that lies behind an array that the place is in is not meant. */
function partsOf(places: readonly RegisterPlace[], width: number, names: RegisterNames): readonly RegisterPart[] {
  const all = places.flatMap((place) => partsAt(place, width, names).map((part) => ({ part, place })))
  const inArray = all.filter(({ part, place }) => place.delta < 4 || stemOf(part.register) === stemOf(place.register))
  const parts = new Map<string, RegisterPart>()
  for (const { part } of inArray.length > 0 ? inArray : all)
    if (!parts.has(part.register.name)) parts.set(part.register.name, part)
  return [...parts.values()]
}

function stemOf(register: Register): string {
  return register.name.replace(/\d+$/, '')
}

function fieldsOfPart(part: RegisterPart, value: BitValue, access: number, names: RegisterNames): Field[] {
  const { register, shift } = part
  const within = part.mask & inRegister(access, shift)
  const of = (mask: number): number => (inRegister(mask, shift) & within) >>> 0
  const changes = changesOf(value, of)
  const isConstant = within !== 0 && (of(value.zero) | of(value.one)) >>> 0 === within >>> 0 && isCertain(value, of)
  // A site's value is the whole access: beside its first register the bits of a constant are told one by one.
  const isWhole = isConstant && shift === 0
  const named = [...value.names].filter((name) => (names.value(name) ?? 0) !== 0 && !names.register(name))
  // A mask of another register may serve to cut a number to size: the register's own bits say more.
  const own = named.filter((name) => register.bits.includes(name))
  const bits = own.length > 0 ? own : named
  const made = (isWhole ? [['value', within] as const] : changes).flatMap(([change, mask]) =>
    sharesOf(register.name, mask >>> 0).map((share) => ({
      register: register.name,
      capability: capabilityOf(register.name),
      feature: share.feature?.name ?? 'unknown',
      bits: isWhole ? [] : bits.filter((name) => isOfField(names.value(name)!, share.mask, shift)),
      mask: share.mask,
      change,
    })),
  )
  if (made.length > 0) return made
  return sharesOf(register.name, within >>> 0).map(({ feature, mask }) => ({
    register: register.name,
    capability: capabilityOf(register.name),
    feature: feature?.name ?? 'unknown',
    bits: [],
    mask,
    change: 'as-read' as const,
  }))
}

/** Masks of the register by what happens to them. A bit that can be several things is told as the least certain. */
function changesOf(value: BitValue, of: (mask: number) => number): readonly (readonly [Change, number])[] {
  const unknown = of(value.unknown)
  const data = of(value.data) & ~unknown
  const mixed = of(value.saved) & of(value.caller) & ~unknown
  const known = data | mixed
  const saved = of(value.saved) & ~known & ~unknown
  const caller = of(value.caller) & ~known & ~unknown
  const certain = ~(unknown | known | saved | caller)
  const all: readonly (readonly [Change, number])[] = [
    ['clear', of(value.zero) & certain],
    ['set', of(value.one) & certain],
    ['value', known],
    ['saved', saved],
    ['caller', caller],
    ['unknown', unknown],
  ]
  return all.filter(([, mask]) => mask !== 0)
}

function isCertain(value: BitValue, of: (mask: number) => number): boolean {
  return (
    of(value.read | value.data | value.saved | value.caller | value.unknown) === 0 && of(value.zero & value.one) === 0
  )
}

function inRegister(mask: number, shift: number): number {
  if (shift > 31 || shift < -31) return 0
  return (shift >= 0 ? mask >>> shift : mask << -shift) >>> 0
}

/** A mask of a name belongs to a field of the register if it lies in it, as the register's own or moved up in the access. */
function isOfField(bits: number, mask: number, shift: number): boolean {
  return (bits & mask) !== 0 || (shift > 0 && (inRegister(bits, shift) & mask) !== 0)
}

/** The written expressions of a call that values are followed for. */
export function valueArguments(call: Call, accessor: Accessor): readonly SyntaxNode[] {
  if (accessor.kind === 'msi' && writesAlways(call)) return []
  const positions =
    accessor.kind === 'config'
      ? [
          accessor.value,
          accessor.clear,
          accessor.set,
          accessor.width === null && accessor.value ? accessor.value - 1 : null,
        ]
      : call.args.map((_, i) => i)
  return positions.flatMap((at) => (at === null ? [] : (call.args[at] ?? [])))
}
