/**
 * Constant arguments: `reset_fn(dev, PCI_RESET_PROBE)` enters a function that returns before it resets. For a call that
 * passes a constant to a `bool` parameter the function gets a second node in the graph, with only the edges that the
 * constant leaves; the constant is followed where the parameter is handed on.
 */
import { type CopiedEdge, extended, type Graph } from './graph.js'
import type { Program } from './linker.js'
import { leadsTo } from './reach.js'

/** Text of a file, one character a byte; null if it cannot be read. */
type ReadSource = (path: string) => string | null

/** The program's graph with the extra nodes. Nodes below `symbols.count` are the functions themselves. */
export interface SpecialisedGraph {
  readonly graph: Graph
  /** Function that each extra node stands for: node `symbols.count + i` is `bases[i]`. */
  readonly bases: readonly number[]
  /** Line behind which nothing of an extra node runs; Infinity if all of it does. */
  readonly limits: readonly number[]
}

/** Only calls of functions that lead to one of `targets` are looked at: the others are on no path that is shown. */
export function specialise(program: Program, read: ReadSource, targets: readonly number[]): SpecialisedGraph {
  return new Specialiser(program, read, targets).run()
}

interface PassedFlag {
  readonly line: number
  readonly context: number
  readonly position: number
}

/** `if (flag)` (`when` 1), `if (!flag)` (0), or `if (flag == value)`. */
interface FlagTest {
  readonly when: number
  readonly value: number
}

/** What a function does with one of its flags. */
interface FlagUse {
  readonly returns: (FlagTest & { readonly line: number })[]
  /** Lines that run only for one value of the flag. */
  readonly blocks: (FlagTest & { readonly from: number; readonly to: number })[]
  readonly passes: PassedFlag[]
}

const MOST_NODES = 20_000

class Specialiser {
  /** Use of flags by function * 64 + position. */
  private readonly uses = new Map<number, FlagUse>()
  private readonly constants = new Map<string, boolean>([
    ['true', true],
    ['false', false],
    ['1', true],
    ['0', false],
  ])
  private readonly nodes = new Map<string, number>()
  private readonly bases: number[] = []
  private readonly limits: number[] = []
  private readonly pending: {
    readonly node: number
    readonly key: number
    readonly value: boolean
    readonly name: string
  }[] = []
  /** Lines of the file asked for last: callers come in the order of their files. */
  private lines: { readonly file: number; readonly lines: readonly string[] } = { file: -1, lines: [] }

  constructor(
    private readonly program: Program,
    private readonly read: ReadSource,
    private readonly targets: readonly number[],
  ) {}

  run(): SpecialisedGraph {
    this.collect()
    const { graph, symbols } = this.program
    const interesting = this.interestingFunctions()
    const to = new Map<number, number>()
    for (let from = 0; from < symbols.count; from++)
      for (let edge = graph.first[from]!; edge < graph.first[from + 1]!; edge++)
        if (interesting[graph.to[edge]!]) to.set(edge, this.targetOf(from, edge))
    const extra: CopiedEdge[] = []
    for (let next = this.pending.pop(); next; next = this.pending.pop()) extra.push(...this.edgesOf(next, to))
    const specialised = this.bases.length === 0 ? graph : extended(graph, symbols.count + this.bases.length, to, extra)
    return { graph: specialised, bases: this.bases, limits: this.limits }
  }

  private collect(): void {
    const { index, symbols } = this.program
    for (const [f, { facts, isBuilt }] of index.files.entries()) {
      if (!facts || !isBuilt) continue
      const constants = facts.rows('flagConstants')
      for (let row = 0; row < constants.count; row++)
        this.constants.set(symbols.text(constants.get(row, 'name')), constants.get(row, 'value') === 1)
      const returns = facts.rows('earlyReturns')
      for (let row = 0; row < returns.count; row++)
        this.use(symbols.first[f]! + returns.get(row, 'owner'), returns.get(row, 'parameter')).returns.push({
          when: returns.get(row, 'when'),
          value: returns.get(row, 'value'),
          line: returns.get(row, 'line'),
        })
      const blocks = facts.rows('flagBlocks')
      for (let row = 0; row < blocks.count; row++)
        this.use(symbols.first[f]! + blocks.get(row, 'owner'), blocks.get(row, 'parameter')).blocks.push({
          when: blocks.get(row, 'when'),
          value: blocks.get(row, 'value'),
          from: blocks.get(row, 'from'),
          to: blocks.get(row, 'to'),
        })
      const passed = facts.rows('flagsPassed')
      for (let row = 0; row < passed.count; row++)
        this.use(symbols.first[f]! + passed.get(row, 'owner'), passed.get(row, 'parameter')).passes.push({
          line: passed.get(row, 'line'),
          context: passed.get(row, 'context'),
          position: passed.get(row, 'position'),
        })
    }
  }

  private use(fn: number, position: number): FlagUse {
    const key = fn * 64 + position
    const use = this.uses.get(key) ?? { returns: [], blocks: [], passes: [] }
    this.uses.set(key, use)
    return use
  }

  /** Functions that return early on a flag, or hand one on to such a function. */
  private interestingFunctions(): Uint8Array {
    const { graph, symbols } = this.program
    const interesting = new Uint8Array(symbols.count)
    for (const [key, use] of this.uses)
      if (use.returns.length > 0 || use.blocks.length > 0) interesting[Math.floor(key / 64)] = 1
    for (let changed = true; changed; ) {
      changed = false
      for (const [key, use] of this.uses) {
        const fn = Math.floor(key / 64)
        if (interesting[fn] || use.passes.length === 0) continue
        for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]! && !interesting[fn]; edge++)
          if (interesting[graph.to[edge]!] && use.passes.some((p) => p.line === graph.line[edge])) interesting[fn] = 1
        changed ||= interesting[fn] === 1
      }
    }
    const relevant = leadsTo(graph, symbols.count, this.targets)
    return interesting.map((is, fn) => is & relevant[fn]!)
  }

  /** Where an edge leads: the function, or its node for the constant that the call passes. */
  private targetOf(from: number, edge: number): number {
    const { graph } = this.program
    const callee = graph.to[edge]!
    for (let position = 0; position < 8; position++) {
      if (!this.uses.has(callee * 64 + position)) continue
      const text = this.argument(from, graph.line[edge]!, this.calledName(edge), position)
      const value = text === null ? undefined : this.constants.get(text)
      if (value !== undefined) return this.node(callee, position, value, text!)
    }
    return callee
  }

  /** Name before the parenthesis of an edge's call: the function's, or null when a field is called. */
  private calledName(edge: number): string | null {
    const { graph, symbols } = this.program
    return graph.via[edge] === 0 ? symbols.text(symbols.name[graph.to[edge]!]!) : null
  }

  private node(fn: number, position: number, value: boolean, name: string): number {
    const { symbols } = this.program
    const key = `${fn} ${position} ${value}`
    const known = this.nodes.get(key)
    if (known !== undefined) return known
    if (this.nodes.size >= MOST_NODES) return fn
    const node = symbols.count + this.bases.length
    this.nodes.set(key, node)
    this.bases.push(fn)
    this.limits.push(this.limitOf(fn * 64 + position, value, name))
    this.pending.push({ node, key: fn * 64 + position, value, name })
    return node
  }

  private limitOf(key: number, value: boolean, name: string): number {
    let limit = Number.POSITIVE_INFINITY
    for (const test of this.uses.get(key)!.returns)
      if (this.holds(test, value, name)) limit = Math.min(limit, test.line)
    return limit
  }

  /** Whether a test of the flag is true for the constant `name` that is passed; null if it compares with an unknown. */
  private holds({ when, value: compared }: FlagTest, value: boolean, name: string): boolean | null {
    if (compared === 0) return value === (when === 1)
    const text = this.program.symbols.text(compared)
    const constant = this.constants.get(text)
    if (constant !== undefined) return constant === value
    return text === name ? true : null
  }

  /** Edges of an extra node; `targets`: where the function's own edges lead, for the constants that it passes itself. */
  private edgesOf(
    { node, key, value, name }: { node: number; key: number; value: boolean; name: string },
    targets: ReadonlyMap<number, number>,
  ) {
    const { graph, symbols } = this.program
    const fn = Math.floor(key / 64)
    const limit = this.limits[node - symbols.count]!
    const left = this.uses.get(key)!.blocks.filter((block) => this.holds(block, value, name) === false)
    const edges: CopiedEdge[] = []
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++) {
      const line = graph.line[edge]!
      if (line > limit || left.some(({ from, to }) => from <= line && line <= to)) continue
      const callee = graph.to[edge]!
      const passed = this.uses.get(key)!.passes.find((p) => p.line === graph.line[edge] && this.isCalled(p, edge))
      const isFlag = passed !== undefined && this.uses.has(callee * 64 + passed.position)
      edges.push({
        from: node,
        edge,
        to: isFlag ? this.node(callee, passed.position, value, name) : (targets.get(edge) ?? callee),
      })
    }
    return edges
  }

  private isCalled(passed: PassedFlag, edge: number): boolean {
    const { graph, symbols } = this.program
    return graph.via[edge] !== 0 || symbols.name[graph.to[edge]!] === passed.context
  }

  /** Text of an argument of the call at a line, null if it cannot be read plainly. `callee` null: of a field call. */
  private argument(from: number, line: number, callee: string | null, position: number): string | null {
    const text = this.linesOf(this.program.symbols.file[from]!)
      .slice(line - 1, line + 4)
      .join('\n')
    const call =
      callee === null
        ? /(?:->|\.)\s*\w+\s*(?:\[[^\]]*\])?\s*\(/.exec(text)
        : new RegExp(`\\b${callee}\\s*\\(`).exec(text)
    return call ? argumentAt(text, call.index + call[0].length, position) : null
  }

  private linesOf(file: number): readonly string[] {
    if (this.lines.file !== file)
      this.lines = { file, lines: (this.read(this.program.index.files[file]!.path) ?? '').split('\n') }
    return this.lines.lines
  }
}

/** The trimmed text of argument `position` of the call whose parenthesis ends before `at`. */
function argumentAt(text: string, at: number, position: number): string | null {
  let depth = 1
  let start = at
  for (let i = at; i < text.length; i++) {
    const c = text[i]!
    if (c === '(' || c === '[' || c === '{') depth++
    else if (c === ')' || c === ']' || c === '}') depth--
    if (depth === 0 || (depth === 1 && c === ',')) {
      if (position-- === 0) return text.slice(start, i).trim()
      if (depth === 0) return null
      start = i + 1
    }
  }
  return null
}
