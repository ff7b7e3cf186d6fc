/**
 * Constant arguments: `reset_fn(dev, PCI_RESET_PROBE)` enters a function that returns before it resets, and
 * `pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_INTX)` one that leaves MSI-X alone. For a call that passes a constant to a
 * parameter that is tested the function gets a second node in the graph, with only the edges that the constant leaves;
 * the constant is followed where the parameter is handed on.
 */
import { FlagTest } from '../index/facts.js'
import { detached } from '../text/detached.js'
import { Lines } from '../text/lines.js'
import type { FlagUse, PassedFlag, Test } from './flagUses.js'
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

/** The constant that a call passes at a position. */
interface Passed {
  readonly position: number
  readonly value: number
  readonly text: string
}

interface FileText {
  readonly number: number
  readonly text: string
  readonly lines: Lines
}

/** The function that an extra node stands for, and what it is passed, by position. */
interface Special {
  readonly node: number
  readonly fn: number
  readonly passed: readonly Passed[]
}

const MOST_NODES = 20_000
const NO_POSITIONS: readonly number[] = []
/** A call with constants is read as far as this. */
const CALL_LINES = 5
const FIELD_CALL = /(?:->|\.)\s*\w+\s*(?:\[[^\]]*\])?\s*\(/

/** What may be a constant: a number, a name in capitals, several of them with operators between. */
const CONSTANT = /^[(~-]*(?:\d|[A-Z])[\w\s|()~<&+-]*$/

class Specialiser {
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
  private readonly heads = new Map<string, RegExp>()
  /** The file asked for last: callers come in the order of their files. */
  private file: FileText = { number: -1, text: '', lines: new Lines('') }

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
    for (const { facts, isBuilt } of index.files) {
      if (!facts || !isBuilt) continue
      const constants = facts.rows('flagConstants')
      for (let row = 0; row < constants.count; row++)
        this.constants.set(symbols.text(constants.get(row, 'name')), constants.get(row, 'value'))
    }
  }

  /** By function, the flags that it acts on, or hands on to a function that does. */
  private decidingPositions(): ReadonlyMap<number, readonly number[]> {
    const { graph, symbols, flags } = this.program
    const relevant = leadsTo(graph, symbols.count, this.targets)
    const positions = new Map<number, number[]>()
    const handing: [number, number, FlagUse][] = []
    for (const [fn, position, use] of flags.entries()) {
      if (!relevant[fn]) continue
      if (use.returns.length === 0 && use.blocks.length === 0) handing.push([fn, position, use])
      else positions.set(fn, [...(positions.get(fn) ?? []), position])
    }
    for (let left = handing; ; ) {
      const still = left.filter(([fn, position, { passes }]) => {
        if (!this.handsOnTo(fn, passes, positions)) return true
        positions.set(fn, [...(positions.get(fn) ?? []), position])
        return false
      })
      if (still.length === left.length) return positions
      left = still
    }
  }

  private handsOnTo(
    fn: number,
    passes: readonly PassedFlag[],
    positions: ReadonlyMap<number, readonly number[]>,
  ): boolean {
    const { graph } = this.program
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++) {
      const deciding = positions.get(graph.to[edge]!)
      if (deciding?.some((position) => passes.some((pass) => this.isHandedBy(pass, edge, position)))) return true
    }
    return false
  }

  private isHandedBy(pass: PassedFlag, edge: number, position: number): boolean {
    return pass.position === position && pass.line === this.program.graph.line[edge] && this.isCalled(pass, edge)
  }

  /** Constants that a call passes, where its callee acts on them. */
  private constantsOf(from: number, edge: number): readonly Passed[] {
    const { graph } = this.program
    const passed: Passed[] = []
    for (const position of this.deciding.get(graph.to[edge]!) ?? NO_POSITIONS) {
      const text = this.argument(from, graph.line[edge]!, this.calledName(edge), position)
      const value = text === null ? null : this.valueOf(from, text)
      if (value !== null) passed.push({ position, value, text: detached(text!) })
    }
    return passed.sort((a, b) => a.position - b.position)
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
      const use = this.program.flags.of(fn, each.position)!
      for (const test of use.returns) if (this.holds(fn, test, each)) limit = Math.min(limit, test.line)
      blocks.push(...use.blocks.filter((block) => this.holds(fn, block, each) === false))
    }
    return { limit, blocks }
  }

  /** Whether a test of the flag is true for the constant that is passed; null if it compares with an unknown. */
  private holds(fn: number, { test, value: compared }: Test, { value, text }: Passed): boolean | null {
    if (test === FlagTest.negative) return (value | 0) < 0
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
      for (const pass of this.program.flags.of(fn, each.position)!.passes)
        if (deciding.includes(pass.position) && this.isHandedBy(pass, edge, pass.position))
          handed.push({ ...each, position: pass.position })
    return handed
  }

  private isCalled(passed: PassedFlag, edge: number): boolean {
    const { graph, symbols } = this.program
    return graph.via[edge] !== 0 || symbols.name[graph.to[edge]!] === passed.context
  }

  /** Text of an argument of the call at a line, null if it cannot be read plainly. `callee` null: of a field call. */
  private argument(from: number, line: number, callee: string | null, position: number): string | null {
    const { text, lines } = this.fileOf(from)
    const call = text.slice(lines.offsetOf(line), lines.offsetOf(line + CALL_LINES))
    const head = callee === null ? FIELD_CALL.exec(call) : this.headOf(callee).exec(call)
    return head ? argumentAt(call, head.index + head[0].length, position) : null
  }

  /** What a call of the function begins with; a function has many callers. */
  private headOf(callee: string): RegExp {
    const known = this.heads.get(callee)
    if (known) return known
    const head = new RegExp(`\\b${callee}\\s*\\(`)
    this.heads.set(callee, head)
    return head
  }

  private fileOf(fn: number): FileText {
    const { symbols, index } = this.program
    const file = symbols.file[fn]!
    if (this.file.number !== file) {
      const text = this.read(index.files[file]!.path) ?? ''
      this.file = { number: file, text, lines: new Lines(text) }
    }
    return this.file
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
