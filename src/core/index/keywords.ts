/** C's own words, and those that the kernel uses like them. */
import type { Word, Words } from './words.js'

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
export const OWN_WORDS = GROUPS.flat()

/** C's own words, the lowest of every text, so that one comparison tells them from a name. */
export class Keywords {
  readonly last = OWN_WORDS.length
  readonly enum: Word
  readonly return: Word
  readonly static: Word
  readonly inline: readonly Word[]
  readonly weak: Word
  readonly init: Word
  readonly typedef: Word
  readonly if: Word
  readonly bool: Word
  private readonly kinds: Uint8Array

  constructor(words: Words) {
    this.kinds = Uint8Array.from([0, ...GROUPS.flatMap((group, i) => group.map(() => i + 1))])
    this.enum = words.of('enum')
    this.return = words.of('return')
    this.static = words.of('static')
    this.inline = ['inline', '__inline', '__inline__', '__always_inline'].map((text) => words.of(text))
    this.weak = words.of('__weak')
    this.init = words.of('__init')
    this.typedef = words.of('typedef')
    this.if = words.of('if')
    this.bool = words.of('bool')
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
