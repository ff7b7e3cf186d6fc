/**
 * Whether a call graph has the calls that a stack shows. A stack does not show every function: the compiler puts a
 * function into its caller where it sees its text (the same file, a header, a macro), and one that ends in a call jumps
 * there and leaves no frame. Only such functions may be missing between two frames, and each step must be an edge.
 */
import { FunctionFlag } from '../../src/core/index/facts.js'
import { EDGE_KINDS, type Graph, isNamedCall, kindNumber, lineOf, viaOf } from '../../src/core/program/graph.js'
import type { Program } from '../../src/core/program/linker.js'
import { isCutField, isUserEntered } from '../../src/core/program/registrations.js'
import { PHASES } from '../../src/core/report/schema.js'
import { blanked } from './cText.js'
import { endsAfter } from './tailCalls.js'

/** More functions than this are never missing between two frames. */
const MOST_MISSING = 6

/** Edges to what runs on its own later, once a function has set it up. */
const STARTS: ReadonlySet<number> = new Set(
  (['initcall', 'fixup', 'registration', 'work', 'timer', 'kthread', 'async'] as const).map((kind) => kindNumber[kind]),
)

/** How a frame hangs on the one around it. */
export type Link =
  | { readonly how: 'edge'; readonly missing: readonly string[] }
  /** A frame further out handed the function to those in between, or registered it with them. */
  | { readonly how: 'handed over'; readonly by: string; readonly kind: string }
  /** A root of a phase: what stands around it is who dispatches to all that are registered. */
  | { readonly how: 'root'; readonly kind: string }
  /** The engine leaves this call out on purpose: it says nothing about who is called. */
  | { readonly how: 'cut'; readonly field: string }
  | { readonly how: 'none' }

/** Who dispatches to roots, by the kind of root. A registered hook is called through its field, wherever that is. */
const DISPATCHERS: Readonly<Record<string, RegExp>> = {
  initcall: /^do_one_initcall$/,
  fixup: /^(pci_fixup_device|pci_do_fixups|check_dev_quirk)$/,
  work: /^process_one_work$/,
  kthread: /^kthread$/,
  timer: /^call_timer_fn$/,
  async: /^async_run_entry_fn$/,
  interrupt: /^(__handle_irq_event_percpu|irq_thread_fn|irq_forced_thread_fn)$/,
  notifier: /^\w*notifier_call_chain$/,
  parameter: /^(do_early_param|obsolete_checksetup|parse_args)$/,
  entry: /^(kernel_\w+|sys_reboot|x86_64_start_\w+)$/,
  // Fetched from the table by offset.
  'runtime PM':
    /^(__rpm_callback|rpm_\w+|pci_pm_runtime_\w+|pm_generic_runtime_\w+|pcie_port_\w+|device_for_each_child)$/,
}

interface Entered {
  readonly kind: string
  readonly reason: string
}

/** The graph's edges by the function they lead to: those to `fn` are `[first[fn], first[fn + 1])`. */
interface Callers {
  readonly first: Int32Array
  readonly from: Int32Array
  readonly edge: Int32Array
}

export class Connections {
  private readonly byName = new Map<string, number[]>()
  private readonly entered = new Map<number, Entered[]>()
  private readonly callers: Callers
  private readonly texts = new Map<number, { readonly text: string; readonly rows: readonly string[] }>()
  private readonly ways = new Map<string, readonly string[] | null>()
  private readonly stubs = new Map<string, boolean>()
  private cutFields: ReadonlyMap<string, readonly string[]> | null = null

  constructor(
    readonly program: Program,
    private readonly read: (path: string) => string,
  ) {
    const { symbols, index, roots, graph } = program
    for (let fn = 0; fn < symbols.count; fn++)
      if (!(symbols.flags[fn]! & FunctionFlag.macro) && index.files[symbols.file[fn]!]!.isBuilt)
        put(this.byName, symbols.text(symbols.name[fn]!), fn)
    for (const phase of PHASES)
      for (const root of roots[phase])
        put(this.entered, root.function, { kind: root.kind, reason: symbols.text(root.reason) })
    for (let edge = 0; edge < graph.to.length; edge++)
      if (STARTS.has(graph.kind[edge]!))
        put(this.entered, graph.to[edge]!, {
          kind: EDGE_KINDS[graph.kind[edge]!]!,
          reason: symbols.text(viaOf(graph, edge)),
        })
    this.callers = callersIn(graph)
  }

  named(name: string): readonly number[] {
    return this.byName.get(name) ?? []
  }

  /** How `frames[i]` hangs on `frames[i + 1]`. */
  link(frames: readonly string[], i: number): Link {
    const [callee, caller] = [frames[i]!, frames[i + 1]!]
    const missing = this.between(caller, callee)
    if (missing) return { how: 'edge', missing }
    return this.handedOver(frames, i) ?? this.dispatched(caller, callee) ?? this.cut(caller, callee) ?? { how: 'none' }
  }

  /** Functions missing between a caller and what it calls, null if no edges lead there. */
  private between(caller: string, callee: string, isLast?: number): readonly string[] | null {
    const key = `${caller} ${callee} ${isLast}`
    const known = this.ways.get(key)
    if (known !== undefined) return known
    const way = this.missing(this.named(caller), new Set(this.named(callee)), isLast)
    this.ways.set(key, way)
    return way
  }

  private handedOver(frames: readonly string[], i: number): Link | null {
    const callee = frames[i]!
    for (let outer = i + 2; outer < frames.length; outer++) {
      const by = frames[outer]!
      // `walk(children, walk_one)` in walk_one() itself.
      if (by === callee) return { how: 'handed over', by, kind: 'itself' }
      for (const kind of ['callback', 'registration', 'async'] as const)
        if (this.between(by, callee, kindNumber[kind])) return { how: 'handed over', by, kind }
    }
    return null
  }

  /** A root that somebody dispatches to who does it for all roots of the kind. It may end in the call of the frame. */
  private dispatched(caller: string, callee: string): Link | null {
    for (const { kind, reason } of this.rootsEndingIn(callee))
      if (this.isDispatcher(caller, kind, reason)) return { how: 'root', kind }
    return null
  }

  private isDispatcher(caller: string, kind: string, reason: string): boolean {
    if (kind !== 'registration') return DISPATCHERS[kind]?.test(caller) === true
    const field = /^\.(?:\w+\.)*(\w+) of struct /.exec(reason)?.[1]
    if (field === undefined || /RUNTIME|^runtime_/.test(field)) return DISPATCHERS['runtime PM']!.test(caller)
    return this.callsField(caller, field)
  }

  private callsField(caller: string, field: string): boolean {
    const call = new RegExp(`(?:->|\\.)\\s*${field}\\s*\\)?\\s*\\(`)
    return this.named(caller).some((fn) => call.test(this.textOf(this.program.symbols.file[fn]!).text))
  }

  private *rootsEndingIn(name: string): Generator<Entered> {
    const { graph } = this.program
    let level = [...this.named(name)]
    const seen = new Set(level)
    for (let steps = 0; steps <= MOST_MISSING && level.length > 0; steps++) {
      for (const fn of level) yield* this.entered.get(fn) ?? []
      const outer: number[] = []
      for (const fn of level)
        for (let i = this.callers.first[fn]!; i < this.callers.first[fn + 1]!; i++) {
          const [from, edge] = [this.callers.from[i]!, this.callers.edge[i]!]
          if (seen.has(from) || !isNamedCall(graph.kind[edge]!) || !this.endsIn(from, edge)) continue
          seen.add(from)
          outer.push(from)
        }
      level = outer
    }
  }

  /** A field that the engine does not follow: the driver core's `remove`, a file's `write`, suspend. */
  private cut(caller: string, callee: string): Link | null {
    this.cutFields ??= this.findCutFields()
    for (const field of this.cutFields.get(callee) ?? [])
      if (field.startsWith('dev_pm_ops.') || this.callsField(caller, field.split('.').at(-1)!))
        return { how: 'cut', field }
    return null
  }

  /** Fields that stand for nothing that is called, by the functions that tables and assignments put into them. */
  private findCutFields(): ReadonlyMap<string, readonly string[]> {
    const { index } = this.program
    const text = (id: number): string => index.names.text(id)
    const found = new Map<string, string[]>()
    for (const { facts, isBuilt } of index.files) {
      if (!facts || !isBuilt) continue
      const tables = facts.rows('tables')
      for (let row = 0; row < tables.count; row++) {
        const [tag, path] = [text(tables.get(row, 'tag')), text(tables.get(row, 'path'))]
        if (isUserEntered(tag) || isCutField(tag, path)) put(found, text(tables.get(row, 'value')), `${tag}.${path}`)
      }
      const assigned = facts.rows('assignments')
      for (let row = 0; row < assigned.count; row++) {
        const field = text(assigned.get(row, 'field'))
        if (isCutField('device_driver', field)) put(found, text(assigned.get(row, 'name')), `device_driver.${field}`)
      }
    }
    return found
  }

  /**
   * Functions missing on the way from one of some functions to one of others, null if there is no way. `lastKind` is
   * the kind that the last edge must have, if it matters.
   */
  missing(from: readonly number[], to: ReadonlySet<number>, lastKind?: number): readonly string[] | null {
    const { graph, symbols } = this.program
    interface State {
      readonly fn: number
      /** Put into its caller: it may call what it likes. Otherwise it must end in the call. */
      readonly isInlined: boolean
      readonly missing: readonly string[]
    }
    const seen = new Set(from.map((fn) => fn * 2 + 1))
    let level: State[] = from.map((fn) => ({ fn, isInlined: true, missing: [] }))
    for (let steps = 0; steps <= MOST_MISSING && level.length > 0; steps++) {
      const next: State[] = []
      for (const { fn, isInlined, missing } of level)
        for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++) {
          const [callee, kind] = [graph.to[edge]!, graph.kind[edge]!]
          const isWanted = to.has(callee) && (lastKind === undefined ? !STARTS.has(kind) : kind === lastKind)
          if (!isWanted && STARTS.has(kind)) continue
          if (!isInlined && !this.endsIn(fn, edge)) continue
          if (isWanted) return missing
          const inlined = this.isInlined(fn, edge)
          const state = callee * 2 + (inlined ? 1 : 0)
          if (seen.has(state) || seen.has(callee * 2 + 1)) continue
          seen.add(state)
          next.push({ fn: callee, isInlined: inlined, missing: [...missing, symbols.text(symbols.name[callee]!)] })
        }
      level = next
    }
    return null
  }

  /** A call by name, or of a function that is handed to an inline function of a header: `kref_put(ref, release)`. */
  private isInlined(fn: number, edge: number): boolean {
    const { graph, symbols } = this.program
    const kind = graph.kind[edge]!
    const isCall =
      isNamedCall(kind) ||
      (kind === kindNumber.callback &&
        this.named(symbols.text(viaOf(graph, edge))).some((walker) => this.isVisible(fn, walker)))
    return isCall && this.isVisible(fn, graph.to[edge]!)
  }

  /** Whether the compiler sees the callee's text where it compiles the caller. */
  private isVisible(caller: number, callee: number): boolean {
    const { symbols, index } = this.program
    const file = symbols.file[callee]!
    return (
      file === symbols.file[caller] ||
      index.files[file]!.path.endsWith('.h') ||
      (symbols.flags[callee]! & FunctionFlag.macro) !== 0 ||
      this.includes(symbols.file[caller]!, file) ||
      this.includes(file, symbols.file[caller]!)
    )
  }

  /** `#include "uhci-pci.c"`: both are compiled as one. */
  private includes(file: number, other: number): boolean {
    const { index } = this.program
    const rows = index.files[file]!.facts!.rows('includes')
    const name = index.files[other]!.path.split('/').at(-1)
    for (let row = 0; row < rows.count; row++)
      if (index.names.text(rows.get(row, 'path')).split('/').at(-1) === name) return true
    return false
  }

  /** Whether nothing is left to do in a function behind the call that an edge stands for. */
  private endsIn(fn: number, edge: number): boolean {
    const { symbols, graph } = this.program
    if (symbols.flags[fn]! & FunctionFlag.macro) return true
    const { rows } = this.textOf(symbols.file[fn]!)
    return endsAfter(rows, lineOf(graph, edge), this.callPattern(edge), (name) => this.isEmptyStub(name))
  }

  /** What the call of an edge looks like in the text: the function's name, a field, or the walker that is handed it. */
  private callPattern(edge: number): RegExp {
    const { symbols, graph } = this.program
    const kind = graph.kind[edge]!
    const via = symbols.text(viaOf(graph, edge))
    // Through a local pointer the name of the pointer is called.
    if (kind === kindNumber.field || kind === kindNumber['wide field'])
      return new RegExp(`(?:->|\\.)\\s*\\w+\\s*\\)?\\s*\\(|\\b${via}\\s*\\(`)
    const name = via || symbols.text(symbols.name[graph.to[edge]!]!)
    return new RegExp(`\\b${name}\\s*\\(`)
  }

  /** A header has a function of this name that calls nothing: what is compiled where a part is left out of the kernel. */
  private isEmptyStub(name: string): boolean {
    const { symbols, graph, index } = this.program
    const known = this.stubs.get(name)
    if (known !== undefined) return known
    const isStub = this.named(name).some(
      (fn) => graph.first[fn] === graph.first[fn + 1] && index.files[symbols.file[fn]!]!.path.endsWith('.h'),
    )
    this.stubs.set(name, isStub)
    return isStub
  }

  private textOf(file: number): { readonly text: string; readonly rows: readonly string[] } {
    const known = this.texts.get(file)
    if (known) return known
    const text = blanked(this.read(this.program.index.files[file]!.path)).replace(
      /^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm,
      (directive) => directive.replace(/[^\n]/g, ' '),
    )
    const entry = { text, rows: text.split('\n') }
    this.texts.set(file, entry)
    return entry
  }
}

function callersIn(graph: Graph): Callers {
  const functions = graph.first.length - 1
  const first = new Int32Array(functions + 1)
  for (const to of graph.to) first[to + 1]!++
  for (let fn = 0; fn < functions; fn++) first[fn + 1]! += first[fn]!
  const at = first.slice(0, functions)
  const [from, edges] = [new Int32Array(graph.to.length), new Int32Array(graph.to.length)]
  for (let fn = 0; fn < functions; fn++)
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++) {
      const slot = at[graph.to[edge]!]!++
      from[slot] = fn
      edges[slot] = edge
    }
  return { first, from, edge: edges }
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
