/**
 * The config space of one function as bytes with masks. Values are immutable: a write returns a new space.
 * Side effects of a write (a reset, a link retraining) are not seen here, only what the register reads back as.
 */
import type { Register } from './register.js'

export type Width = 1 | 2 | 4

/** Which bits of which byte take a write. Shared by all states of one function. */
export interface Masks {
  readonly readWrite: Readonly<Uint8Array>
  readonly writeOneToClear: Readonly<Uint8Array>
  readonly sticky: Readonly<Uint8Array>
}

export interface ConfigSpace extends Masks {
  readonly bytes: Readonly<Uint8Array>
}

export interface ByteChange {
  readonly offset: number
  readonly before: number
  readonly after: number
}

/** `bytes` is 256 long for conventional config space, 4096 with the extended one (PCIe r6.0 §7.2). */
export function createConfigSpace(bytes: Readonly<Uint8Array>, registers: readonly Register[]): ConfigSpace {
  const masks = {
    readWrite: new Uint8Array(bytes.length),
    writeOneToClear: new Uint8Array(bytes.length),
    sticky: new Uint8Array(bytes.length),
  }
  for (const { offset, width, ...register } of registers) {
    putBytes(masks.readWrite, offset, width, register.readWrite)
    putBytes(masks.writeOneToClear, offset, width, register.writeOneToClear)
    putBytes(masks.sticky, offset, width, register.sticky)
  }
  return { bytes, ...masks }
}

/** Whether the kernel's accessors let the access through: naturally aligned (drivers/pci/access.c) and inside the space. */
export function isAccess(space: ConfigSpace, offset: number, width: Width): boolean {
  return Number.isInteger(offset) && offset >= 0 && offset % width === 0 && offset + width <= space.bytes.length
}

/** An access that the accessors refuse reads as all ones, as `PCI_SET_ERROR_RESPONSE` gives it. */
export function readConfig(space: ConfigSpace, offset: number, width: Width): number {
  if (!isAccess(space, offset, width)) return allOnes(width)
  return readBytes(space.bytes, offset, width)
}

/** A refused access leaves the space as it is. Bits of `value` above `width` are dropped. */
export function writeConfig(space: ConfigSpace, offset: number, width: Width, value: number): ConfigSpace {
  if (!isAccess(space, offset, width)) return space
  const bytes = new Uint8Array(space.bytes)
  for (let i = 0; i < width; i++) {
    const at = offset + i
    const written = Math.floor(value / 256 ** i) & 0xff
    const keeps = space.readWrite[at]!
    const clears = space.writeOneToClear[at]!
    bytes[at] = (bytes[at]! & ~keeps & ~(written & clears)) | (written & keeps)
  }
  return { ...space, bytes }
}

/** What a reset leaves: every writable bit 0 unless it is sticky. Reset values other than 0 are not known here. */
export function resetConfig(space: ConfigSpace): ConfigSpace {
  const bytes = space.bytes.map((byte, at) => byte & (~space.readWrite[at]! | space.sticky[at]!))
  return { ...space, bytes }
}

export function changedBytes(before: ConfigSpace, after: ConfigSpace): readonly ByteChange[] {
  if (before.bytes === after.bytes) return []
  const changes: ByteChange[] = []
  for (let offset = 0; offset < before.bytes.length; offset++) {
    const [was, is] = [before.bytes[offset]!, after.bytes[offset]!]
    if (was !== is) changes.push({ offset, before: was, after: is })
  }
  return changes
}

export function allOnes(width: Width): number {
  return 256 ** width - 1
}

/** Little-endian, unsigned; bytes past the end read as 0. */
export function readBytes(bytes: Readonly<Uint8Array>, offset: number, width: Width): number {
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[offset + i] ?? 0)
  return value
}

export function putBytes(into: Uint8Array, offset: number, width: Width, value: number): void {
  for (let i = 0; i < width; i++) into[offset + i] = Math.floor(value / 256 ** i) & 0xff
}
