/** What the readers of one file share: the bytes, the tokens, the rows written so far, and who is a local here. */
import { FactsWriter, SECTION_NAMES, type Section } from './facts.js'
import { Keywords, OWN_WORDS } from './keywords.js'
import { Lexer } from './lexer.js'
import { grown, grownInts, hashOf, type Names } from './names.js'
import { NO_WORD, type Word, Words } from './words.js'

/** Section numbers for `FactsWriter.add`. */
export const ROW = Object.fromEntries(SECTION_NAMES.map((name, i) => [name, i])) as Record<Section, number>

/**
 * `flag`: a `bool`; `bits`: another number, which may hold flags. Both only as long as nothing is assigned to it.
 * `callable`: a pointer to a function, or a local of a type that may be one.
 */
export const LocalKind = {
  parameter: 1,
  pointer: 2,
  value: 4,
  maybeFunction: 8,
  flag: 16,
  bits: 32,
  callable: 64,
} as const

export class IndexContext {
  private text: Uint8Array = new Uint8Array(1)
  private textLength = 0
  readonly lexer = new Lexer()
  /** A second scanner for ranges inside what the first one reads: parameter lists, macro bodies. */
  readonly inner = new Lexer()
  /** Reads a macro's expansion. */
  readonly expansionLexer = new Lexer()
  readonly out = new FactsWriter()
  readonly keywords: Keywords
  /** Brace depth inside the body being read; `#else` puts it back to what it was at `#if`. */
  depth = 0
  /** Depth of open parentheses and brackets inside the body being read. */
  nesting = 0
  /** Id of the preprocessor condition in force, 0 for none, -1 while nobody has asked for it (Directives.condition). */
  condition = 0
  readonly words: Words
  /** The word that was looked up last: several readers ask for the one they have come to. */
  private lastStart = -1
  private lastEnd = -1
  private lastWord: Word = NO_WORD
  private serial = 0
  private stamps = new Int32Array(1 << 12)
  private tags = new Int32Array(1 << 12)
  private kinds = new Uint8Array(1 << 12)
  private positions = new Uint8Array(1 << 12)

  constructor(readonly names: Names) {
    this.words = new Words(names, OWN_WORDS)
    this.keywords = new Keywords(this.words)
  }

  get bytes(): Uint8Array {
    return this.text
  }

  /** Bytes of the file; `bytes` may be a longer buffer that is used again. */
  get length(): number {
    return this.textLength
  }

  /** Makes `bytes[0, length)` the text that offsets mean. */
  read(bytes: Uint8Array, length: number): void {
    this.text = bytes
    this.textLength = length
    this.lastStart = -1
  }

  word(lexer: Lexer): Word {
    return this.wordAt(lexer.start, lexer.end, lexer.hash)
  }

  /** Id of the name that was read last. */
  nameIn(lexer: Lexer): number {
    return this.words.id(this.word(lexer))
  }

  /** The word in `[start, end)`; `hash` is `hashOf` of it. */
  wordAt(start: number, end: number, hash: number): Word {
    if (start !== this.lastStart || end !== this.lastEnd) {
      this.lastWord = this.words.at(this.text, start, end, hash)
      this.lastStart = start
      this.lastEnd = end
    }
    return this.lastWord
  }

  /** Id of the name in `[start, end)`. */
  nameOf(start: number, end: number): number {
    return start >= end ? 0 : this.names.intern(this.text, start, end, hashOf(this.text, start, end))
  }

  /** Begins a scope of locals; `leave` with the answer puts the outer one back. */
  enter(): number {
    const outer = this.serial
    this.serial = ++this.scopes
    return outer
  }
  private scopes = 0

  leave(outer: number): void {
    this.serial = outer
  }

  declare(word: Word, tag: Word, kind: number, position = 0): void {
    if (word >= this.stamps.length) this.growLocals(word)
    this.stamps[word] = this.serial
    this.tags[word] = tag
    this.kinds[word] = kind
    this.positions[word] = position
  }

  isLocal(word: Word): boolean {
    return word < this.stamps.length && this.stamps[word] === this.serial && this.serial !== 0
  }
  /** Struct tag of a local, none if it has none or is no local. */
  tagOf(word: Word): Word {
    return this.isLocal(word) ? (this.tags[word] as Word) : NO_WORD
  }
  kindOf(word: Word): number {
    return this.isLocal(word) ? this.kinds[word]! : 0
  }
  positionOf(word: Word): number {
    return this.positions[word]!
  }
  /** A parameter that is assigned to no longer has the value it was passed. */
  assigned(word: Word): void {
    if (this.isLocal(word)) this.kinds[word]! &= ~(LocalKind.flag | LocalKind.bits)
  }

  private growLocals(word: Word): void {
    while (this.stamps.length <= word) {
      this.stamps = grownInts(this.stamps)
      this.tags = grownInts(this.tags)
      this.kinds = grown(this.kinds)
      this.positions = grown(this.positions)
    }
  }
}

/** `PCI_COMMAND`: two capitals at the front. Kernel functions are not named like that. */
export function isConstantName(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > 1 && isCapital(bytes[start]!) && (isCapital(bytes[start + 1]!) || bytes[start + 1] === 95)
}

function isCapital(c: number): boolean {
  return c >= 65 && c <= 90
}
