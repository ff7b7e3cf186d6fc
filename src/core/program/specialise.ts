/**
 * Constant arguments: `reset_fn(dev, PCI_RESET_PROBE)` enters a function that returns before it resets, and
 * `pci_alloc_irq_vectors(dev, 1, 1, PCI_IRQ_INTX)` one that leaves MSI-X alone. For a call that passes a constant to a
 * parameter that is tested, or that decides what is written, the function gets a second node in the graph, with only the
 * edges that the constant leaves; the constant is followed where the parameter is handed on.
 */
import { FlagTest } from '../index/facts.js'
import { detached } from '../text/detached.js'
import { evaluateConstant } from '../writes/registers.js'
import { CallArguments, type ReadSource } from './callArguments.js'
import { leadsTo } from './callers.js'
import type { FlagUse, PassedFlag, Test } from './flagUses.js'
import { type CopiedEdge, extended, type Graph, lineOf, viaOf } from './graph.js'
import type { Program } from './linker.js'

/** Value of a constant expression as the file at `path` with this text sees it, null if it cannot be told. */
export type ConstantIn = (path: string, text: string, expression: string) => number | null

/** The program's graph with the extra nodes. Nodes below `symbols.count` are the functions themselves. */
export interface SpecialisedGraph {
  readonly graph: Graph
  /** Function that each extra node stands for: node `symbols.count + i` is `bases[i]`. */
  readonly bases: readonly number[]
  /** What of an extra node never runs. */
  readonly cuts: readonly Cut[]
  /** The constants that an extra node is for, by position. */
  readonly passed: readonly (readonly PassedConstant[])[]
}

/** Positions of the parameters that decide what a function writes. */
export type DecidingWrites = (fn: number) => readonly number[]

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
  deciding: DecidingWrites,
  constantIn: ConstantIn,
): SpecialisedGraph {
  return new Specialiser(program, read, targets, deciding, constantIn).run()
}

/** The constant that a call passes at a position, with its text. */
export interface PassedConstant {
  readonly position: number
  readonly value: number
  readonly text: string
}

/** The function that an extra node stands for, and what it is passed, by position. */
interface Special {
  readonly node: number
  readonly fn: number
  readonly passed: readonly PassedConstant[]
}

const MOST_NODES = 20_000
const NO_POSITIONS: readonly number[] = []

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
  private readonly passed: (readonly PassedConstant[])[] = []
  private readonly pending: Special[] = []
  /** Positions that a function acts on, or hands on to a function that does. */
  private deciding: ReadonlyMap<number, readonly number[]> = new Map()
  /** Constants that stand as arguments, by edge. */
  private readonly written = new Map<number, readonly PassedConstant[]>()
  /** Values of constants with a name in them, by file. */
  private readonly named = new Map<number, Map<string, number | null>>()
  private readonly arguments: CallArguments

  constructor(
    private readonly program: Program,
    read: ReadSource,
    private readonly targets: readonly number[],
    private readonly decidingWrites: DecidingWrites,
    private readonly constantIn: ConstantIn,
  ) {
    this.arguments = new CallArguments(program, read)
  }

  run(): SpecialisedGraph {
    this.collect()
    const { graph, symbols } = this.program
    this.deciding = this.decidingPositions()
    const decides = new Uint8Array(symbols.count)
    for (const fn of this.deciding.keys()) decides[fn] = 1
    const to = new Map<number, number>()
    for (let from = 0; from < symbols.count; from++)
      for (let edge = graph.first[from]!; edge < graph.first[from + 1]!; edge++) {
        if (!decides[graph.to[edge]!]) continue
        const passed = this.constantsOf(from, edge)
        if (passed.length === 0) continue
        this.written.set(edge, passed)
        to.set(edge, this.node(graph.to[edge]!, passed))
      }
    const extra: CopiedEdge[] = []
    for (let next = this.pending.pop(); next; next = this.pending.pop()) extra.push(...this.edgesOf(next))
    const specialised = this.bases.length === 0 ? graph : extended(graph, symbols.count + this.bases.length, to, extra)
    return { graph: specialised, bases: this.bases, cuts: this.cuts, passed: this.passed }
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

  /** By function, the flags that change its way to a target, or that it hands on to a function whose way they change. */
  private decidingPositions(): ReadonlyMap<number, readonly number[]> {
    const { graph, flags } = this.program
    const relevant = leadsTo(graph, this.targets)
    const writing = new Set(this.targets)
    const positions = new Map<number, number[]>()
    const handing: [number, number, FlagUse][] = []
    // Of other functions the graph has one edge for all calls by one caller, whatever they pass.
    for (const fn of this.targets)
      if (flags.takes[fn]) for (const position of this.decidingWrites(fn)) added(positions, fn, position)
    for (const [fn, position, use] of flags.entries(relevant)) {
      if (writing.has(fn) ? isTested(use) : this.leavesOut(fn, use, relevant)) added(positions, fn, position)
      else if (use.passes.length > 0) handing.push([fn, position, use])
    }
    for (let left = handing; ; ) {
      const still = left.filter(([fn, position, { passes }]) => {
        if (!this.handsOnTo(fn, passes, positions)) return true
        added(positions, fn, position)
        return false
      })
      if (still.length === left.length) return positions
      left = still
    }
  }

  /** Whether a test of the flag leaves out a call that leads to a target. */
  private leavesOut(fn: number, { returns, blocks }: FlagUse, relevant: Uint8Array): boolean {
    const limit = Math.min(...returns.map(({ line }) => line))
    const { graph } = this.program
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++)
      if (relevant[graph.to[edge]!] && isCut({ limit, blocks }, lineOf(graph, edge))) return true
    return false
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
    return pass.position === position && pass.line === lineOf(this.program.graph, edge) && this.isCalled(pass, edge)
  }

  /** Constants that a call passes, where its callee acts on them. */
  private constantsOf(from: number, edge: number): readonly PassedConstant[] {
    const { graph } = this.program
    const passed: PassedConstant[] = []
    for (const position of this.deciding.get(graph.to[edge]!) ?? NO_POSITIONS) {
      const text = this.arguments.of(from, lineOf(graph, edge), this.calledName(edge), position)
      const value = text === null ? null : this.valueOf(from, text)
      if (value !== null) passed.push({ position, value, text: detached(text!.replace(/\s+/g, ' ')) })
    }
    return passed.sort((a, b) => a.position - b.position)
  }

  /** Name before the parenthesis of an edge's call: the function's, or null when a field is called. */
  private calledName(edge: number): string | null {
    const { graph, symbols } = this.program
    return viaOf(graph, edge) === 0 ? symbols.text(symbols.name[graph.to[edge]!]!) : null
  }

  /** Value of a constant as a function's file sees it, null if the text is none. */
  private valueOf(fn: number, text: string): number | null {
    const known = this.constants.get(text)
    if (known !== undefined) return known
    if (!CONSTANT.test(text)) return null
    const number = evaluateConstant(text, () => null)
    return number ?? this.namedIn(this.program.symbols.file[fn]!, text)
  }

  private namedIn(file: number, text: string): number | null {
    const known = this.named.get(file)?.get(text)
    if (known !== undefined) return known
    const value = this.constantIn(this.program.index.files[file]!.path, this.arguments.textOf(file), text)
    if (!this.named.has(file)) this.named.set(file, new Map())
    this.named.get(file)!.set(detached(text), value)
    return value
  }

  private node(fn: number, passed: readonly PassedConstant[]): number {
    const { symbols } = this.program
    const key = `${fn} ${passed.map(({ position, value }) => `${position}=${value}`).join(' ')}`
    const known = this.nodes.get(key)
    if (known !== undefined) return known
    if (this.nodes.size >= MOST_NODES) return fn
    const node = symbols.count + this.bases.length
    this.nodes.set(key, node)
    this.bases.push(fn)
    this.cuts.push(this.cutOf(fn, passed))
    this.passed.push(passed)
    this.pending.push({ node, fn, passed })
    return node
  }

  private cutOf(fn: number, passed: readonly PassedConstant[]): Cut {
    let limit = Number.POSITIVE_INFINITY
    const blocks: { from: number; to: number }[] = []
    for (const each of passed) {
      const use = this.program.flags.of(fn, each.position)
      if (!use) continue
      for (const test of use.returns) if (this.holds(fn, test, each)) limit = Math.min(limit, test.line)
      blocks.push(...use.blocks.filter((block) => this.holds(fn, block, each) === false))
    }
    return { limit, blocks }
  }

  /** Whether a test of the flag is true for the constant that is passed; null if it compares with an unknown. */
  private holds(fn: number, { test, value: compared }: Test, { value, text }: PassedConstant): boolean | null {
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
      if (isCut(cut, lineOf(graph, edge))) continue
      const callee = graph.to[edge]!
      const constants = [...(this.written.get(edge) ?? []), ...this.handedOn(fn, edge, passed)]
      constants.sort((a, b) => a.position - b.position)
      edges.push({ from: node, edge, to: constants.length > 0 ? this.node(callee, constants) : callee })
    }
    return edges
  }

  /** What a node was passed and hands on with a call, where the callee acts on it. */
  private handedOn(fn: number, edge: number, passed: readonly PassedConstant[]): PassedConstant[] {
    const { graph } = this.program
    const deciding = this.deciding.get(graph.to[edge]!) ?? NO_POSITIONS
    const handed: PassedConstant[] = []
    for (const each of passed)
      for (const pass of this.program.flags.of(fn, each.position)?.passes ?? [])
        if (deciding.includes(pass.position) && this.isHandedBy(pass, edge, pass.position))
          handed.push({ ...each, position: pass.position })
    return handed
  }

  private isCalled(passed: PassedFlag, edge: number): boolean {
    const { graph, symbols } = this.program
    return viaOf(graph, edge) !== 0 || symbols.name[graph.to[edge]!] === passed.context
  }
}

function isTested({ returns, blocks }: FlagUse): boolean {
  return returns.length > 0 || blocks.length > 0
}

function added(positions: Map<number, number[]>, fn: number, position: number): void {
  const known = positions.get(fn)
  if (known?.includes(position)) return
  if (known) known.push(position)
  else positions.set(fn, [position])
}
