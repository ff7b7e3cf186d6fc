/**
 * Constant arguments: `reset_fn(dev, PCI_RESET_PROBE)` enters a function that returns before it resets, and
 * `pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_INTX)` one that leaves MSI-X alone. For a call that passes a constant to a
 * parameter that is tested the function gets a second node in the graph, with only the edges that the constant leaves;
 * the constant is followed where the parameter is handed on.
 */
import { FlagTest } from '../index/facts.js'
import { areaOf } from './areas.js'
import { type CopiedEdge, extended, type Graph } from './graph.js'
import type { Program } from './linker.js'
import { leadsTo } from './reach.js'

/** Text of a file, one character a byte; null if it cannot be read. */
type ReadSource = (path: string) => string | null

/** Value of a constant expression as the file at `path` sees it, null if it cannot be told. */
export type ConstantIn = (path: string, expression: string) => number | null

/** The program's graph with the extra nodes. Nodes below `symbols.count` are the functions themselves. */
export interface SpecialisedGraph {
  readonly graph: Graph
  /** Function that each extra node stands for: node `symbols.count + i` is `bases[i]`. */
  readonly bases: readonly number[]
  /** What of an extra node never runs. */
  readonly cuts: readonly Cut[]
}

/** Lines of a function that its constants leave out: all behind `limit`, and those of some blocks. */
export interface Cut {
  readonly limit: number
  readonly blocks: readonly { readonly from: number; readonly to: number }[]
}

export const NO_CUT: Cut = { limit: Number.POSITIVE_INFINITY, blocks: [] }

export function isCut({ limit, blocks }: Cut, line: number): boolean {
  return line > limit || blocks.some(({ from, to }) => from <= line && line <= to)
}

/** Only calls of functions that lead to one of `targets` are looked at: the others are on no path that is shown. */
export function specialise(
  program: Program,
  read: ReadSource,
  targets: readonly number[],
  constantIn: ConstantIn,
): SpecialisedGraph {
  return new Specialiser(program, read, targets, constantIn).run()
}

interface PassedFlag {
  readonly line: number
  readonly context: number
  readonly position: number
}

/** A test of a flag: one of FlagTest, and the name of the constant in it, 0 if there is none. */
interface Test {
  readonly test: number
  readonly value: number
}

/** What a function does with one of its flags. */
interface FlagUse {
  readonly returns: (Test & { readonly line: number })[]
  /** Lines that run only if the test holds. */
  readonly blocks: (Test & { readonly from: number; readonly to: number })[]
  readonly passes: PassedFlag[]
}

/** The constant that a call passes at a position. */
interface Passed {
  readonly position: number
  readonly value: number
  readonly text: string
}

/** The function that an extra node stands for, and what it is passed, by position. */
interface Special {
  readonly node: number
  readonly fn: number
  readonly passed: readonly Passed[]
}

const MOST_NODES = 20_000
const NO_POSITIONS: readonly number[] = []

/** What may be a constant: a number, a name in capitals, several of them with operators between. */
const CONSTANT = /^[(~]*(?:\d|[A-Z])[\w\s|()~<&+-]*$/

class Specialiser {
  /** Use of flags by function * 64 + position. */
  private readonly uses = new Map<number, FlagUse>()
  private readonly constants = new Map<string, number>([
    ['true', 1],
    ['false', 0],
  ])
  private readonly nodes = new Map<string, number>()
  private readonly bases: number[] = []
  private readonly cuts: Cut[] = []
  private readonly pending: Special[] = []
  /** Positions that a function acts on, or hands on to a function that does. */
  private deciding: ReadonlyMap<number, readonly number[]> = new Map()
  /** Constants that stand as arguments, by edge. */
  private readonly written = new Map<number, readonly Passed[]>()
  /** Lines of the file asked for last: callers come in the order of their files. */
  private lines: { readonly file: number; readonly lines: readonly string[] } = { file: -1, lines: [] }

  constructor(
    private readonly program: Program,
    private readonly read: ReadSource,
    private readonly targets: readonly number[],
    private readonly constantIn: ConstantIn,
  ) {}

  run(): SpecialisedGraph {
    this.collect()
    const { graph, symbols } = this.program
    this.deciding = this.decidingPositions()
    const to = new Map<number, number>()
    for (let from = 0; from < symbols.count; from++)
      for (let edge = graph.first[from]!; edge < graph.first[from + 1]!; edge++) {
        const passed = this.constantsOf(from, edge)
        if (passed.length === 0) continue
        this.written.set(edge, passed)
        to.set(edge, this.node(graph.to[edge]!, passed))
      }
    const extra: CopiedEdge[] = []
    for (let next = this.pending.pop(); next; next = this.pending.pop()) extra.push(...this.edgesOf(next))
    const specialised = this.bases.length === 0 ? graph : extended(graph, symbols.count + this.bases.length, to, extra)
    return { graph: specialised, bases: this.bases, cuts: this.cuts }
  }

  private collect(): void {
    const { index, symbols } = this.program
    for (const [f, { path, facts, isBuilt }] of index.files.entries()) {
      if (!facts || !isBuilt) continue
      const constants = facts.rows('flagConstants')
      for (let row = 0; row < constants.count; row++)
        this.constants.set(symbols.text(constants.get(row, 'name')), constants.get(row, 'value'))
      // Drivers hand registers and lengths about as numbers, far too many to follow; no path through them counts.
      const isFollowed = (test: number): boolean => test !== FlagTest.hasBit || !areaOf(path).isDriver
      const returns = facts.rows('earlyReturns')
      for (let row = 0; row < returns.count; row++)
        if (isFollowed(returns.get(row, 'test')))
          this.use(symbols.first[f]! + returns.get(row, 'owner'), returns.get(row, 'parameter')).returns.push({
            test: returns.get(row, 'test'),
            value: returns.get(row, 'value'),
            line: returns.get(row, 'line'),
          })
      const blocks = facts.rows('flagBlocks')
      for (let row = 0; row < blocks.count; row++)
        if (isFollowed(blocks.get(row, 'test')))
          this.use(symbols.first[f]! + blocks.get(row, 'owner'), blocks.get(row, 'parameter')).blocks.push({
            test: blocks.get(row, 'test'),
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

  /** By function, the flags that it acts on, or hands on to a function that does. */
  private decidingPositions(): ReadonlyMap<number, readonly number[]> {
    const { graph, symbols } = this.program
    const relevant = leadsTo(graph, symbols.count, this.targets)
    const deciding = new Set<number>()
    const handing: number[] = []
    for (const [key, use] of this.uses)
      if (relevant[Math.floor(key / 64)])
        if (use.returns.length > 0 || use.blocks.length > 0) deciding.add(key)
        else handing.push(key)
    for (let before = -1; before !== deciding.size; ) {
      before = deciding.size
      for (const key of handing) if (!deciding.has(key) && this.handsOnTo(key, deciding)) deciding.add(key)
    }
    const positions = new Map<number, number[]>()
    for (const key of [...deciding].sort((a, b) => a - b)) {
      const fn = Math.floor(key / 64)
      positions.set(fn, [...(positions.get(fn) ?? []), key % 64])
    }
    return positions
  }

  private handsOnTo(key: number, deciding: ReadonlySet<number>): boolean {
    const { graph } = this.program
    const fn = Math.floor(key / 64)
    const { passes } = this.uses.get(key)!
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++)
      for (const passed of passes)
        if (
          passed.line === graph.line[edge] &&
          deciding.has(graph.to[edge]! * 64 + passed.position) &&
          this.isCalled(passed, edge)
        )
          return true
    return false
  }

  /** Constants that a call passes, where its callee acts on them. */
  private constantsOf(from: number, edge: number): readonly Passed[] {
    const { graph } = this.program
    const passed: Passed[] = []
    for (const position of this.deciding.get(graph.to[edge]!) ?? NO_POSITIONS) {
      const text = this.argument(from, graph.line[edge]!, this.calledName(edge), position)
      const value = text === null ? null : this.valueOf(from, text)
      if (value !== null) passed.push({ position, value, text: text! })
    }
    return passed
  }

  /** Name before the parenthesis of an edge's call: the function's, or null when a field is called. */
  private calledName(edge: number): string | null {
    const { graph, symbols } = this.program
    return graph.via[edge] === 0 ? symbols.text(symbols.name[graph.to[edge]!]!) : null
  }

  /** Value of a constant as a function's file sees it, null if the text is none. */
  private valueOf(fn: number, text: string): number | null {
    const known = this.constants.get(text)
    if (known !== undefined) return known
    const { symbols, index } = this.program
    return CONSTANT.test(text) ? this.constantIn(index.files[symbols.file[fn]!]!.path, text) : null
  }

  private node(fn: number, passed: readonly Passed[]): number {
    const { symbols } = this.program
    const key = `${fn} ${passed.map(({ position, value }) => `${position}=${value}`).join(' ')}`
    const known = this.nodes.get(key)
    if (known !== undefined) return known
    if (this.nodes.size >= MOST_NODES) return fn
    const node = symbols.count + this.bases.length
    this.nodes.set(key, node)
    this.bases.push(fn)
    this.cuts.push(this.cutOf(fn, passed))
    this.pending.push({ node, fn, passed })
    return node
  }

  private cutOf(fn: number, passed: readonly Passed[]): Cut {
    let limit = Number.POSITIVE_INFINITY
    const blocks: { from: number; to: number }[] = []
    for (const each of passed) {
      const use = this.uses.get(fn * 64 + each.position)!
      for (const test of use.returns) if (this.holds(fn, test, each)) limit = Math.min(limit, test.line)
      blocks.push(...use.blocks.filter((block) => this.holds(fn, block, each) === false))
    }
    return { limit, blocks }
  }

  /** Whether a test of the flag is true for the constant that is passed; null if it compares with an unknown. */
  private holds(fn: number, { test, value: compared }: Test, { value, text }: Passed): boolean | null {
    if (compared === 0) return (value !== 0) === (test === FlagTest.true)
    const name = this.program.symbols.text(compared)
    if (name === text) return true
    const constant = this.valueOf(fn, name)
    if (constant === null) return null
    return test === FlagTest.hasBit ? (value & constant) !== 0 : value === constant
  }

  /** Edges of an extra node: those of its function that its constants leave, each with the constants handed on. */
  private edgesOf({ node, fn, passed }: Special): CopiedEdge[] {
    const { graph, symbols } = this.program
    const cut = this.cuts[node - symbols.count]!
    const edges: CopiedEdge[] = []
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++) {
      if (isCut(cut, graph.line[edge]!)) continue
      const callee = graph.to[edge]!
      const constants = [...(this.written.get(edge) ?? []), ...this.handedOn(fn, edge, passed)]
      constants.sort((a, b) => a.position - b.position)
      edges.push({ from: node, edge, to: constants.length > 0 ? this.node(callee, constants) : callee })
    }
    return edges
  }

  /** What a node was passed and hands on with a call, where the callee acts on it. */
  private handedOn(fn: number, edge: number, passed: readonly Passed[]): Passed[] {
    const { graph } = this.program
    const deciding = this.deciding.get(graph.to[edge]!) ?? NO_POSITIONS
    const handed: Passed[] = []
    for (const each of passed)
      for (const pass of this.uses.get(fn * 64 + each.position)!.passes)
        if (pass.line === graph.line[edge] && deciding.includes(pass.position) && this.isCalled(pass, edge))
          handed.push({ ...each, position: pass.position })
    return handed
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
