/**
 * From the fields that the engine read off a call to the writes that they stand for. Fields of one register belong
 * together: bits that can be cleared and can be set, by what the caller asks, are unknown, and so are bits cleared to
 * make room for an unknown value.
 */
import type { Field } from '../report/schema.js'
import type { OneField } from './registerWrite.js'

export interface FieldWrite {
  readonly field: Field
  /** Null if what is written is not resolved. */
  readonly write: OneField | null
}

/** `value` is the constant that the call writes, or null. */
export function fieldWrites(fields: readonly Field[], value: number | null): readonly FieldWrite[] {
  const known = fields.map(withMask)
  const merged = known.flatMap((field) => mergedField(field, known))
  return merged.map((field) => ({ field, write: writeOf(field, value) }))
}

/** Names that kernel headers other than pci_regs.h give to bits of a register (include/linux/pci.h, drivers/pci/pci.h). */
const OTHER_NAMES: Readonly<Record<string, number>> = {
  PCI_COMMAND_DECODE_ENABLE: 0x3,
  PCI_D1: 0x1,
  PCI_D2: 0x2,
  PCI_D3hot: 0x3,
}

/** A name whose bits the engine did not know says its mask here, or leaves the field unresolved. */
function withMask(field: Field): Field {
  const { mask, bits, change } = field
  if (mask !== 0 || (change !== 'set' && change !== 'clear')) return field
  const named = bits.map((bit) => (Object.hasOwn(OTHER_NAMES, bit) ? OTHER_NAMES[bit]! : 0))
  if (named.length === 0 || named.includes(0)) return { ...field, change: 'unknown' }
  return { ...field, mask: named.reduce((all, bit) => all | bit, 0) }
}

function mergedField(field: Field, all: readonly Field[]): readonly Field[] {
  const others = all.filter((one) => one !== field && one.register === field.register)
  if (field.change === 'set') {
    return others.some((one) => one.change === 'clear' && (field.mask & one.mask) !== 0) ? [] : [field]
  }
  if (isLoose(field) && others.some(({ change }) => change === 'clear')) return []
  if (field.change !== 'clear') return [field]
  // The engine tells bit by bit: one that is told both ways is set on one way through the function and cleared on another.
  const isEither = others.some((one) => isLoose(one) || (one.change === 'set' && (one.mask & field.mask) !== 0))
  return [isEither ? { ...field, change: 'unknown' } : field]
}

/** An unknown value without a mask: what a read-modify-write puts in place of the bits that it clears. */
function isLoose({ change, mask }: Field): boolean {
  return mask === 0 && (change === 'unknown' || change === 'caller' || change === 'saved')
}

function writeOf({ register, mask, change }: Field, value: number | null): OneField | null {
  const one = (to: OneField['change']): OneField => ({ register, op: 'field', change: to, mask })
  if (change === 'set' || change === 'clear' || change === 'as-read') return one(change)
  if (change !== 'value' || value === null) return null
  // The value of a wider access holds its neighbours too: only the field's own bits are meant here.
  return one(mask === 0 ? value : (value & mask) >>> 0)
}
