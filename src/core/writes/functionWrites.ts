/**
 * The writes of one function: parsed, each with its device, fields and the guard that stands over it inside the
 * function. Knows nothing of callers; what it cannot resolve stays null or empty.
 */

import { type Call, slice } from '../functions/controlFlow.js'
import type { FunctionText } from '../functions/functionText.js'
import type { CParser } from '../functions/parser.js'
import { ANY_DEVICE, deviceText } from '../guards/conditions.js'
import { speaksFor } from '../guards/deviceRelation.js'
import type { Protection } from '../guards/guardFlow.js'
import type { GuardView } from '../guards/guardTable.js'
import {
  type FunctionSource,
  heldAt,
  parameterPath,
  protectionsAt,
  type ReadFunction,
  readFunction,
} from '../guards/readFunction.js'
import type { PassedConstant } from '../program/specialise.js'
import type { Field, GuardStatus, Phase } from '../report/schema.js'
import { detached } from '../text/detached.js'
import { type Accessor, MMIO_WRITES, MSIX_TABLE_OFFSET, MSIX_TABLE_WRITE, OPS_WRITE } from './accessors.js'
import { type BitValue, constantBits } from './bitValues.js'
import { valueArguments, type WritingFunction, writtenFields } from './fields.js'
import type { OffsetContext } from './offsets.js'
import { isBridgeRegister } from './registers.js'
import { decidingParameters, valuesAt } from './values.js'

/** The guard over a write inside its function; `at` is the condition's offset in the file. */
export interface WriteGuard {
  readonly status: GuardStatus
  readonly condition: string | null
  readonly at: number | null
  /** Phases in which the guard can hold at all. */
  readonly phases: readonly Phase[]
}

/** Offsets are bytes of the file, as the source text is read one character a byte. */
export interface FunctionWrite {
  readonly callee: string
  /** Counts calls of one callee in the function, from 1. */
  readonly ordinal: number
  readonly accessor: Accessor
  readonly start: number
  readonly end: number
  readonly device: string | null
  readonly offset: string | null
  readonly width: number | null
  readonly fields: readonly Field[]
  readonly value: number | null
  readonly guard: WriteGuard
  /** The written device as a path from a parameter, null if it is none. */
  readonly devicePath: string | null
  /** Parameters that the value depends on, or whether the write is made. */
  readonly deciding: readonly DecidingParameter[]
  /** The accessor's arguments are this function's own parameters: its callers are the writers. */
  readonly forwards: ForwardedArguments | null
}

export interface DecidingParameter {
  readonly position: number
  readonly name: string
}

/** Parameter positions that the accessor's arguments are. */
export type ForwardedArguments = Pick<Accessor, 'device' | 'offset' | 'value' | 'clear' | 'set'>

/** Accessor that a callee's name means at this place, null if none. */
export type AccessorOf = (callee: string) => Accessor | null

/** What the tree says of a function's surroundings. */
export interface WriteContext extends OffsetContext {
  readonly guards: GuardView
  /** Constants that are passed on the way that is looked at. */
  readonly passed: readonly PassedConstant[]
}

export function functionWrites(
  source: FunctionSource,
  parser: CParser,
  context: WriteContext,
  accessorOf: AccessorOf,
  /** Whether a call of a field `write` in this function may be one of config space's operations. */
  throughOps = true,
): readonly FunctionWrite[] {
  const read = readFunction(source, parser, context.guards)
  const { fn, blocks, calls } = read
  const writing = calls.flatMap((call) => {
    const accessor = accessorFor(call, fn.text, accessorOf, throughOps)
    return accessor ? [{ call, accessor }] : []
  })
  if (writing.length === 0) return []
  const { constantOf } = context
  const passed = new Map(context.passed.map((one) => [fn.parameters[one.position] ?? '', bitsPassed(one)]))
  const values = { fn, blocks, constantOf, restores: RESTORES.test(headOf(source)), passed }
  const wanted = writing.flatMap(({ call, accessor }) => valueArguments(call, accessor))
  const { valueAt, isMade } = valuesAt(values, wanted)
  const written: WritingFunction = { ...values, offsets: context, valueAt, heldAt: (call) => heldAt(read, call) }
  const deciding = decidingParameters(values, wanted).map((name) => ({ position: fn.parameters.indexOf(name), name }))
  const ordinals = new Map<string, number>()
  return writing.flatMap(({ call, accessor }) => {
    const ordinal = (ordinals.get(call.callee) ?? 0) + 1
    ordinals.set(call.callee, ordinal)
    if (!isMade(call)) return []
    return [{ ...oneWrite(call, accessor, ordinal, read, written), deciding }]
  })
}

/** `PCI_D3hot | FLAG`: the names in it may be those of bits. */
function bitsPassed({ value, text }: PassedConstant): BitValue {
  return constantBits(value, new Set(text.match(/[A-Za-z_]\w*/g)))
}

/** `pci_restore_ltr_state(`: what such a function writes from memory was saved there. */
const RESTORES = /restore\w*\s*\(/

function headOf({ file, start, end }: FunctionSource): string {
  const open = file.indexOf('{', start)
  return file.slice(start, open < 0 ? end : Math.min(open, end))
}

function accessorFor(call: Call, text: string, accessorOf: AccessorOf, throughOps: boolean): Accessor | null {
  if (!call.receiver) return isMsixTableWrite(call, text) ? MSIX_TABLE_WRITE : accessorOf(call.callee)
  if (call.callee !== 'write' || !throughOps) return null
  const receiver = slice(text, call.receiver)
  if (/\braw_pci_(ext_)?ops$/.test(receiver)) return OPS_WRITE.get('pci_raw_ops')!
  return /(?:^|->|\.)(?:child_)?ops$/.test(receiver) && call.args.length === 5 ? OPS_WRITE.get('pci_ops')! : null
}

function isMsixTableWrite({ callee, args }: Call, text: string): boolean {
  const address = args[1]
  return MMIO_WRITES.includes(callee) && address !== undefined && MSIX_TABLE_OFFSET.test(slice(text, address))
}

function oneWrite(
  call: Call,
  accessor: Accessor,
  ordinal: number,
  read: ReadFunction,
  source: WritingFunction,
): Omit<FunctionWrite, 'deciding'> {
  const { fn, offset } = read
  const argument = (at: number | null): string | null => {
    const node = at === null ? undefined : call.args[at]
    return node ? detached(slice(fn.text, node).replace(/\s+/g, ' ')) : null
  }
  const device = argument(accessor.device)
  const written = writtenFields(call, accessor, source)
  return {
    callee: detached(call.callee),
    ordinal,
    accessor,
    start: offset + call.node.start,
    end: offset + call.node.end,
    device,
    offset: argument(accessor.offset),
    width: accessor.width,
    fields: written.fields,
    value: written.value,
    guard: guardOver(device, protectionsAt(read, call), written.fields, fn, offset),
    devicePath: device === null ? null : parameterPath(device, fn),
    forwards: forwarded(call, accessor, fn),
  }
}

/** What a condition over a write can be worth, from the best to the worst. */
const STATUSES = ['guarded', 'crash', 'partial', 'wrong-device'] as const

/** What the protections in force say about the device that is written. */
function guardOver(
  device: string | null,
  protections: readonly Protection[],
  fields: readonly Field[],
  fn: FunctionText,
  offset: number,
): WriteGuard {
  const written = device === null ? null : deviceText(device)
  const rank = (p: Protection): number => {
    const isOther = p.device !== ANY_DEVICE && written !== null && speaksFor(p.device, written, p.guard, fn) === 'other'
    return STATUSES.indexOf(isOther ? 'wrong-device' : p.strength)
  }
  const speaking = protections.filter(
    (p) => p.device === ANY_DEVICE || written === null || speaksFor(p.device, written, p.guard, fn) !== 'maybe not',
  )
  const best = speaking.sort((a, b) => rank(a) - rank(b) || a.at.start - b.at.start)[0]
  if (!best) return { status: 'unguarded', condition: null, at: null, phases: [] }
  const status = STATUSES[rank(best)]!
  const condition = detached(slice(fn.text, best.at).replace(/\s+/g, ' '))
  // A register that only bridges have, under a guard that is never true for one: it cannot hold in any phase.
  const isNeverTrue =
    status === 'guarded' && best.guard.endpointsOnly && fields.some((f) => isBridgeRegister(f.register))
  return { status, condition, at: offset + best.at.start, phases: isNeverTrue ? [] : best.guard.phases }
}

function forwarded(call: Call, accessor: Accessor, fn: FunctionText): ForwardedArguments | null {
  const position = (at: number | null, allowsMember: boolean): number | null | undefined => {
    if (at === null) return null
    const node = call.args[at]
    const text = node ? slice(fn.text, node).replace(/\s+/g, '') : ''
    const root = allowsMember ? /^&?(\w+)(?:(?:->|\.)\w+)*$/.exec(text)?.[1] : /^\w+$/.exec(text)?.[0]
    const found = root === undefined ? -1 : fn.parameters.indexOf(root)
    return found < 0 || fn.assignments.has(root!) ? undefined : found
  }
  if (accessor.kind !== 'config') return null
  const device = position(accessor.device, true)
  const [offset, value, clear, set] = [accessor.offset, accessor.value, accessor.clear, accessor.set].map((at) =>
    position(at, false),
  )
  if (device === undefined || offset === undefined || value === undefined || clear === undefined || set === undefined)
    return null
  return { device, offset: offset ?? null, value: value ?? null, clear: clear ?? null, set: set ?? null }
}
