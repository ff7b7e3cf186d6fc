/**
 * Functions and macros of the kernel that only compute (linux/bitfield.h, bits.h, minmax.h, byteorder, log2.h,
 * align.h, unaligned.h) and the macros of pci_regs.h: what their value can be. Any other function may have read a register, so its value is not known.
 */
import { callOf } from '../functions/controlFlow.js'
import type { SyntaxNode } from '../functions/parser.js'
import { and, type BitValue, computed, constantBits, constantOf, either, not, or, shifted } from './bitValues.js'

type Compute = (args: readonly BitValue[]) => BitValue | null

const first: Compute = ([value]) => value ?? null
/** `FIELD_PREP(mask, value)`: the value at the place of the mask. */
const prepared = (mask: BitValue, value: BitValue): BitValue => {
  const bits = constantOf(mask)
  if (bits === null || bits === 0) return computed([mask, value])
  return and(shifted(value, lowestBit(bits)), mask)
}
const taken = (mask: BitValue, value: BitValue): BitValue => {
  const bits = constantOf(mask)
  return bits === null || bits === 0 ? computed([mask, value]) : shifted(and(value, mask), -lowestBit(bits))
}
const oneOf: Compute = (args) => (args.length === 0 ? null : args.reduce(either))
const lastOf: Compute = (args) => oneOf(args.slice(1))

const COMPUTING: readonly (readonly [RegExp, Compute])[] = [
  [/^(?:__)?FIELD_PREP(?:_CONST)?$/, ([mask, value]) => (mask && value ? prepared(mask, value) : null)],
  [/^FIELD_GET$/, ([mask, value]) => (mask && value ? taken(mask, value) : null)],
  [/^u(?:8|16|32)_encode_bits$/, ([value, mask]) => (mask && value ? prepared(mask, value) : null)],
  [/^u(?:8|16|32)_get_bits$/, ([value, mask]) => (mask && value ? taken(mask, value) : null)],
  [
    /^u(?:8|16|32)_replace_bits$/,
    ([old, value, mask]) => (old && value && mask ? or(and(old, not(mask)), prepared(mask, value)) : null),
  ],
  [/^(?:_?BIT(?:_MASK|_ULL)?|_BITUL)$/, ([bit]) => (bit ? oneBit(bit) : null)],
  [/^GENMASK$/, ([high, low]) => (high && low ? bitsBetween(high, low) : null)],
  [/^(?:min|max)$|^(?:min|max)3$|^clamp$|^clamp_val$/, oneOf],
  [/^(?:min|max|clamp)_t$/, lastOf],
  [/^(?:__)?(?:cpu_to_le|le)(?:16|32)(?:_to_cpu)?$|^lower_(?:32|16)_bits$|^(?:READ_ONCE|array_index_nospec)$/, first],
  [
    /^(?:PCI_[A-Z][A-Z\d_]*|upper_(?:32|16)_bits|swab(?:16|32)|cpu_to_be(?:16|32)|be(?:16|32)_to_cpu|ilog2|order_base_2|fls|ffs|__ffs|__fls|fls64|hweight\w+|ALIGN(?:_DOWN)?|round_?(?:up|down)|roundup_pow_of_two|rounddown_pow_of_two|DIV_ROUND_(?:UP|CLOSEST)|ARRAY_SIZE|PCI_(?:DEVFN|FUNC|SLOT)|abs|div_u64|do_div)$/,
    computed,
  ],
  [
    /^get_unaligned(?:_[lb]e(?:16|32))?$|^(?:le|be)(?:16|32)_to_cpup$|^resource_size$|^pci_resource_(?:start|end|len)$/,
    () => computed([]),
  ],
]

/** Value of a call, null if the function is none that only computes. `evaluate` gives the value of an argument. */
export function evaluateCall(
  node: SyntaxNode,
  text: string,
  evaluate: (argument: SyntaxNode) => BitValue,
): BitValue | null {
  const call = callOf(node, text)
  if (!call || call.receiver) return null
  const compute = COMPUTING.find(([name]) => name.test(call.callee))?.[1]
  return compute ? compute(call.args.map(evaluate)) : null
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask)
}

function oneBit(bit: BitValue): BitValue {
  const at = constantOf(bit)
  return at === null ? computed([bit]) : constantBits(at > 31 ? 0 : 2 ** at, bit.names)
}

function bitsBetween(high: BitValue, low: BitValue): BitValue {
  const [to, from] = [constantOf(high), constantOf(low)]
  if (to === null || from === null || to > 31 || from > to) return computed([high, low])
  return constantBits(2 ** (to + 1) - 2 ** from)
}
