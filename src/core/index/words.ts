/**
 * The words of the text being read, as small numbers. C's own words have the lowest, the others are counted anew for
 * every text: all of them fit into a processor's cache, and a name gets its id in the table of the whole kernel, which
 * does not, only when a fact has it.
 */
import { grown, grownInts, hashOf, latin1Bytes, type Names } from './names.js'

declare const brand: unique symbol
/** Number of a word in the text being read; 0 is no word. It means nothing in the next text. */
export type Word = number & { readonly [brand]: true }

export const NO_WORD = 0 as Word

export class Words {
  private arena = new Uint8Array(1 << 14)
  private starts = new Int32Array(1 << 10)
  private hashes = new Int32Array(1 << 10)
  /** Ids in `names`, 0 for a word that no fact has. */
  private ids = new Int32Array(1 << 10)
  private table = new Int32Array(1 << 11)
  private slots = new Int32Array(1 << 10)
  private count = 1

  /** `own` are C's own words, no two the same: they have the numbers from 1. */
  constructor(
    private readonly names: Names,
    private readonly own: readonly string[],
  ) {
    for (const text of own) this.of(text)
  }

  /** Forgets the words of the text before. */
  reset(): void {
    const { table, slots, ids } = this
    const first = this.own.length + 1
    for (let word = first; word < this.count; word++) table[slots[word]!] = 0
    ids.fill(0, first, this.count)
    this.count = first
  }

  /** The word in `bytes[start, end)`, `NO_WORD` for none; `hash` is `hashOf` of it, which the lexer computes while it scans. */
  at(bytes: Uint8Array, start: number, end: number, hash: number): Word {
    const { arena, starts, hashes, table } = this
    const length = end - start
    if (length <= 0) return NO_WORD
    const mask = table.length - 1
    let slot = (hash ^ (hash >>> 12)) & mask
    for (let word = table[slot]!; word !== 0; word = table[slot]!) {
      if (hashes[word] === hash) {
        const at = starts[word]!
        if (starts[word + 1]! - at === length) {
          let i = 0
          while (i < length && arena[at + i] === bytes[start + i]) i++
          if (i === length) return word as Word
        }
      }
      slot = (slot + 1) & mask
    }
    return this.add(bytes, start, length, hash, slot)
  }

  /** The word that a text is. */
  of(text: string): Word {
    const bytes = latin1Bytes(text)
    return this.at(bytes, 0, bytes.length, hashOf(bytes, 0, bytes.length))
  }

  /** The id of a word's name. */
  id(word: Word): number {
    const known = this.ids[word]!
    if (known !== 0 || word === NO_WORD) return known
    const id = this.names.intern(this.arena, this.starts[word]!, this.starts[word + 1]!, this.hashes[word]!)
    this.ids[word] = id
    return id
  }

  private add(bytes: Uint8Array, start: number, length: number, hash: number, slot: number): Word {
    const word = this.count++
    if (word + 2 > this.starts.length) this.growWords()
    const at = this.starts[word]!
    while (at + length > this.arena.length) this.arena = grown(this.arena)
    const { arena } = this
    for (let i = 0; i < length; i++) arena[at + i] = bytes[start + i]!
    this.starts[word + 1] = at + length
    this.hashes[word] = hash
    this.table[slot] = word
    this.slots[word] = slot
    if (this.count * 2 > this.table.length) this.rehash()
    return word as Word
  }

  private growWords(): void {
    this.starts = grownInts(this.starts)
    this.hashes = grownInts(this.hashes)
    this.ids = grownInts(this.ids)
    this.slots = grownInts(this.slots)
  }

  private rehash(): void {
    const table = new Int32Array(this.table.length * 2)
    const mask = table.length - 1
    for (let word = 1; word < this.count; word++) {
      const hash = this.hashes[word]!
      let slot = (hash ^ (hash >>> 12)) & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = word
      this.slots[word] = slot
    }
    this.table = table
  }
}
