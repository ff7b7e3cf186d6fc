/** What the readers of one file share: the bytes, the tokens, the rows written so far, and who is a local here. */
import { FactsWriter, SECTION_NAMES, type Section } from './facts.js'
import { Lexer } from './lexer.js'
import { hashOf, Names } from './names.js'

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
const WORDS = 'true false NULL'

/** Ids of C's own words, the lowest ids of every table, so that one comparison tells a word from a name. */
export class Keywords {
  readonly last: number
  readonly struct: number
  readonly union: number
  readonly enum: number
  readonly return: number
  readonly static: number
  readonly inline: readonly number[]
  readonly weak: number
  readonly init: number
  readonly typedef: number
  readonly extern: number
  readonly if: number
  readonly bool: number
  private readonly kinds: Uint8Array

  constructor(names: Names) {
    const groups = [CONTROL, BASE_TYPES, QUALIFIERS, AGGREGATES, ATTRIBUTES, WORDS]
    const kinds: number[] = [0]
    for (const [kind, words] of groups.entries()) for (const word of words.split(' ')) kinds[names.id(word)] = kind + 1
    this.last = kinds.length - 1
    if (names.id('NULL') !== this.last) throw new Error('a table of names for C begins with namesOfC')
    this.kinds = Uint8Array.from(kinds)
    this.struct = names.id('struct')
    this.union = names.id('union')
    this.enum = names.id('enum')
    this.return = names.id('return')
    this.static = names.id('static')
    this.inline = ['inline', '__inline', '__inline__', '__always_inline'].map((w) => names.id(w))
    this.weak = names.id('__weak')
    this.init = names.id('__init')
    this.typedef = names.id('typedef')
    this.extern = names.id('extern')
    this.if = names.id('if')
    this.bool = names.id('bool')
  }

  isControl(id: number): boolean {
    return id <= this.last && this.kinds[id] === 1
  }
  isBaseType(id: number): boolean {
    return id <= this.last && this.kinds[id] === 2
  }
  isQualifier(id: number): boolean {
    return id <= this.last && (this.kinds[id] === 3 || this.kinds[id] === 5)
  }
  isAggregate(id: number): boolean {
    return id <= this.last && this.kinds[id] === 4
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

const RECENT_MASK = 1023

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
  /**
   * Words of this text that were looked up lately, four ints each: hash, start, length, id. Two thirds of all look-ups
   * end here, in memory that is at hand; the table of a whole kernel's names is far larger than a processor's caches.
   */
  private readonly recent = new Int32Array((RECENT_MASK + 1) << 2)
  private serial = 0
  private stamps = new Int32Array(1 << 12)
  private tags = new Int32Array(1 << 12)
  private kinds = new Uint8Array(1 << 12)
  private positions = new Uint8Array(1 << 12)

  constructor(readonly names: Names) {
    this.keywords = new Keywords(names)
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
    this.recent.fill(0)
  }

  word(lexer: Lexer): number {
    return this.wordAt(lexer.start, lexer.end, lexer.hash)
  }

  nameOf(start: number, end: number): number {
    return start >= end ? 0 : this.wordAt(start, end, hashOf(this.text, start, end))
  }

  /** Id of the name in `[start, end)`, which is not empty; `hash` is `hashOf` of it. */
  wordAt(start: number, end: number, hash: number): number {
    const { recent, text } = this
    const at = ((hash ^ (hash >>> 12)) & RECENT_MASK) << 2
    const length = end - start
    if (recent[at] === hash && recent[at + 2] === length) {
      const from = recent[at + 1]!
      let i = 0
      while (i < length && text[from + i] === text[start + i]) i++
      if (i === length) return recent[at + 3]!
    }
    const id = this.names.intern(text, start, end, hash)
    recent[at] = hash
    recent[at + 1] = start
    recent[at + 2] = length
    recent[at + 3] = id
    return id
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

  declare(id: number, tag: number, kind: number, position = 0): void {
    if (id >= this.stamps.length) this.growLocals(id)
    this.stamps[id] = this.serial
    this.tags[id] = tag
    this.kinds[id] = kind
    this.positions[id] = position
  }

  isLocal(id: number): boolean {
    return id < this.stamps.length && this.stamps[id] === this.serial && this.serial !== 0
  }
  /** Struct tag of a local, 0 if it has none or is no local. */
  tagOf(id: number): number {
    return this.isLocal(id) ? this.tags[id]! : 0
  }
  kindOf(id: number): number {
    return this.isLocal(id) ? this.kinds[id]! : 0
  }
  positionOf(id: number): number {
    return this.positions[id]!
  }
  /** A parameter that is assigned to no longer has the value it was passed. */
  assigned(id: number): void {
    if (this.isLocal(id)) this.kinds[id]! &= ~(LocalKind.flag | LocalKind.bits)
  }

  private growLocals(id: number): void {
    let size = this.stamps.length
    while (size <= id) size *= 2
    const { stamps, tags, kinds, positions } = this
    this.stamps = new Int32Array(size)
    this.stamps.set(stamps)
    this.tags = new Int32Array(size)
    this.tags.set(tags)
    this.kinds = new Uint8Array(size)
    this.kinds.set(kinds)
    this.positions = new Uint8Array(size)
    this.positions.set(positions)
  }
}

/** `PCI_COMMAND`: two capitals at the front. Kernel functions are not named like that. */
export function isConstantName(bytes: Uint8Array, start: number, end: number): boolean {
  const capital = (c: number): boolean => c >= 65 && c <= 90
  return end - start > 1 && capital(bytes[start]!) && (capital(bytes[start + 1]!) || bytes[start + 1] === 95)
}
