import { allOnes, readConfig } from './configSpace.js'
import { type FunctionName, findFunction, type Machine, type PciFunction } from './fabric.js'
import type { Register, WriteEvent } from './register.js'

/**
 * A write as code makes it. `set` and `clear` are read-modify-write; `value` replaces the register, or with a mask
 * only those bits of it. Names are those of `pci_regs.h`.
 */
export type RegisterWrite =
  /** A bit may also be a number. For `value` the bits are the whole value. */
  | { readonly register: string; readonly op: 'set' | 'clear' | 'value'; readonly bits: readonly string[] }
  | { readonly register: string; readonly op: 'set' | 'clear'; readonly mask: number }
  | { readonly register: string; readonly op: 'value'; readonly value: number; readonly mask?: number }
  | OneField

/**
 * One field of a write whose other bits are somebody else's matter: bits outside the mask that a 1 clears are left out.
 * `as-read` writes back what was read.
 */
export interface OneField {
  readonly register: string
  readonly op: 'field'
  readonly change: 'set' | 'clear' | 'as-read' | number
  /** 0 for every bit. */
  readonly mask: number
}

/** A write with its names looked up on a function of the machine. */
export interface ResolvedWrite {
  readonly on: FunctionName
  readonly register: Register
  readonly op: 'set' | 'clear' | 'value' | 'as-read'
  readonly mask: number
  /** For `value`: what the masked bits become. */
  readonly value: number
  /** Bits outside the mask that a 1 clears are not written back. */
  readonly alone: boolean
  /** As `simulate --write` spells it: `PCI_COMMAND-PCI_COMMAND_MASTER`. */
  readonly text: string
}

export type WriteProblem =
  | { readonly problem: 'no-function'; readonly name: string; readonly known: readonly string[] }
  | { readonly problem: 'no-register'; readonly name: string; readonly known: readonly string[] }
  | { readonly problem: 'no-bit'; readonly name: string; readonly known: readonly string[] }
  | { readonly problem: 'too-wide'; readonly name: string; readonly width: number }

export function resolveWrite(machine: Machine, on: FunctionName, write: RegisterWrite): ResolvedWrite | WriteProblem {
  const target = findFunction(machine, on)
  if (!target) return { problem: 'no-function', name: on, known: machine.functions.map((one) => one.name) }
  const register = target.byName.get(write.register)
  if (!register) return { problem: 'no-register', name: write.register, known: [...target.byName.keys()] }
  if (write.op === 'field') return resolvedField(on, spanFor(target, register, write.mask), write)
  const bits = 'bits' in write ? maskOfBits(register, write.bits) : 0
  if (typeof bits !== 'number') return bits
  const isValue = write.op === 'value'
  const named = 'bits' in write ? (isValue ? allOnes(register.width) : bits) : (write.mask ?? allOnes(register.width))
  const value = isValue ? ('bits' in write ? bits : write.value) : 0
  const widest = allOnes(register.width)
  if (!isUnsigned(named, widest) || !isUnsigned(value, widest))
    return { problem: 'too-wide', name: write.register, width: register.width }
  return { on, register, op: write.op, mask: named, value, alone: false, text: writeText(write, named) }
}

/** What goes onto the bus: bits outside the mask are written back as they are read, ones that a 1 clears included. */
export function valueWritten(machine: Machine, write: ResolvedWrite): number {
  const target = findFunction(machine, write.on)
  if (!target) return 0
  const whole = readConfig(target.config, write.register.offset, write.register.width)
  const read = write.alone ? andNot(whole, andNot(write.register.writeOneToClear, write.mask)) : whole
  if (write.op === 'as-read') return read
  if (write.op === 'set') return or(read, write.mask)
  if (write.op === 'clear') return andNot(read, write.mask)
  return or(andNot(read, write.mask), and(write.value, write.mask))
}

/** A wider access takes in the registers that follow: as one register, whose consequences are those of all. */
function spanFor(target: PciFunction, register: Register, mask: number): Register {
  const width = mask > 0xffff ? 4 : mask > 0xff ? 2 : 1
  if (width <= register.width || register.offset % width !== 0) return register
  const end = register.offset + width
  const covered = target.registers.filter(({ offset }) => offset >= register.offset && offset < end)
  const masksOf = (kind: 'readWrite' | 'writeOneToClear' | 'sticky') =>
    covered.reduce((bits, one) => bits + one[kind] * 256 ** (one.offset - register.offset), 0)
  return {
    ...register,
    width,
    readWrite: masksOf('readWrite'),
    writeOneToClear: masksOf('writeOneToClear'),
    sticky: masksOf('sticky'),
    onWrite: (event) => covered.reduce((machine, one) => consequenceOf(one, { ...event, machine }), event.machine),
  }
}

function consequenceOf(one: Register, event: WriteEvent): Machine {
  if (!one.onWrite) return event.machine
  const part = (value: number) => Math.floor(value / 256 ** (one.offset - event.register.offset)) % 256 ** one.width
  const values = { before: part(event.before), written: part(event.written), after: part(event.after) }
  return one.onWrite({ ...event, register: one, ...values })
}

function resolvedField(on: FunctionName, register: Register, { change, mask }: OneField): ResolvedWrite | WriteProblem {
  const widest = allOnes(register.width)
  const bits = mask === 0 ? widest : mask
  if (!isUnsigned(bits, widest)) return { problem: 'too-wide', name: register.name, width: register.width }
  const op = typeof change === 'number' ? 'value' : change
  const value = typeof change === 'number' ? and(change, bits) : 0
  const sign = op === 'set' ? '+' : op === 'clear' ? '-' : '='
  const text = `${register.name}${sign}${op === 'as-read' ? 'as read' : `0x${(op === 'value' ? value : bits).toString(16)}`}`
  return { on, register, op, mask: bits, value, alone: true, text }
}

function maskOfBits(register: Register, bits: readonly string[]): number | WriteProblem {
  let mask = 0
  for (const name of bits) {
    const bit = register.bits[name] ?? numberIn(name)
    if (bit === null) return { problem: 'no-bit', name, known: Object.keys(register.bits) }
    // Numbers too wide for the register must stay so to be refused.
    mask = bit > 0xffffffff ? Math.max(mask, bit) : or(mask, bit)
  }
  return mask
}

/** A number as C writes it, or null. */
function numberIn(text: string): number | null {
  return /^(0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : null
}

/** `REGISTER=VALUE`, `REGISTER+BITS` or `REGISTER-BITS`, with `|` between bits; null for any other text. */
export function parseWrite(text: string): RegisterWrite | null {
  const parts = /^\s*(\w+(?:\[\d\])?)\s*([=+-])\s*(\w+(?:\s*\|\s*\w+)*)\s*$/.exec(text)
  if (!parts) return null
  const [, register, sign, list] = parts
  const bits = list!.split('|').map((bit) => bit.trim())
  return { register: register!, op: sign === '+' ? 'set' : sign === '-' ? 'clear' : 'value', bits }
}

function writeText(write: Exclude<RegisterWrite, OneField>, mask: number): string {
  if (write.op === 'value' && !('bits' in write)) return `${write.register}=0x${write.value.toString(16)}`
  const sign = { set: '+', clear: '-', value: '=' }[write.op]
  const what = 'bits' in write ? write.bits.join('|') : `0x${mask.toString(16)}`
  return `${write.register}${sign}${what}`
}

function isUnsigned(value: number, widest: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= widest
}

// JavaScript's bit operators are signed at 32 bits; a dword register must not come out negative.
function or(a: number, b: number): number {
  return (a | b) >>> 0
}

function and(a: number, b: number): number {
  return (a & b) >>> 0
}

function andNot(a: number, b: number): number {
  return (a & ~b) >>> 0
}
