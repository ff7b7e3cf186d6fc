/**
 * Facts of all files to one call graph. Promises the same graph for the same files in whatever order they were
 * indexed; does not see calls through pointers whose struct it cannot tell, and counts them.
 */
import { runSteps, type Steps, type Task } from '../cancel.js'
import { type FileFacts, FunctionFlag, RootKind, type Rows } from '../index/facts.js'
import type { Names } from '../index/names.js'
import type { TreeIndex } from '../index/treeIndex.js'
import { addCallbacks, findCalledParameters } from './edges/callbacks.js'
import { addDirectCalls } from './edges/directCalls.js'
import { addFieldCalls, collectFieldTargets } from './edges/fieldCalls.js'
import { HookTables } from './edges/hookTables.js'
import { addRegistered, emptyRegistered, type Registered } from './edges/registered.js'
import { FlagUses } from './flagUses.js'
import { type Graph, GraphBuilder, kindNumber } from './graph.js'
import { PairMap } from './pairMap.js'
import { DEFERRALS, type Deferral, HOOK_NAMES, INTERRUPT_REQUESTS, REBOOT_NOTIFIERS } from './registrations.js'
import { collectRoots, FALLBACKS, type Roots } from './roots.js'
import { StructTypes } from './structTypes.js'
import { Symbols } from './symbols.js'

export interface Program {
  readonly index: TreeIndex
  readonly symbols: Symbols
  readonly graph: Graph
  readonly registered: Registered
  readonly flags: FlagUses
  /** Functions that write, by their facts alone, in ascending order. */
  readonly writing: readonly number[]
  readonly roots: Roots
  readonly unresolved: Readonly<Record<string, number>>
}

/** Rows of the functions of a file that write, by its facts alone. */
export type RowsWriting = (facts: FileFacts) => readonly number[]

export function link(index: TreeIndex, rowsWriting?: RowsWriting, task?: Task): Program {
  return runSteps(linking(index, rowsWriting), task)
}

export function* linking(index: TreeIndex, rowsWriting: RowsWriting = () => []): Steps<Program> {
  const linker = new Linker(index, rowsWriting)
  const registered = emptyRegistered()
  const targets = collectFieldTargets(linker)
  const called = findCalledParameters(linker)
  for (const f of linker.linkedFiles()) {
    if ((f & 2047) === 0) yield { done: f, total: index.files.length, what: 'linking' }
    const pointers = addDirectCalls(linker, f)
    addFieldCalls(linker, f, targets, pointers)
    addCallbacks(linker, f, called)
    addRegistered(linker, f, registered)
    linker.graph.close(linker.symbols.first[f + 1]!)
  }
  const { symbols, names, flags, writing } = linker
  return {
    index,
    symbols,
    flags,
    writing,
    graph: linker.graph.finish(),
    registered,
    roots: collectRoots(registered, symbols, (text) => names.id(text)),
    unresolved: { ...linker.unresolved },
  }
}

const DOT = '.'.charCodeAt(0)

/** What the extractors of edges share while one program is linked. */
export class Linker {
  readonly names: Names
  readonly symbols: Symbols
  readonly structs: StructTypes
  readonly graph: GraphBuilder
  readonly unresolved = { indirectCalls: 0, pointerCalls: 0, emptyFields: 0, ambiguousCalls: 0 }
  readonly flags: FlagUses
  readonly writing: readonly number[]
  /** Kind of the edge that a call by name of each function is. */
  readonly kinds: Uint8Array
  /** Whether calls through a field of a struct are followed, 1 or 0, as far as it has been asked. */
  readonly followedFields = new PairMap()
  readonly hookTables: HookTables
  /** Fields that hooks stand in. */
  readonly hookFields: ReadonlySet<number>
  readonly deferrals: ReadonlyMap<number, Deferral>
  readonly interruptRequests: ReadonlyMap<number, readonly number[]>
  readonly rebootNotifiers: ReadonlyMap<number, number>
  readonly notifierBlock: number
  private readonly paths = new Map<number, readonly number[]>()
  private readonly returns = new Map<number, number>()

  constructor(
    private readonly index: TreeIndex,
    rowsWriting: RowsWriting,
  ) {
    this.names = index.names
    this.symbols = new Symbols(index.files, index.names)
    this.structs = new StructTypes(index.files)
    // Most edges are calls by name, and most of these mean one function.
    const calls = index.files.reduce((sum, { facts, isBuilt }) => sum + (isBuilt ? facts!.count('calls') : 0), 0)
    this.graph = new GraphBuilder(this.symbols.count, calls)
    this.kinds = kindsOfCalls(this.symbols, new Set(FALLBACKS.map((name) => this.names.id(name))))
    const { first } = this.symbols
    this.writing = index.files.flatMap(({ facts }, f) =>
      facts ? rowsWriting(facts).map((row) => first[f]! + row) : [],
    )
    this.flags = new FlagUses(index, this.symbols, this.writing)
    this.hookTables = new HookTables(this.names)
    this.hookFields = new Set([...HOOK_NAMES].map((name) => this.names.id(name)))
    this.deferrals = this.byId(DEFERRALS)
    this.interruptRequests = this.byId(INTERRUPT_REQUESTS)
    this.rebootNotifiers = this.byId(REBOOT_NOTIFIERS)
    this.notifierBlock = this.names.id('notifier_block')
  }

  private byId<T>(table: ReadonlyMap<string, T>): ReadonlyMap<number, T> {
    return new Map([...table].map(([name, entry]) => [this.names.id(name), entry]))
  }

  facts(f: number): FileFacts {
    return this.index.files[f]!.facts!
  }

  path(f: number): string {
    return this.index.files[f]!.path
  }

  /** Numbers of the linked files; while one is visited, names resolve as seen from it. */
  *linkedFiles(): Generator<number> {
    for (let f = 0; f < this.index.files.length; f++) {
      if (!this.index.files[f]!.isBuilt) continue
      this.symbols.enterFile(f)
      yield f
    }
  }

  /** Path of a table row: as written, or the field that stands at its position. */
  pathOfRow(tables: Rows<'tables'>, row: number): number {
    return tables.get(row, 'path') || this.structs.fieldAt(tables.get(row, 'tag'), tables.get(row, 'position'))
  }

  /** The innermost struct and field that a row of an initialiser fills: `.driver = { .pm = x }` fills device_driver.pm. */
  tablePlace(tables: Rows<'tables'>, row: number): { readonly tag: number; readonly field: number } {
    const tag = tables.get(row, 'tag')
    const path = this.pathOfRow(tables, row)
    const fields = this.fieldsOf(path)
    if (fields === null) return { tag, field: path }
    return { tag: this.followPath(tag, fields.slice(0, -1)), field: fields.at(-1)! }
  }

  /** The fields of a path like `driver.pm`, null if it is one field. */
  private fieldsOf(path: number): readonly number[] | null {
    if (!this.names.contains(path, DOT)) return null
    const known = this.paths.get(path)
    if (known) return known
    const fields = this.names
      .text(path)
      .split('.')
      .map((field) => this.names.id(field))
    this.paths.set(path, fields)
    return fields
  }

  private followPath(tag: number, fields: readonly number[]): number {
    for (const field of fields) {
      if (tag === 0) return 0
      tag = this.structs.typeOf(tag, field)
    }
    return tag
  }

  /** Struct that the last field of a chain belongs to, as a file writes the chain; 0 if it cannot be told. */
  chainTag(f: number, rootKind: number, root: number, middle: number): number {
    let tag = 0
    if (rootKind === RootKind.tag) tag = root
    else if (rootKind === RootKind.variable) tag = this.structs.variableTag(f, root)
    else if (rootKind === RootKind.returned) tag = this.returnTag(root)
    return middle === 0 ? tag : this.followPath(tag, this.fieldsOf(middle) ?? [middle])
  }

  /** The same for the field that an assignment fills. */
  assignedTag(f: number, rows: Rows<'assignments'>, row: number): number {
    return this.chainTag(f, rows.get(row, 'rootKind'), rows.get(row, 'root'), rows.get(row, 'mid'))
  }

  /** Struct that a function or macro answers a pointer to, 0 if unknown. */
  returnTag(name: number): number {
    const known = this.returns.get(name)
    if (known !== undefined) return known
    let tag = 0
    for (const id of this.symbols.resolve(name)) {
      const f = this.symbols.file[id]!
      tag = this.facts(f)
        .rows('functions')
        .get(id - this.symbols.first[f]!, 'returns')
      if (tag !== 0) break
    }
    this.returns.set(name, tag)
    return tag
  }
}

function kindsOfCalls({ count, name, flags }: Symbols, fallbacks: ReadonlySet<number>): Uint8Array {
  const kinds = new Uint8Array(count).fill(kindNumber.direct)
  for (let fn = 0; fn < count; fn++)
    if (flags[fn]! & FunctionFlag.macro) kinds[fn] = kindNumber.macro
    else if (fallbacks.has(name[fn]!)) kinds[fn] = kindNumber.fallback
  return kinds
}
