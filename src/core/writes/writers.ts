/**
 * Every function of the program that writes: those that call an accessor, and those that call a wrapper of one. A
 * wrapper forwards device, offset and value unchanged; its own call is no site, the calls of it are.
 */
import type { Steps } from '../cancel.js'
import type { CParser } from '../functions/parser.js'
import { COLUMN, type FileFacts, FunctionFlag } from '../index/facts.js'
import type { Names } from '../index/names.js'
import { callersOf } from '../program/callers.js'
import { isNamedCall } from '../program/graph.js'
import type { Program } from '../program/linker.js'
import type { ProgramGuards } from '../program/programGuards.js'
import { ACCESSORS, type Accessor, MMIO_WRITES, MSIX_TABLE_OFFSET } from './accessors.js'
import { type AccessorOf, type FunctionWrite, functionWrites, type WriteContext } from './functionWrites.js'
import type { RegisterNames } from './registers.js'
import { sourceOfRow } from './sourceOfRow.js'
import { TreeContext } from './treeContext.js'

/** Text of a file, one character a byte; null if it cannot be read. */
export type ReadSource = (path: string) => string | null

export interface Writers {
  /** Writes by function number, functions in ascending order. */
  readonly byFunction: ReadonlyMap<number, readonly FunctionWrite[]>
  readonly wrappers: ReadonlyMap<number, Accessor>
  readonly context: TreeContext
  /** Calls of accessors that the index knows and the parser could not read: macros that are no C without expansion. */
  readonly unparsed: number
}

/** A wrapper of a wrapper of a wrapper is as far as it goes. */
export const MOST_ROUNDS = 4

export function findWriters(
  program: Program,
  read: ReadSource,
  parser: CParser,
  registers: RegisterNames,
  arch: string,
  guards: ProgramGuards,
  /** The functions that write by their facts. */
  writing: readonly number[],
  /** 1 for the functions to read; all when undefined. */
  needed?: Uint8Array | undefined,
): Steps<Writers> {
  const context = new TreeContext(program, read, parser, registers, arch, guards)
  return new WriterFinder(program, read, parser, context, writing, needed).run()
}

class WriterFinder {
  private readonly byFunction = new Map<number, readonly FunctionWrite[]>()
  private readonly wrappers = new Map<number, Accessor>()
  private source: { path: string; text: string | null } = { path: '', text: null }
  private readonly writeNames: WriteNames
  private readonly isCalledByName: Uint8Array
  private unparsed = 0
  private readonly entered = new Set<number>()
  private readonly tableWriters: number[] = []

  constructor(
    private readonly program: Program,
    private readonly read: ReadSource,
    private readonly parser: CParser,
    private readonly context: TreeContext,
    private readonly writing: readonly number[],
    private readonly needed: Uint8Array | undefined,
  ) {
    this.writeNames = new WriteNames(program.index.names)
    this.isCalledByName = calledByName(program)
  }

  *run(): Steps<Writers> {
    const isNeeded = (fn: number): boolean => this.needed === undefined || this.needed[fn] === 1
    let candidates = this.writing.filter(isNeeded)
    for (let round = 0; round < MOST_ROUNDS && candidates.length > 0; round++) {
      const fresh: number[] = []
      for (const [i, fn] of candidates.entries()) {
        if ((i & 63) === 0) yield { done: i, total: candidates.length, what: 'reading the functions that write' }
        if (this.examine(fn)) fresh.push(fn)
      }
      const more = [...callersOf(this.program.graph, fresh), ...this.tableWriters.splice(0)]
      candidates = more.filter(isNeeded)
    }
    return {
      byFunction: new Map([...this.byFunction].sort(([a], [b]) => a - b)),
      wrappers: this.wrappers,
      context: this.context,
      unparsed: this.unparsed,
    }
  }

  /** Analyses one function; true if it turns out to be a wrapper. */
  private examine(fn: number): boolean {
    if (this.wrappers.has(fn)) return false
    const { symbols, index } = this.program
    const file = symbols.file[fn]!
    const { path, facts } = index.files[file]!
    if (this.source.path !== path) this.enter(file)
    if (this.source.text === null) return false
    const accessorOf = accessorsSeenFrom(this.program, this.wrappers, file)
    const row = fn - symbols.first[file]!
    const context = this.context.of(path, this.source.text, fn)
    const writes = writesOfRow(this.source.text, facts!, row, index.names, this.parser, context, accessorOf)
    if (!this.byFunction.has(fn)) this.countUnparsed(facts!, row, writes)
    const wrapper = this.isCalledByName[fn] ? wrapperOf(symbols.text(symbols.name[fn]!), writes) : null
    if (wrapper) {
      this.wrappers.set(fn, wrapper)
      this.byFunction.delete(fn)
    } else if (writes.length > 0) this.byFunction.set(fn, writes)
    return wrapper !== null
  }

  /** Reads a file that writes; functions of it that write the MSI-X table are examined in the next round. */
  private enter(file: number): void {
    const { symbols, index } = this.program
    const { path, facts } = index.files[file]!
    this.source = { path, text: this.read(path) }
    if (this.entered.has(file)) return
    this.entered.add(file)
    for (const row of this.writeNames.tableRowsOf(facts!, this.source.text ?? ''))
      this.tableWriters.push(symbols.first[file]! + row)
  }

  private countUnparsed(facts: FileFacts, row: number, writes: readonly FunctionWrite[]): void {
    const { names } = this.program.index
    const functions = facts.rows('functions')
    if (functions.get(row, 'flags') & FunctionFlag.expanded || isAccessor(names.text(functions.get(row, 'name'))))
      return
    const read = writes.filter((write) => ACCESSORS.has(write.callee)).length
    this.unparsed += Math.max(0, this.writeNames.callsIn(facts, row).length - read)
  }
}

/** The writes of one function of a file; none for the accessors themselves and for text that a macro made. */
export function writesOfRow(
  text: string,
  facts: FileFacts,
  row: number,
  names: Names,
  parser: CParser,
  context: WriteContext,
  accessorOf: AccessorOf,
): readonly FunctionWrite[] {
  const source = sourceOfRow(text, facts, row)
  if (!source || isAccessor(names.text(facts.rows('functions').get(row, 'name')))) return []
  return functionWrites(source, parser, context, accessorOf, rowsThroughOps(facts, names).has(row))
}

function isAccessor(name: string): boolean {
  return ACCESSORS.get(name)?.kind === 'config'
}

/** The accessor that a function stands for, null if it is no wrapper. */
export function wrapperOf(name: string, writes: readonly FunctionWrite[]): Accessor | null {
  const only = writes.length === 1 ? writes[0]! : null
  if (!only?.forwards || only.guard.status !== 'unguarded') return null
  return { ...only.accessor, ...only.forwards, name }
}

/** What a callee's name is in a file: an accessor, or a wrapper that the name resolves to there. */
export function accessorsSeenFrom(program: Program, wrappers: ReadonlyMap<number, Accessor>, file: number): AccessorOf {
  const { symbols, index } = program
  return (callee) => {
    const known = ACCESSORS.get(callee)
    if (known || wrappers.size === 0) return known ?? null
    symbols.enterFile(file)
    for (const id of symbols.resolve(index.names.id(callee))) {
      const wrapper = wrappers.get(id)
      if (wrapper) return wrapper
    }
    return null
  }
}

/** 1 for functions that some call names: one that only tables hold has no callers whose calls could be the sites. */
function calledByName({ graph, symbols }: Program): Uint8Array {
  const called = new Uint8Array(symbols.count)
  for (const [edge, to] of graph.to.entries()) if (isNamedCall(graph.kind[edge]!)) called[to] = 1
  return called
}

/** Which functions of a file call an accessor, or `write` of a struct of config space operations, by its facts alone. */
export class WriteNames {
  private readonly accessors: ReadonlySet<number>

  constructor(private readonly names: Names) {
    this.accessors = new Set([...ACCESSORS.keys()].map((name) => names.id(name)))
  }

  rowsOf(facts: FileFacts): number[] {
    const found = new Set<number>()
    const calls = facts.rows('calls')
    const owner = COLUMN.calls.owner
    const callee = COLUMN.calls.callee
    for (let at = calls.start; at < calls.start + calls.count * calls.width; at += calls.width)
      if (this.accessors.has(calls.data[at + callee]!)) found.add(calls.data[at + owner]!)
    for (const row of rowsThroughOps(facts, this.names)) found.add(row)
    return [...found].sort((a, b) => a - b)
  }

  /** Functions of a file that write, in order; `wrappers` are names of functions that are known to forward a write. */
  rowsWriting(facts: FileFacts, text: string, wrappers: ReadonlySet<number>): number[] {
    const calling: number[] = []
    const calls = facts.rows('calls')
    for (let call = 0; call < calls.count; call++)
      if (wrappers.has(calls.get(call, 'callee'))) calling.push(calls.get(call, 'owner'))
    const rows = new Set([...this.rowsOf(facts), ...this.tableRowsOf(facts, text), ...calling])
    return [...rows].sort((a, b) => a - b)
  }

  /** Functions of a file that write the MSI-X table in mapped memory. */
  tableRowsOf(facts: FileFacts, text: string): number[] {
    if (!MSIX_TABLE_OFFSET.test(text)) return []
    const writes = new RegExp(`\\b(?:${MMIO_WRITES.join('|')})\\s*\\([^;]*${MSIX_TABLE_OFFSET.source}`)
    const rows = facts.rows('functions')
    const found: number[] = []
    for (let row = 0; row < rows.count; row++)
      if (writes.test(text.slice(rows.get(row, 'body'), rows.get(row, 'end')))) found.push(row)
    return found
  }

  /** Lines of the calls of accessors in a function, in order. */
  callsIn(facts: FileFacts, row: number): readonly number[] {
    const calls = facts.rows('calls')
    const lines: number[] = []
    for (let call = 0; call < calls.count; call++)
      if (calls.get(call, 'owner') === row && this.accessors.has(calls.get(call, 'callee')))
        lines.push(calls.get(call, 'line'))
    return lines
  }
}

/** `bus->ops->write`, `raw_pci_ops->write`: the structs whose `write` is config space's, and the fields that lead there. */
const CONFIG_OPS =
  /^(?:pci_bus\.ops|pci_dev\.bus\.ops|pci_host_bridge\.(?:bus\.)?(?:child_)?ops|pci_(?:raw_)?ops\.|raw_pci_(?:ext_)?ops\.)$/

/** Functions (rows) of a file that call `write` of a struct of config space operations. */
function rowsThroughOps(facts: FileFacts, names: Names): ReadonlySet<number> {
  const fields = facts.rows('fieldCalls')
  const write = names.id('write')
  const found = new Set<number>()
  for (let row = 0; row < fields.count; row++) {
    if (fields.get(row, 'field') !== write) continue
    const way = `${names.text(fields.get(row, 'root'))}.${names.text(fields.get(row, 'mid'))}`
    if (CONFIG_OPS.test(way)) found.add(fields.get(row, 'owner'))
  }
  return found
}
