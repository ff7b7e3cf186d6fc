/**
 * Whether a call graph has the calls that a stack shows. A stack does not show every function: the compiler puts a
 * function into its caller where it sees its text (the same file, a header, a macro), and one that ends in a call jumps
 * there and leaves no frame. Only such functions may be missing between two frames, and each step must be an edge.
 */
import { FunctionFlag } from '../../src/core/index/facts.js'
import { EDGE_KINDS, type Graph, isNamedCall, kindNumber } from '../../src/core/program/graph.js'
import type { Program } from '../../src/core/program/linker.js'
import { blanked } from './cText.js'

/** More functions than this are never missing between two frames. */
const MOST_MISSING = 6

/** Edges to what runs on its own later, once a function has set it up. */
const STARTS: ReadonlySet<number> = new Set(
  (['registration', 'work', 'timer', 'kthread', 'async'] as const).map((kind) => kindNumber[kind]),
)

/** The graph's edges by the function they lead to: those to `fn` are `[first[fn], first[fn + 1])`. */
interface Callers {
  readonly first: Int32Array
  readonly from: Int32Array
  readonly edge: Int32Array
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

/** How two frames hang together. */
export type Link =
  | { readonly how: 'edge'; readonly missing: readonly string[] }
  /** A frame further out made the call: it handed `callee` to the frames in between, or registered it with them. */
  | { readonly how: 'handed over'; readonly by: string; readonly kind: string }
  /** A root: what stands above it dispatches to whatever was registered. */
  | { readonly how: 'root'; readonly kind: string }
  | { readonly how: 'none' }

export class Connections {
  private readonly byName = new Map<string, number[]>()
  private readonly known = new Map<string, readonly string[] | null>()
  private readonly rows = new Map<number, readonly string[]>()
  private readonly entered = new Map<number, string>()
  private readonly callers: Callers
  private readonly ended = new Map<string, string | undefined>()

  constructor(
    readonly program: Program,
    private readonly read: (path: string) => string,
  ) {
    const { symbols, index, roots, graph } = program
    for (let fn = 0; fn < symbols.count; fn++) {
      if (symbols.flags[fn]! & FunctionFlag.macro || !index.files[symbols.file[fn]!]!.isBuilt) continue
      const name = symbols.text(symbols.name[fn]!)
      const list = this.byName.get(name)
      if (list) list.push(fn)
      else this.byName.set(name, [fn])
    }
    for (const phase of ['boot', 'shutdown', 'userspace'] as const)
      for (const root of roots[phase]) this.entered.set(root.function, `${phase} ${root.kind}`)
    for (let edge = 0; edge < graph.to.length; edge++)
      if (STARTS.has(graph.kind[edge]!)) this.entered.set(graph.to[edge]!, `boot ${EDGE_KINDS[graph.kind[edge]!]}`)
    this.callers = callersIn(graph)
  }

  named(name: string): readonly number[] {
    return this.byName.get(name) ?? []
  }

  /**
   * Kind of the root, or of the registration, by which a function is entered, itself or through functions that end in a
   * call of it; undefined if it is only ever called.
   */
  rootKind(name: string): string | undefined {
    if (!this.ended.has(name)) this.ended.set(name, this.searchRoot(name))
    return this.ended.get(name)
  }

  private searchRoot(name: string): string | undefined {
    const { graph } = this.program
    let level = [...this.named(name)]
    const seen = new Set(level)
    for (let steps = 0; steps <= MOST_MISSING && level.length > 0; steps++) {
      for (const fn of level) if (this.entered.has(fn)) return this.entered.get(fn)!
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
    return undefined
  }

  /** Functions missing between a caller and what it calls, null if no edges lead there. */
  between(caller: string, callee: string, isLast: (kind: number) => boolean = () => true): readonly string[] | null {
    const key = `${caller} ${callee} ${isLast}`
    const known = this.known.get(key)
    if (known !== undefined) return known
    const found = this.search(this.named(caller), new Set(this.named(callee)), isLast)
    this.known.set(key, found)
    return found
  }

  private search(
    from: readonly number[],
    to: ReadonlySet<number>,
    isLast: (kind: number) => boolean,
  ): readonly string[] | null {
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
          const callee = graph.to[edge]!
          const kind = graph.kind[edge]!
          if (!isInlined && !this.endsIn(fn, edge)) continue
          if (to.has(callee) && isLast(kind)) return missing
          const inlined = this.isInlined(fn, edge)
          const state = callee * 2 + (inlined ? 1 : 0)
          if (seen.has(state) || seen.has(callee * 2 + 1) || STARTS.has(kind)) continue
          seen.add(state)
          next.push({
            fn: callee,
            isInlined: inlined,
            missing: [...missing, symbols.text(symbols.name[callee]!)],
          })
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
        this.named(symbols.text(graph.via[edge]!)).some((walker) => this.isVisible(fn, walker)))
    return isCall && this.isVisible(fn, graph.to[edge]!)
  }

  /** Whether the compiler sees the callee's text where it compiles the caller. */
  private isVisible(caller: number, callee: number): boolean {
    const { symbols, index } = this.program
    const file = symbols.file[callee]!
    return (
      file === symbols.file[caller] ||
      index.files[file]!.path.endsWith('.h') ||
      (symbols.flags[callee]! & FunctionFlag.macro) !== 0
    )
  }

  /** Whether nothing is left to do in a function behind the call that an edge stands for. */
  private endsIn(fn: number, edge: number): boolean {
    const { symbols, graph, index } = this.program
    if (symbols.flags[fn]! & FunctionFlag.macro) return true
    const file = symbols.file[fn]!
    const rows = this.rows.get(file) ?? codeRows(this.read(index.files[file]!.path))
    this.rows.set(file, rows)
    const at = graph.line[edge]! - 1
    const text = rows.slice(at, at + 40).join('\n')
    const call = this.callPattern(edge).exec(text)
    if (!call) return false
    const before = [...rows.slice(Math.max(0, at - 3), at), text.slice(0, call.index)].join('\n')
    const isReturned = /\breturn\b[^;{}]*$/.test(before)
    const assigned = /[;{})]\s*(\w+)\s*=\s*$/.exec(before)?.[1]
    const rest = text.slice(closing(text, call.index + call[0].length)).replace(/^[^;]*;/, '')
    return isReturned || endsAfter(rest, assigned, (called) => this.isEmptyStub(called))
  }

  /** What the call of an edge looks like in the text: the function's name, a field, or the walker that is handed it. */
  private callPattern(edge: number): RegExp {
    const { symbols, graph } = this.program
    const kind = graph.kind[edge]!
    if (kind === kindNumber.field || kind === kindNumber['wide field']) return /(?:->|\.)\s*\w+\s*\)?\s*\(/
    const name = symbols.text(graph.via[edge]! || symbols.name[graph.to[edge]!]!)
    return new RegExp(`\\b${name}\\s*\\(`)
  }

  /** A header has a function of this name that calls nothing: what is compiled where a part is left out of the kernel. */
  private isEmptyStub(name: string): boolean {
    const { symbols, graph, index } = this.program
    return this.named(name).some(
      (fn) => graph.first[fn] === graph.first[fn + 1] && index.files[symbols.file[fn]!]!.path.endsWith('.h'),
    )
  }
}

/** Lines of code: comments, strings and preprocessor lines blanked. */
function codeRows(text: string): readonly string[] {
  return blanked(text)
    .replace(/^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm, (directive) => directive.replace(/[^\n]/g, ' '))
    .split('\n')
}

function closing(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth === 0) return at + 1
  }
  return text.length
}

/** Whether what follows a statement does nothing more than return, with what was `assigned` there if anything. */
function endsAfter(rest: string, assigned: string | undefined, isEmpty: (called: string) => boolean): boolean {
  let text = rest
  for (;;) {
    if (/^\s*\n\}/.test(text)) return assigned === undefined
    text = text.replace(/^\s+/, '')
    const passed = /^(?:\}|break;|\w+:(?!:))/.exec(text)?.[0]
    if (passed !== undefined) {
      text = text.slice(passed.length)
      continue
    }
    const called = /^(\w+)\([^;{]*\);/.exec(text)
    if (called && isEmpty(called[1]!)) {
      text = text.slice(called[0].length)
      continue
    }
    const other = /^else\b(?:[^;{]*;|[^{;]*\{)/.exec(text)?.[0]
    if (other !== undefined) {
      text = other.endsWith('{') ? afterBlock(text, other.length) : text.slice(other.length)
      continue
    }
    const returned = /^return\b\s*(\w*)\s*;/.exec(text)
    return returned !== null && (returned[1] === '' || returned[1] === assigned || assigned === undefined)
  }
}

function afterBlock(text: string, from: number): string {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return text.slice(at + 1)
  }
  return ''
}

/** How each frame of a stack hangs on the one around it; the outermost, which nothing calls here, is left out. */
export function* linksOf(
  frames: readonly string[],
  connections: Connections,
): Generator<{ readonly caller: string; readonly callee: string; readonly link: Link }> {
  for (let i = 0; i + 1 < frames.length; i++) {
    const [callee, caller] = [frames[i]!, frames[i + 1]!]
    yield { caller, callee, link: linkOf(frames, i, connections) }
  }
}

function linkOf(frames: readonly string[], i: number, connections: Connections): Link {
  const callee = frames[i]!
  const missing = connections.between(frames[i + 1]!, callee)
  if (missing) return { how: 'edge', missing }
  for (let outer = i + 2; outer < frames.length; outer++) {
    if (frames[outer] === callee) return { how: 'handed over', by: callee, kind: 'itself' }
    for (const kind of HANDED_OVER)
      if (connections.between(frames[outer]!, callee, KIND_TESTS.get(kind)))
        return { how: 'handed over', by: frames[outer]!, kind }
  }
  const root = connections.rootKind(callee)
  return root === undefined ? { how: 'none' } : { how: 'root', kind: root }
}

const HANDED_OVER = ['callback', 'registration', 'async'] as const
const KIND_TESTS = new Map(HANDED_OVER.map((kind) => [kind, (k: number): boolean => EDGE_KINDS[k] === kind]))
