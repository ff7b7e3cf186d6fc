/**
 * What a value can be, bit by bit: for each of 32 bits the set of places it can come from. A bit that is only `read`
 * is what the register held; `one` beside `read` says that some way through the function sets it. Every operation is
 * sound: a bit never loses a place that it can come from.
 */

/** Places that a bit can come from besides the constants 0 and 1. */
const SOURCES = ['read', 'data', 'saved', 'caller', 'unknown'] as const
export type BitSource = (typeof SOURCES)[number]

/** The register that was read, as the reading call spells it. */
export interface ReadAt {
  readonly device: string
  readonly offset: string
}

/** Masks of the bits that can come from each place. All empty: a variable that nothing has filled yet. */
export interface BitValue extends Readonly<Record<BitSource | 'zero' | 'one', number>> {
  /** What the `read` bits were read from. */
  readonly from: ReadAt | null
  /** Names of masks that took part. */
  readonly names: ReadonlySet<string>
}

export const NO_NAMES: ReadonlySet<string> = new Set()
export const EMPTY: BitValue = {
  zero: 0,
  one: 0,
  read: 0,
  data: 0,
  saved: 0,
  caller: 0,
  unknown: 0,
  from: null,
  names: NO_NAMES,
}

export function constantBits(value: number, names: ReadonlySet<string> = NO_NAMES): BitValue {
  return { ...EMPTY, one: value >>> 0, zero: ~value >>> 0, names }
}

/** A value whose bits in `mask` come from one place; the others are 0. */
export function bitsFrom(source: BitSource, mask = 0xffffffff, from: ReadAt | null = null): BitValue {
  return { ...EMPTY, [source]: mask >>> 0, zero: ~mask >>> 0, from }
}

export function isEmpty(value: BitValue): boolean {
  return (value.zero | value.one | sourced(value)) === 0
}

/** The constant, null if any bit of `mask` is not certain. */
export function constantOf(value: BitValue, mask = 0xffffffff): number | null {
  const certain = (value.zero ^ value.one) & ~sourced(value)
  return ((certain & mask) ^ mask) === 0 ? (value.one & mask) >>> 0 : null
}

/** Either the one or the other. */
export function either(first: BitValue, second: BitValue): BitValue {
  const [a, b] = oneSource(first, second)
  if (isEmpty(a)) return b
  if (isEmpty(b)) return a
  const joined = { ...EMPTY, from: a.from ?? b.from, names: union(a.names, b.names) }
  return withMasks(joined, (place) => a[place] | b[place])
}

export function or(first: BitValue, second: BitValue): BitValue {
  const [a, b] = oneSource(first, second)
  return combine(a, b, { one: a.one | b.one, zero: a.zero & b.zero }, a.zero, b.zero)
}

export function and(first: BitValue, second: BitValue): BitValue {
  const [a, b] = oneSource(first, second)
  return combine(a, b, { one: a.one & b.one, zero: a.zero | b.zero }, a.one, b.one)
}

export function xor(first: BitValue, second: BitValue): BitValue {
  const [a, b] = oneSource(first, second)
  const constants = { one: (a.one & b.zero) | (a.zero & b.one), zero: (a.one & b.one) | (a.zero & b.zero) }
  const kept = combine(a, b, constants, a.zero, b.zero)
  // A register's bit turned over is neither what was read nor a constant.
  const turned = (a.read & (b.one | b.read)) | (b.read & a.one)
  const others = withMasks(kept, (place) =>
    place === 'zero' || place === 'one' || place === 'read'
      ? kept[place]
      : kept[place] | (a[place] & b.one) | (b[place] & a.one),
  )
  const plainRead = ((a.read & b.zero) | (b.read & a.zero)) >>> 0
  return { ...others, read: plainRead, data: (others.data | turned) >>> 0 }
}

export function not(value: BitValue): BitValue {
  return { ...xor(value, constantBits(0xffffffff)), names: value.names }
}

/**
 * Shifted by a constant, to the left if it is positive. Bits of a register that moved are data. What a shift to the
 * right moves in is 0 for a register that was read; of anything else the upper half may follow (`start >> 16 >> 16`).
 */
export function shifted(value: BitValue, by: number): BitValue {
  if (by === 0) return value
  if (by > 31) return constantBits(0)
  if (by < -31) return constantOf(value) === null ? computed([value]) : constantBits(0)
  const move = (mask: number): number => (by > 0 ? mask << by : mask >>> -by) >>> 0
  const filled = ~move(0xffffffff) >>> 0
  const moved = withMasks({ ...value, from: null }, (place) => move(value[place]))
  const wide = value.data | value.saved | value.caller | value.unknown
  const follows = by < 0 && wide !== 0 ? filled : 0
  const data = (moved.data | moved.read | (value.unknown ? 0 : follows)) >>> 0
  const unknown = (moved.unknown | (value.unknown ? follows : 0)) >>> 0
  return { ...moved, zero: (moved.zero | (filled & ~follows)) >>> 0, read: 0, data, unknown }
}

/** The result of arithmetic on values: no bit of it can be told, only whether all that took part is known. */
export function computed(parts: readonly BitValue[]): BitValue {
  const isUnknown = parts.some((part) => part.unknown !== 0 || isEmpty(part))
  const names = parts.reduce<ReadonlySet<string>>((all, part) => union(all, part.names), NO_NAMES)
  return { ...bitsFrom(isUnknown ? 'unknown' : 'data'), names }
}

/** The value as a register sees it that was not read: what was read elsewhere is data here. */
export function notAsRead(value: BitValue): BitValue {
  return value.read === 0 ? value : { ...value, read: 0, data: (value.data | value.read) >>> 0, from: null }
}

export function isSameValue(a: BitValue, b: BitValue): boolean {
  return (
    PLACES.every((place) => a[place] === b[place]) &&
    a.names.size === b.names.size &&
    a.from?.device === b.from?.device &&
    a.from?.offset === b.from?.offset
  )
}

const PLACES = ['zero', 'one', ...SOURCES] as const
type Place = (typeof PLACES)[number]

function sourced(value: BitValue): number {
  return value.read | value.data | value.saved | value.caller | value.unknown
}

function withMasks(base: BitValue, mask: (place: Place) => number): BitValue {
  return {
    zero: mask('zero') >>> 0,
    one: mask('one') >>> 0,
    read: mask('read') >>> 0,
    data: mask('data') >>> 0,
    saved: mask('saved') >>> 0,
    caller: mask('caller') >>> 0,
    unknown: mask('unknown') >>> 0,
    from: base.from,
    names: base.names,
  }
}

/** A bit keeps its place where the other operand is neutral or comes from the same place; two places make data. */
function combine(
  a: BitValue,
  b: BitValue,
  constants: { readonly zero: number; readonly one: number },
  neutralOfA: number,
  neutralOfB: number,
): BitValue {
  const base = { ...EMPTY, from: a.from ?? b.from, names: union(a.names, b.names) }
  const kept = withMasks(base, (place) => {
    if (place === 'zero' || place === 'one') return constants[place]
    return (a[place] & neutralOfB) | (b[place] & neutralOfA) | (a[place] & b[place])
  })
  let mixed = 0
  for (const place of SOURCES) for (const other of SOURCES) if (place !== other) mixed |= a[place] & b[other]
  const lost = mixed & ((a.unknown & sourced(b)) | (b.unknown & sourced(a)))
  return { ...kept, data: (kept.data | (mixed & ~lost)) >>> 0, unknown: (kept.unknown | lost) >>> 0 }
}

/** Two values that were read from different registers have no common `read`. */
function oneSource(a: BitValue, b: BitValue): readonly [BitValue, BitValue] {
  if (a.read === 0 || b.read === 0) return [readFrom(a), readFrom(b)]
  const isOne = a.from?.device === b.from?.device && a.from?.offset === b.from?.offset
  return isOne ? [a, b] : [notAsRead(a), notAsRead(b)]
}

/** A value without a read bit is from no register. */
function readFrom(value: BitValue): BitValue {
  return value.read === 0 && value.from ? { ...value, from: null } : value
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  if (a.size === 0) return b
  return b.size === 0 || a === b ? a : new Set([...a, ...b])
}
