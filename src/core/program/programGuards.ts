/**
 * What every function of the program sees as guards: those of the table, and those that follow from them. A function
 * that answers what a guard answers is a guard; so is a field that is filled with one, and a parameter that every
 * caller fills with one. Only functions in which a guard stands are read.
 */
import { type Call, slice } from '../functions/controlFlow.js'
import type { CParser, SyntaxNode } from '../functions/parser.js'
import { ANY_DEVICE, type Held, type Implied, implied } from '../guards/conditions.js'
import { relation, resolvedDevice } from '../guards/deviceRelation.js'
import type { GuardOf, GuardTable, GuardView } from '../guards/guardTable.js'
import type { KnownGuard } from '../guards/knownGuards.js'
import { type FunctionSource, parameterPath, type ReadFunction, readFunction } from '../guards/readFunction.js'
import { FunctionFlag } from '../index/facts.js'
import { callersOf } from './callers.js'
import { isNamedCall } from './graph.js'
import type { Program } from './linker.js'

/** Source of a function, null if its text cannot be read. */
export type SourceOf = (fn: number) => FunctionSource | null

/** A guard of a guard of a guard is as far as it goes. */
const MOST_ROUNDS = 4

/** Where a flag is asked by functions that write nothing themselves: pci_device_shutdown() calls pci_clear_master(). */
const FLAG_FOLDERS: readonly string[] = ['drivers/pci/', 'drivers/vfio/', 'drivers/iommu/']

export class ProgramGuards {
  /** Guards that follow, by function. */
  private readonly inferred = new Map<number, KnownGuard>()
  private readonly parameters = new Map<number, ReadonlyMap<string, GuardOf>>()
  private readonly holding = new Set<number>()
  private readonly reads = new Map<number, ReadFunction | null>()
  private table: GuardTable

  constructor(
    private readonly program: Program,
    table: GuardTable,
    private readonly sourceOf: SourceOf,
    private readonly parser: CParser,
    /** Functions that may hold a flag of the table: a field is no call that the index could know. */
    candidates: readonly number[] = [],
  ) {
    this.table = table
    const asking = new Set([...candidates, ...this.functionsOfFlagFolders()])
    let fresh = [...this.callersByName(), ...[...asking].filter((fn) => this.mentionsField(fn))]
    for (let round = 0; round < MOST_ROUNDS && fresh.length > 0; round++) {
      for (const fn of fresh) this.holding.add(fn)
      this.reads.clear()
      fresh = this.infer(fresh)
    }
    this.reads.clear()
  }

  /** Whether a guard stands in a function. */
  holds(fn: number): boolean {
    return this.holding.has(fn)
  }

  /** Functions in which a guard stands, in ascending order. */
  get holders(): readonly number[] {
    return [...this.holding].sort((a, b) => a - b)
  }

  /** What a function of file `f` sees; `fn` is null for one that is not linked. */
  of(f: number, fn: number | null): GuardView {
    const parameters = fn === null ? undefined : this.parameters.get(fn)
    return {
      call: (name) => this.callSeenFrom(f, name),
      field: (expression) => this.table.field(expression),
      parameter: (name) => parameters?.get(name) ?? null,
      mayStandIn: (text) => parameters !== undefined || this.inferred.size > 0 || this.table.mayStandIn(text),
    }
  }

  private callSeenFrom(f: number, name: string): KnownGuard | null {
    const known = this.table.call(name)
    const { symbols, index } = this.program
    if (!known && this.inferred.size === 0) return null
    symbols.enterFile(f)
    const ids = [...symbols.resolve(index.names.id(name))]
    const follows = ids.map((id) => this.inferred.get(id)).find((guard) => guard !== undefined) ?? null
    // A file's own function or macro of a guard's name is what it says itself.
    const isShadowed = ids.length > 0 && ids.every((id) => symbols.file[id] === f && isOwn(symbols.flags[id]!))
    return known && !(isShadowed && !index.files[f]!.path.endsWith('.h')) ? known : follows
  }

  private read(fn: number): ReadFunction | null {
    const known = this.reads.get(fn)
    if (known !== undefined) return known
    const source = this.sourceOf(fn)
    const read = source && readFunction(source, this.parser, this.of(this.program.symbols.file[fn]!, fn))
    this.reads.set(fn, read)
    return read
  }

  /** Functions of the files that name a flag of the table, where its own series could ask for it. */
  private functionsOfFlagFolders(): readonly number[] {
    const { index } = this.program
    const found: number[] = []
    for (const [f, { path, facts, isBuilt }] of index.files.entries()) {
      if (!facts || !isBuilt || !FLAG_FOLDERS.some((folder) => path.startsWith(folder))) continue
      const [first, end] = this.functionsOf(f)
      const text = first < end ? this.sourceOf(first)?.file : undefined
      if (text !== undefined && this.table.mentionsField(text)) for (let fn = first; fn < end; fn++) found.push(fn)
    }
    return found
  }

  private mentionsField(fn: number): boolean {
    const source = this.sourceOf(fn)
    return source !== null && this.table.mentionsField(source.file.slice(source.start, source.end))
  }

  private callersByName(): number[] {
    const { symbols, index } = this.program
    const { table } = this
    const wanted = new Set(table.callNames.map((name) => index.names.id(name)))
    if (table.hasFamilies)
      for (let fn = 0; fn < symbols.count; fn++)
        if (table.call(symbols.text(symbols.name[fn]!))) wanted.add(symbols.name[fn]!)
    const found = new Set<number>()
    for (const [f, { facts, isBuilt }] of index.files.entries()) {
      if (!facts || !isBuilt) continue
      const calls = facts.rows('calls')
      for (let row = 0; row < calls.count; row++)
        if (wanted.has(calls.get(row, 'callee'))) found.add(symbols.first[f]! + calls.get(row, 'owner'))
    }
    return [...found]
  }

  /** Reads functions for what follows from their guards; gives the functions that see something new. */
  private infer(functions: readonly number[]): number[] {
    const answering: number[] = []
    const flags = new Map<string, KnownGuard>()
    const filled = new Set<number>()
    for (const fn of functions) {
      const read = this.read(fn)
      if (!read) continue
      const guard = this.inferred.has(fn) ? null : this.answer(fn, read)
      if (guard) {
        this.inferred.set(fn, guard)
        answering.push(fn)
      }
      for (const flag of flagsFilled(read, this.of(this.program.symbols.file[fn]!, fn))) flags.set(flag.name, flag)
      for (const callee of this.calleesFilled(fn, read)) filled.add(callee)
    }
    const fresh = new Set(this.callersOf(answering))
    for (const callee of filled) if (this.fillParameters(callee)) fresh.add(callee)
    const known = new Set(this.table.fieldNames)
    const asked = [...flags.values()].filter(({ name }) => !known.has(name))
    const mentioning = this.functionsMentioning(asked.map(({ name }) => name))
    const news = asked.filter((flag) => this.isAlwaysGuard(flag, mentioning.get(flag.name)!))
    if (news.length > 0) {
      this.table = this.table.with(news)
      const naming = news.flatMap(({ name }) => mentioning.get(name)!)
      for (const fn of naming.sort((a, b) => a - b)) fresh.add(fn)
    }
    return [...fresh]
  }

  /** The guard that a function is, if its answer tells whether one of its parameters is handed over. */
  private answer(fn: number, read: ReadFunction): KnownGuard | null {
    const name = this.program.symbols.text(this.program.symbols.name[fn]!)
    for (const skipWhen of ['true', 'zero'] as const) {
      const found = answers(read, skipWhen, this.of(this.program.symbols.file[fn]!, fn))
      if (found) return { ...found.guard, name, form: 'call', skipWhen, device: found.device }
    }
    return null
  }

  private callersOf(callees: readonly number[]): number[] {
    return callersOf(this.program.graph, callees, isNamedCall)
  }

  /** Functions that a call of `fn` hands a guard to. */
  private calleesFilled(fn: number, read: ReadFunction): readonly number[] {
    const { symbols, index } = this.program
    const guards = this.of(symbols.file[fn]!, fn)
    return read.calls.flatMap((call) => {
      if (call.receiver || guards.call(call.callee)) return []
      if (!call.args.some((_, i) => guardIn(call, i, read, guards))) return []
      symbols.enterFile(symbols.file[fn]!)
      return [...symbols.resolve(index.names.id(call.callee))]
    })
  }

  /** Parameters of `callee` that all its callers fill with a guard; true if there is one that was not known. */
  private fillParameters(callee: number): boolean {
    const { symbols } = this.program
    const callers = this.callersOf([callee])
    const own = this.read(callee)
    if (!own || callers.length === 0 || this.parameters.has(callee)) return false
    const name = symbols.text(symbols.name[callee]!)
    const found = new Map<string, GuardOf>()
    for (const [position, parameter] of own.fn.parameters.entries()) {
      if (parameter === '' || own.fn.assignments.has(parameter)) continue
      const guard = this.handedByAll(callers, name, position, own.fn.parameters)
      if (guard) found.set(parameter, guard)
    }
    if (found.size > 0) this.parameters.set(callee, found)
    return found.size > 0
  }

  /** The guard that every call hands over at a position. The first that does not ends it: strncmp() has 900 callers. */
  private handedByAll(
    callers: readonly number[],
    callee: string,
    position: number,
    parameters: readonly string[],
  ): GuardOf | null {
    let first: GuardOf | null = null
    for (const caller of callers)
      for (const one of this.handed(caller, callee, position, parameters)) {
        if (!one) return null
        first ??= one
        if (one.device !== first.device || one.guard.skipWhen !== first.guard.skipWhen) return null
      }
    return first
  }

  /** For each call of `callee` in a function: the guard that it hands over at a position, in the callee's terms. */
  private handed(caller: number, callee: string, position: number, parameters: readonly string[]): (GuardOf | null)[] {
    const read = this.read(caller)
    if (!read) return [null]
    const guards = this.of(this.program.symbols.file[caller]!, caller)
    const calls = read.calls.filter((call) => !call.receiver && call.callee === callee)
    if (calls.length === 0) return [null]
    return calls.map((call) => {
      const filled = guardIn(call, position, read, guards)
      if (!filled) return null
      if (filled.device === ANY_DEVICE) return { guard: filled.guard, device: ANY_DEVICE }
      for (const [i, parameter] of parameters.entries()) {
        const argument = call.args[i]
        if (i === position || !argument || parameter === '') continue
        const rest = this.wayTo(filled.device, slice(read.fn.text, argument), filled.guard, caller, read)
        if (rest !== null) return { guard: filled.guard, device: `${parameter}${rest}` }
      }
      return null
    })
  }

  /** How a device is reached from an argument: '' if it is the argument, `->pdev` if the argument was made from it. */
  private wayTo(
    device: string,
    argument: string,
    guard: KnownGuard,
    caller: number,
    read: ReadFunction,
  ): string | null {
    if (relation(device, argument, guard, read.fn) === 'same') return ''
    const [whole, root] = [resolvedDevice(device, read.fn), resolvedDevice(argument, read.fn)]
    if (whole.startsWith(`${root}->`)) return whole.slice(root.length)
    return this.storedIn(device, argument, caller, read)
  }

  /** `link = make_link(pdev)`, where make_link() stores its parameter in what it returns: `->pdev`. */
  private storedIn(device: string, argument: string, caller: number, read: ReadFunction): string | null {
    const assigned = read.fn.assignments.get(argument)
    const made = assigned?.length === 1 ? /^(\w+)\((.*)\)$/s.exec(slice(read.fn.text, assigned[0]!.value)) : null
    const position = (made?.[2] ?? '').split(',').findIndex((text) => text.trim() === device)
    if (!made || position < 0) return null
    const { symbols, index } = this.program
    symbols.enterFile(symbols.file[caller]!)
    const makers = [...symbols.resolve(index.names.id(made[1]!))]
    const source = makers.length === 1 ? this.sourceOf(makers[0]!) : null
    const maker = source && readFunction(source, this.parser, this.table)
    const parameter = maker?.fn.parameters[position]
    if (!maker || !parameter || maker.fn.assignments.has(parameter)) return null
    const returned = new Set(maker.guarded.returns.map(({ value }) => (value ? slice(maker.fn.text, value) : '')))
    const stores = [...source.file.slice(source.start, source.end).matchAll(/(\w+)((?:->|\.)\w+)\s*=\s*(\w+)\s*;/g)]
    const found = stores.filter(([, object = '', , value]) => value === parameter && returned.has(object))
    return found.length === 1 ? found[0]![2]! : null
  }

  /** Every assignment of a flag's field, where it is set from a guard, sets it so. */
  private isAlwaysGuard(flag: KnownGuard, mentioning: readonly number[]): boolean {
    const assigns = new RegExp(`(?:->|\\.)\\s*${flag.name}\\s*(?:[|&^+-]?=(?!=)|\\+\\+|--)`, 'g')
    let [all, ofGuards] = [0, 0]
    for (const fn of mentioning) {
      const source = this.sourceOf(fn)
      if (!source) continue
      all += [...source.file.slice(source.start, source.end).matchAll(assigns)].length
      const read = this.read(fn)
      if (read)
        ofGuards += flagsFilled(read, this.of(this.program.symbols.file[fn]!, fn)).filter(
          (f) => f.name === flag.name,
        ).length
    }
    return all > 0 && all === ofGuards
  }

  /** By field the functions, in the folders below which guards stand, whose text names it. */
  private functionsMentioning(names: readonly string[]): ReadonlyMap<string, readonly number[]> {
    const found = new Map(names.map((name) => [name, [] as number[]]))
    if (names.length === 0) return found
    const fields = names.map((name) => ({ name, field: new RegExp(`(?:->|\\.)\\s*${name}\\b`) }))
    for (const f of this.filesNearGuards()) {
      const [first, end] = this.functionsOf(f)
      const text = first < end ? this.sourceOf(first)?.file : undefined
      const near = text === undefined ? [] : fields.filter(({ name }) => text.includes(name))
      if (near.length === 0) continue
      for (let fn = first; fn < end; fn++) {
        const source = this.sourceOf(fn)
        const body = source ? source.file.slice(source.start, source.end) : ''
        for (const { name, field } of near) if (field.test(body)) found.get(name)!.push(fn)
      }
    }
    return found
  }

  /** Files in the folders below which guards stand. */
  private filesNearGuards(): readonly number[] {
    const { symbols, index } = this.program
    const folders = new Set([...this.holding].map((fn) => topFolder(index.files[symbols.file[fn]!]!.path)))
    const prefixes = [...folders].map((folder) => `${folder}/`)
    return [...index.files.keys()].filter((f) => {
      const { path, facts, isBuilt } = index.files[f]!
      return facts !== null && isBuilt && (folders.has(path) || prefixes.some((prefix) => path.startsWith(prefix)))
    })
  }

  private functionsOf(f: number): readonly [number, number] {
    const { first } = this.program.symbols
    return [first[f]!, first[f + 1]!]
  }
}

function isOwn(flags: number): boolean {
  return (flags & (FunctionFlag.static | FunctionFlag.macro)) !== 0
}

/** `drivers/pci` of `drivers/pci/pcie/aspm.c`. */
function topFolder(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function truth(
  node: SyntaxNode,
  outcome: boolean,
  read: ReadFunction,
  held: Held,
  guards: GuardView,
): readonly Implied[] {
  return implied({ node, equals: null, siblings: [] }, outcome, { text: read.fn.text, held, guards })
}

/** The guard whose absence an argument's being false tells. */
function guardIn(
  call: Call,
  position: number,
  read: ReadFunction,
  guards: GuardView,
): { guard: KnownGuard; device: string } | null {
  const argument = call.args[position]
  const state = read.guarded.atCalls.get(call.node)
  if (!argument || !state) return null
  for (const skipWhen of ['true', 'zero'] as const) {
    const found = truth(argument, skipWhen === 'zero', read, state.held, guards).find((fact) => !fact.preserved)
    if (found) return { guard: { ...found.guard, skipWhen }, device: found.device }
  }
  return null
}

/** Fields that a function fills with a guard about the struct they belong to. */
function flagsFilled(read: ReadFunction, guards: GuardView): readonly KnownGuard[] {
  return read.blocks.flatMap((block) =>
    block.steps.flatMap((step) => {
      if (step.kind !== 'assign' || step.operator !== '=' || !step.value || step.target.type !== 'field_expression')
        return []
      const found = truth(step.value, false, read, new Map(), guards).find((fact) => !fact.preserved)
      const [, owner = '', name = ''] =
        /^(.*?)(?:->|\.)([\w.]+)$/s.exec(slice(read.fn.text, step.target).replace(/\s+/g, '')) ?? []
      if (!found || name === '' || found.device === ANY_DEVICE) return []
      if (relation(found.device, owner, found.guard, read.fn) !== 'same') return []
      return [{ ...found.guard, name, form: 'field', skipWhen: 'true', device: 0 } as const]
    }),
  )
}

/** The device, if every return that could give the other answer tells that it is not handed over. */
function answers(
  read: ReadFunction,
  skipWhen: 'true' | 'zero',
  guards: GuardView,
): { readonly guard: KnownGuard; readonly device: number | 'global' } | null {
  const passes = skipWhen === 'zero'
  const ways: ReadonlyMap<string, KnownGuard>[] = []
  let canSkip = false
  for (const { value, protections, held } of read.guarded.returns) {
    if (!value) return null
    const constant = constantOf(slice(read.fn.text, value))
    if (constant !== null && constant !== passes) {
      canSkip = true
      continue
    }
    if (constant === null) canSkip = true
    const facts = new Map<string, KnownGuard>()
    for (const fact of protections) if (fact.strength === 'guarded') facts.set(fact.device, fact.guard)
    if (constant === null)
      for (const fact of truth(value, passes, read, held, guards))
        if (!fact.preserved) facts.set(fact.device, fact.guard)
    ways.push(facts)
  }
  const [first, ...others] = ways
  if (!first || !canSkip) return null
  for (const [device, guard] of first) {
    if (!others.every((facts) => facts.has(device))) continue
    if (device === ANY_DEVICE) return { guard, device: 'global' }
    const path = parameterPath(device, read.fn)
    if (path !== null && /^\d+$/.test(path)) return { guard, device: Number(path) }
  }
  return null
}

function constantOf(text: string): boolean | null {
  const plain = text.trim()
  if (/^(?:NULL|false|0)$/.test(plain)) return false
  return /^(?:true|-?[1-9]\d*|-E[A-Z]+)$/.test(plain) ? true : null
}
