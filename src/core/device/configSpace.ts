/**
 * The config space of one function as bytes with masks. Values are immutable: a write returns a new space.
 * Side effects of a write (a reset, a link retraining) are not seen here, only what the register reads back as.
 */
import type { Register } from './register.js'

export type Width = 1 | 2 | 4

export interface ConfigSpace {
  readonly bytes: Readonly<Uint8Array>
  readonly readWrite: Readonly<Uint8Array>
  readonly writeOneToClear: Readonly<Uint8Array>
}

export interface ByteChange {
  readonly offset: number
  readonly before: number
  readonly after: number
}

/** `size` is 256 for conventional config space, 4096 with the extended one (PCIe r6.0 §7.2). */
export function createConfigSpace(size: 256 | 4096, registers: readonly Register[]): ConfigSpace {
  const bytes = new Uint8Array(size)
  const readWrite = new Uint8Array(size)
  const writeOneToClear = new Uint8Array(size)
  for (const { offset, width, ...register } of registers) {
    putBytes(bytes, offset, width, register.initial)
    putBytes(readWrite, offset, width, register.readWrite)
    putBytes(writeOneToClear, offset, width, register.writeOneToClear)
  }
  return { bytes, readWrite, writeOneToClear }
}

/** Whether the kernel's accessors let the access through: naturally aligned (drivers/pci/access.c) and inside the space. */
export function isAccess(space: ConfigSpace, offset: number, width: Width): boolean {
  return Number.isInteger(offset) && offset >= 0 && offset % width === 0 && offset + width <= space.bytes.length
}

/** An access that the accessors refuse reads as all ones, as `PCI_SET_ERROR_RESPONSE` gives it. */
export function readConfig(space: ConfigSpace, offset: number, width: Width): number {
  if (!isAccess(space, offset, width)) return allOnes(width)
  let value = 0
  for (let i = width - 1; i >= 0; i--) value = value * 256 + space.bytes[offset + i]!
  return value
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

export function changedBytes(before: ConfigSpace, after: ConfigSpace): readonly ByteChange[] {
  const changes: ByteChange[] = []
  before.bytes.forEach((byte, offset) => {
    const now = after.bytes[offset]!
    if (now !== byte) changes.push({ offset, before: byte, after: now })
  })
  return changes
}

export function allOnes(width: Width): number {
  return 256 ** width - 1
}

function putBytes(into: Uint8Array, offset: number, width: Width, value: number): void {
  for (let i = 0; i < width; i++) into[offset + i] = Math.floor(value / 256 ** i) & 0xff
}
