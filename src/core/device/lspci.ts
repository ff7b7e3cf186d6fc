/**
 * Reads what `lspci -xxxx` prints, of one device or of a whole machine, alone or mixed with `-v` and `-nn`: slots,
 * bytes, and the sizes of BARs, which only the verbose text tells. A dump that is broken is refused with the line.
 */
import { readBytes } from './configSpace.js'

export interface ListedFunction {
  /** `05:00.1`, with the domain in front if it is not 0. */
  readonly slot: string
  readonly title: string
  readonly bytes: Readonly<Uint8Array>
  readonly barSizes: ReadonlyMap<number | 'rom', number>
}

export interface BrokenListing {
  readonly problem: string
}

const SLOT = /^((?:[\da-f]{4,8}:)?[\da-f]{2}:[\da-f]{2}\.[0-7])\s+(\S.*)$/i
const HEX_LINE = /^([\da-f]{2,3}):((?:\s[\da-f]{2}){16})\s*$/i
const LIKE_HEX_LINE = /^[\da-f]{1,3}:(\s|$)/i
const REGION = /^\s(?:Region (\d)|(Expansion ROM) at (\w+)).*\[size=(\d+)([KMGT]?)\]/
const SIZES = [64, 128, 256, 4096]

interface Reading {
  readonly slot: string
  readonly line: number
  title: string
  bytes: number[]
  readonly barSizes: Map<number | 'rom', number>
  /** Where the text says that the ROM is; null where it does not say. */
  romShown: number | null
}

export function readListing(text: string): readonly ListedFunction[] | BrokenListing {
  const found = new Map<string, Reading>()
  let now: Reading | null = null
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const slot = SLOT.exec(line)
    if (slot) {
      const name = slotName(slot[1]!)
      now = found.get(name) ?? {
        slot: name,
        line: i + 1,
        title: slot[2]!,
        bytes: [],
        barSizes: new Map(),
        romShown: null,
      }
      found.set(name, now)
      continue
    }
    const broken = takeLine(line, i + 1, now)
    if (broken) return { problem: broken }
  }
  const dumped = [...found.values()].filter(({ bytes }) => bytes.length > 0)
  if (found.size === 0) return { problem: 'there is no device in it' }
  if (dumped.length === 0) return { problem: 'it names devices and holds no bytes of their config space' }
  const short = dumped.find(({ bytes }) => !SIZES.includes(bytes.length))
  if (short)
    return { problem: `${short.slot} (line ${short.line}) has ${short.bytes.length} bytes, and not 64, 256 or 4096` }
  return dumped.map(listedFunction)
}

/** Takes a line for the function that is being read; a problem if it is a broken line of bytes. */
function takeLine(line: string, number: number, into: Reading | null): string | null {
  const hex = HEX_LINE.exec(line)
  if (!hex) {
    if (LIKE_HEX_LINE.test(line)) return `line ${number} is not an offset and 16 bytes: '${line.slice(0, 40)}'`
    if (into) takeRegion(line, into)
    return null
  }
  if (!into) return `line ${number} holds bytes, and no device is named before it`
  const offset = Number.parseInt(hex[1]!, 16)
  if (offset === 0 && into.bytes.length > 0) return `line ${number}: the bytes of ${into.slot} stand there twice`
  if (offset !== into.bytes.length)
    return `line ${number}: offset ${hex[1]} follows 0x${into.bytes.length.toString(16)} bytes of ${into.slot}`
  into.bytes.push(
    ...hex[2]!
      .trim()
      .split(/\s/)
      .map((byte) => Number.parseInt(byte, 16)),
  )
  return null
}

/** Where the Expansion ROM register puts the ROM (PCIe r6.0 §7.5.1.2.4, §7.5.1.3.12); 0 if nowhere. */
export function romAddress(bytes: Readonly<Uint8Array>): number {
  const isBridge = (readBytes(bytes, 0x0e, 1) & 0x7f) === 1
  const held = readBytes(bytes, isBridge ? 0x38 : 0x30, 4)
  return held - (held % 0x800)
}

function listedFunction({ slot, title, bytes, barSizes, romShown }: Reading): ListedFunction {
  const address = romAddress(Uint8Array.from(bytes))
  // For the boot VGA device the kernel shows the copy of its ROM in memory (pci_fixup_video()), and the size of that.
  const isElsewhere = romShown !== null && address !== 0 && romShown !== address
  const sizes = [...barSizes].filter(([index]) => index !== 'rom' || !isElsewhere)
  return { slot, title, bytes: Uint8Array.from(bytes), barSizes: new Map(sizes) }
}

/** `Region 0: Memory at fe800000 (32-bit, non-prefetchable) [size=128K]`; those of VFs stand deeper and have no size. */
function takeRegion(line: string, into: Reading): void {
  const region = REGION.exec(line)
  if (!region) return
  const [, bar, rom, at = '', count, unit] = region
  const size = Number(count) * 1024 ** ' KMGT'.indexOf(unit || ' ')
  if (size > 0 && Math.log2(size) % 1 === 0) into.barSizes.set(rom ? 'rom' : Number(bar), size)
  if (rom && /^[\da-f]+$/i.test(at)) into.romShown = Number.parseInt(at, 16)
}

function slotName(text: string): string {
  const lower = text.toLowerCase()
  return lower.replace(/^0000:/, '')
}
