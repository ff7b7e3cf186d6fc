import { allOnes, readConfig } from './configSpace.js'
import { type FunctionName, findFunction, type Machine } from './fabric.js'
import { findRegister, type Register } from './register.js'

/**
 * A write as code makes it. `set` and `clear` are read-modify-write; `value` replaces the register, or with a mask
 * only those bits of it. Names are those of `pci_regs.h`.
 */
export type RegisterWrite =
  | { readonly register: string; readonly op: 'set' | 'clear'; readonly bits: readonly string[] }
  | { readonly register: string; readonly op: 'set' | 'clear'; readonly mask: number }
  | { readonly register: string; readonly op: 'value'; readonly value: number; readonly mask?: number }

/** A write with its names looked up on a function of the machine. */
export interface ResolvedWrite {
  readonly on: FunctionName
  readonly register: Register
  readonly op: 'set' | 'clear' | 'value'
  readonly mask: number
  /** For `value`: what the masked bits become. */
  readonly value: number
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
  const register = findRegister(target.registers, write.register)
  if (!register) return { problem: 'no-register', name: write.register, known: target.registers.map((one) => one.name) }
  const named = 'bits' in write ? maskOfBits(register, write.bits) : (write.mask ?? allOnes(register.width))
  if (typeof named !== 'number') return named
  const value = write.op === 'value' ? write.value : 0
  const widest = allOnes(register.width)
  if (!isUnsigned(named, widest) || !isUnsigned(value, widest))
    return { problem: 'too-wide', name: write.register, width: register.width }
  return { on, register, op: write.op, mask: named, value, text: writeText(write, named) }
}

/** What goes onto the bus: bits outside the mask are written back as they are read, ones that a 1 clears included. */
export function valueWritten(machine: Machine, write: ResolvedWrite): number {
  const target = findFunction(machine, write.on)
  if (!target) return 0
  const read = readConfig(target.config, write.register.offset, write.register.width)
  if (write.op === 'set') return or(read, write.mask)
  if (write.op === 'clear') return andNot(read, write.mask)
  return or(andNot(read, write.mask), and(write.value, write.mask))
}

function maskOfBits(register: Register, bits: readonly string[]): number | WriteProblem {
  let mask = 0
  for (const name of bits) {
    const bit = register.bits[name]
    if (bit === undefined) return { problem: 'no-bit', name, known: Object.keys(register.bits) }
    mask = or(mask, bit)
  }
  return mask
}

function writeText(write: RegisterWrite, mask: number): string {
  if (write.op === 'value') return `${write.register}=0x${write.value.toString(16)}`
  const sign = write.op === 'set' ? '+' : '-'
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
