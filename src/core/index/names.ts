/**
 * Identifiers as small integers. Bytes are compared, no string is made until someone asks for the text:
 * a kernel has tens of millions of identifiers and only a few hundred are ever shown.
 */
import { latin1Text } from '../text/lines.js'

const EMPTY = 0

export class Names {
  private arena: Uint8Array
  private used = 0
  /** Start of name i in the arena; name i ends where i + 1 starts. Id 0 is the empty name. */
  private starts: Int32Array
  private hashes: Int32Array
  private table: Int32Array
  private mask: number
  /** Texts that were asked for, of a few names in a hundred; `textAt` has their places by id, 0 for none. */
  private readonly texts: string[] = ['', '']
  private textAt = new Int32Array(1)
  count = 1

  constructor(capacity = 1 << 12) {
    let size = 1 << 10
    while (size < capacity * 2) size <<= 1
    this.table = new Int32Array(size)
    this.mask = size - 1
    this.starts = new Int32Array(capacity + 2)
    this.hashes = new Int32Array(capacity + 2)
    this.arena = new Uint8Array(capacity * 12)
  }

  /** The names of a block, with the ids they had. */
  static of({ arena, starts, hashes }: NamesBlock): Names {
    const names = new Names(hashes.length)
    names.arena = arena
    names.used = arena.length
    names.count = hashes.length
    names.starts.set(starts)
    names.hashes.set(hashes)
    names.fill()
    return names
  }

  /** The id of the bytes `[start, end)`; `hash` is `hashOf` of them, which the lexer computes while it scans. */
  intern(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { arena, starts, hashes, table, mask } = this
    const length = end - start
    let slot = mix(hash) & mask
    for (let id = table[slot]!; id !== EMPTY; id = table[slot]!) {
      if (hashes[id] === hash) {
        const at = starts[id]!
        if (starts[id + 1]! - at === length) {
          let i = 0
          while (i < length && arena[at + i] === bytes[start + i]) i++
          if (i === length) return id
        }
      }
      slot = (slot + 1) & mask
    }
    return this.add(bytes, start, length, hash, slot)
  }

  private add(bytes: Uint8Array, start: number, length: number, hash: number, slot: number): number {
    const id = this.count++
    while (this.used + length > this.arena.length) this.arena = grown(this.arena)
    for (let i = 0; i < length; i++) this.arena[this.used + i] = bytes[start + i]!
    this.used += length
    if (id + 2 > this.starts.length) {
      this.starts = grownInts(this.starts)
      this.hashes = grownInts(this.hashes)
    }
    this.starts[id + 1] = this.used
    this.hashes[id] = hash
    this.table[slot] = id
    if (this.count * 2 > this.table.length) this.rehash()
    return id
  }

  private rehash(): void {
    this.table = new Int32Array(this.table.length * 2)
    this.mask = this.table.length - 1
    this.fill()
  }

  /** Puts every name into the empty table. */
  private fill(): void {
    const { table, hashes, mask } = this
    for (let id = 1; id < this.count; id++) {
      let slot = mix(hashes[id]!) & mask
      while (table[slot] !== EMPTY) slot = (slot + 1) & mask
      table[slot] = id
    }
  }

  /** The id of a text, added if it is new. */
  id(text: string): number {
    if (text === '') return 0
    const bytes = latin1Bytes(text)
    return this.intern(bytes, 0, bytes.length, hashOf(bytes, 0, bytes.length))
  }

  /** Whether a byte stands in a name. */
  contains(id: number, byte: number): boolean {
    const end = this.starts[id + 1]!
    for (let at = this.starts[id]!; at < end; at++) if (this.arena[at] === byte) return true
    return false
  }

  /** The text of an id, one character a byte (latin1). */
  text(id: number): string {
    const known = id < this.textAt.length ? this.textAt[id]! : 0
    if (known !== 0 || id === 0) return this.texts[known]!
    const text = latin1Text(this.arena.subarray(this.starts[id]!, this.starts[id + 1]!))
    if (id >= this.textAt.length) {
      const larger = new Int32Array(this.starts.length)
      larger.set(this.textAt)
      this.textAt = larger
    }
    this.textAt[id] = this.texts.push(text) - 1
    return text
  }

  /** Every name's bytes in one block, for another thread; `absorb` reads it. */
  export(): NamesBlock {
    return {
      arena: this.arena.slice(0, this.used),
      starts: this.starts.slice(0, this.count + 1),
      hashes: this.hashes.slice(0, this.count),
    }
  }
}

export interface NamesBlock {
  readonly arena: Uint8Array<ArrayBuffer>
  readonly starts: Int32Array<ArrayBuffer>
  readonly hashes: Int32Array<ArrayBuffer>
}

/** Translates the ids of another table into those of `names`, adding a name when its id is first asked for. */
export class NameTranslation {
  private readonly ids: Int32Array

  constructor(
    private readonly names: Names,
    private readonly block: NamesBlock,
  ) {
    this.ids = new Int32Array(block.hashes.length)
  }

  of(id: number): number {
    if (id === 0) return 0
    const known = this.ids[id]!
    if (known !== 0) return known
    const { arena, starts, hashes } = this.block
    const mine = this.names.intern(arena, starts[id]!, starts[id + 1]!, hashes[id]!)
    this.ids[id] = mine
    return mine
  }
}

export function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
  return hash
}

export function latin1Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function mix(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 8
}

export function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2)
  larger.set(bytes)
  return larger
}

export function grownInts(ints: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(ints.length * 2)
  larger.set(ints)
  return larger
}
