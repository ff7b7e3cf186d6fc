/** What the readers of one file share: the bytes, the tokens, the rows written so far, and who is a local here. */
import { FactsWriter, SECTION_NAMES, type Section } from './facts.js'
import { Lexer } from './lexer.js'
import { grown, grownInts, hashOf, Names } from './names.js'
import { NO_WORD, type Word, Words } from './words.js'

/** Section numbers for `FactsWriter.add`. */
export const ROW = Object.fromEntries(SECTION_NAMES.map((name, i) => [name, i])) as Record<Section, number>

const CONTROL =
  'if while for switch return sizeof typeof __typeof__ __typeof do else goto case default break continue asm __asm__ __alignof__ _Alignof offsetof __builtin_offsetof'
const BASE_TYPES =
  'u8 u16 u32 u64 s8 s16 s32 s64 __u8 __u16 __u32 __u64 __s8 __s16 __s32 __s64 __le16 __le32 __le64 __be16 __be32 __be64 size_t ssize_t loff_t uint8_t uint16_t uint32_t uint64_t int32_t uint ulong dma_addr_t phys_addr_t resource_size_t atomic_t spinlock_t gfp_t pid_t umode_t dev_t void char short int long float double signed unsigned _Bool bool __signed__'
const QUALIFIERS =
  'const static register volatile auto extern inline __inline __inline__ typedef __always_inline noinline __restrict restrict'
const AGGREGATES = 'struct union enum'
const ATTRIBUTES =
  '__attribute__ __attribute __init __exit __weak __initdata __iomem __user __percpu __rcu __maybe_unused __always_unused __must_check __read_mostly __force __ref __meminit __cpuinit __net_init __cold __hot __used __visible asmlinkage notrace noinstr __sched __latent_entropy __initconst __ro_after_init'
const CONSTANTS = 'true false NULL'
const GROUPS = [CONTROL, BASE_TYPES, QUALIFIERS, AGGREGATES, ATTRIBUTES, CONSTANTS].map((words) => words.split(' '))

/**
 * C's own words: the lowest ids of every table of names and the lowest words of every text, so that one comparison
 * tells them from a name.
 */
export class Keywords {
  readonly last: number
  readonly struct: Word
  readonly union: Word
  readonly enum: Word
  readonly return: Word
  readonly static: Word
  readonly inline: readonly Word[]
  readonly weak: Word
  readonly init: Word
  readonly typedef: Word
  readonly extern: Word
  readonly if: Word
  readonly bool: Word
  private readonly kinds: Uint8Array

  constructor(names: Names) {
    const kinds: number[] = [0]
    for (const [kind, words] of GROUPS.entries()) for (const word of words) kinds[names.id(word)] = kind + 1
    this.last = kinds.length - 1
    if (names.id('NULL') !== this.last) throw new Error('a table of names for C begins with namesOfC')
    this.kinds = Uint8Array.from(kinds)
    const word = (text: string): Word => names.id(text) as Word
    this.struct = word('struct')
    this.union = word('union')
    this.enum = word('enum')
    this.return = word('return')
    this.static = word('static')
    this.inline = ['inline', '__inline', '__inline__', '__always_inline'].map(word)
    this.weak = word('__weak')
    this.init = word('__init')
    this.typedef = word('typedef')
    this.extern = word('extern')
    this.if = word('if')
    this.bool = word('bool')
  }

  isControl(word: Word): boolean {
    return word <= this.last && this.kinds[word] === 1
  }
  isBaseType(word: Word): boolean {
    return word <= this.last && this.kinds[word] === 2
  }
  isQualifier(word: Word): boolean {
    return word <= this.last && (this.kinds[word] === 3 || this.kinds[word] === 5)
  }
  isAggregate(word: Word): boolean {
    return word <= this.last && this.kinds[word] === 4
  }
}

/** An empty table of names for C: its own words have the lowest ids, as `Keywords` wants them. */
export function namesOfC(capacity: number): Names {
  const names = new Names(capacity)
  new Keywords(names)
  return names
}

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
    this.keywords = new Keywords(names)
    this.words = new Words(names, GROUPS.flat())
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
