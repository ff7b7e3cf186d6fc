/** The calls that read config space: where from, and where the value goes. */
import { type Call, callOf, slice } from '../functions/controlFlow.js'
import type { SyntaxNode } from '../functions/parser.js'
import type { ReadAt } from './bitValues.js'

export interface ConfigRead {
  readonly from: ReadAt
  /** Bits that the access fills; the others are 0. */
  readonly mask: number
  /** Position of the argument that points to the target; -1 if the value is returned. */
  readonly into: number
}

/** Positions: the arguments before `offset` say which device. include/linux/pci.h, arch/x86/include/asm/pci-direct.h. */
const READS = /^(?:pci_(?:user_)?read_config|pci_bus_read_config|pcie_capability_read)_(byte|word|dword)$/
const EARLY_READS: ReadonlyMap<string, number> = new Map([
  ['read_pci_config', 0xffffffff],
  ['read_pci_config_16', 0xffff],
  ['read_pci_config_byte', 0xff],
])
const MASKS: Readonly<Record<string, number>> = { byte: 0xff, word: 0xffff, dword: 0xffffffff }

/** The read that a call makes into its last argument, null if it is none. */
export function readOf(call: Call, text: string): ConfigRead | null {
  const last = call.args.length - 1
  const size = call.receiver ? null : READS.exec(call.callee)?.[1]
  if (size) return { from: placeIn(call.args, last - 1, text), mask: MASKS[size]!, into: last }
  const isOps = call.receiver !== null && call.callee === 'read' && /ops$/.test(slice(text, call.receiver))
  if (!isOps && call.callee !== 'raw_pci_read') return null
  // read(bus, devfn, where, size, value): the size stands between.
  const width = call.args[last - 1]
  const mask = width ? { 1: 0xff, 2: 0xffff, 4: 0xffffffff }[slice(text, width)] : undefined
  return { from: placeIn(call.args, last - 2, text), mask: mask ?? 0xffffffff, into: last }
}

/** The read whose value a call expression is: `read_pci_config(bus, slot, func, offset)`. */
export function returnedRead(node: SyntaxNode, text: string): ConfigRead | null {
  const call = callOf(node, text)
  const mask = call && !call.receiver ? EARLY_READS.get(call.callee) : undefined
  return call && mask !== undefined ? { from: placeIn(call.args, call.args.length - 1, text), mask, into: -1 } : null
}

/** The place of an access: what stands before the offset is the device. */
export function placeIn(args: readonly SyntaxNode[], offset: number, text: string): ReadAt {
  const at = args[offset]
  return {
    device: args
      .slice(0, Math.max(offset, 0))
      .map((node) => plainText(node, text))
      .join(','),
    offset: at ? plainText(at, text) : '',
  }
}

function plainText(node: SyntaxNode, text: string): string {
  return slice(text, node).replace(/\s+/g, '')
}
