/**
 * Guards of callers: a call that a guard covers enters a second node of the function, one whose device is known not to
 * be handed over. The node's own calls go on to such nodes as long as they hand that device on, and to the plain
 * functions where they do not. A writer that only such nodes reach is guarded by its callers.
 */
import type { CallInFunction } from '../guards/guardedCalls.js'
import type { Phase } from '../report/schema.js'
import { leadsTo } from './callers.js'
import { type CopiedEdge, extended, lineOf, viaOf } from './graph.js'
import type { Program } from './linker.js'
import { type Cut, NO_CUT, type PassedConstant, type SpecialisedGraph } from './specialise.js'

/** What a node's protection rests on. `positions` are paths from its parameters to devices known not to be handed over. */
export interface Protected {
  readonly positions: readonly string[] | 'all'
  readonly phases: readonly Phase[]
  readonly condition: string
  readonly file: string
  readonly line: number
}

/** The graph with nodes for protected functions added; `protections` by node, null for the nodes that were there. */
export interface ProtectedGraph extends SpecialisedGraph {
  readonly protections: ReadonlyMap<number, Protected>
}

/** Calls of a function with their guards, null if its text cannot be read. */
export type CallsOf = (fn: number) => FunctionCalls | null

export interface FunctionCalls {
  readonly calls: readonly CallInFunction[]
  readonly lineOf: (offset: number) => number
}

const MOST_NODES = 20_000

/** `holders` are the functions in which a guard call stands, in ascending order. */
export function protect(
  program: Program,
  special: SpecialisedGraph,
  holders: readonly number[],
  writers: readonly number[],
  callsOf: CallsOf,
): ProtectedGraph {
  if (holders.length === 0) return { ...special, protections: new Map() }
  return new Protector(program, special, writers, callsOf).run(holders)
}

/** Functions that some call under a guard leads to, whatever constants are handed over on the way. */
export function functionsUnderGuards(
  program: Program,
  holders: readonly number[],
  writers: readonly number[],
  callsOf: CallsOf,
): ReadonlySet<number> {
  const plain = { graph: program.graph, bases: [], cuts: [], passed: [] }
  const protector = new Protector(program, plain, writers, callsOf)
  protector.follow(holders)
  return new Set(protector.bases)
}

class Protector {
  private readonly leadsToWriter: Uint8Array
  readonly bases: number[]
  private readonly cuts: Cut[]
  private readonly passed: (readonly PassedConstant[])[]
  private readonly protections = new Map<number, Protected>()
  private readonly nodes = new Map<string, number>()
  /** Nodes to expand: those about a device, and those about every device, which lead on to all that is called. */
  private readonly pending: number[] = []
  private readonly pendingGlobal: number[] = []
  /** The node of the graph without protections that each of ours stands for. */
  private readonly targets = new Map<number, number>()
  private readonly extra: CopiedEdge[] = []

  constructor(
    private readonly program: Program,
    private readonly special: SpecialisedGraph,
    writers: readonly number[],
    private readonly callsOf: CallsOf,
  ) {
    const { count } = program.symbols
    const ends = new Set(writers)
    const targets = [...writers, ...special.bases.flatMap((base, i) => (ends.has(base) ? [count + i] : []))]
    this.leadsToWriter = leadsTo(special.graph, targets)
    this.bases = [...special.bases]
    this.cuts = [...special.cuts]
    this.passed = [...special.passed]
  }

  run(holders: readonly number[]): ProtectedGraph {
    const to = this.follow(holders)
    const { bases, cuts, passed, protections } = this
    const larger = extended(this.special.graph, this.program.symbols.count + bases.length, to, this.extra)
    return { graph: larger, bases, cuts, passed, protections }
  }

  /** Makes the nodes; gives the edges that lead to them from plain functions. */
  follow(holders: readonly number[]): ReadonlyMap<number, number> {
    const { graph } = this.special
    const to = new Map<number, number>()
    for (const holder of holders)
      for (let edge = graph.first[holder]!; edge < graph.first[holder + 1]!; edge++) {
        const guarded = this.leadsToWriter[graph.to[edge]!] ? this.guardOf(holder, edge) : null
        if (guarded) to.set(edge, this.node(graph.to[edge]!, guarded))
      }
    for (let node = this.nextNode(); node !== undefined; node = this.nextNode()) this.expand(node)
    return to
  }

  private nextNode(): number | undefined {
    return this.pending.pop() ?? this.pendingGlobal.pop()
  }

  private baseOf(node: number): number {
    const { count } = this.program.symbols
    return node < count ? node : this.bases[node - count]!
  }

  private guardOf(holder: number, edge: number): Protected | null {
    const found = this.callOf(holder, edge)
    if (!found?.call.guard) return null
    const { positions, phases, condition, at } = found.call.guard
    const { symbols, index } = this.program
    return { positions, phases, condition, file: index.files[symbols.file[holder]!]!.path, line: found.lineOf(at) }
  }

  /** The call expression that an edge of a function stands for; null for edges that no plain call makes. */
  private callOf(fn: number, edge: number): { call: CallInFunction; lineOf: (offset: number) => number } | null {
    const { graph } = this.special
    const { symbols } = this.program
    const known = this.callsOf(fn)
    if (!known) return null
    const callee = symbols.text(symbols.name[this.baseOf(graph.to[edge]!)]!)
    const call = known.calls.find(
      (c) => known.lineOf(c.at) === lineOf(graph, edge) && (viaOf(graph, edge) === 0 ? c.callee === callee : c.isField),
    )
    return call ? { call, lineOf: known.lineOf } : null
  }

  /** The node of a function under a protection; a node that a constant made keeps what it leaves out. */
  private node(target: number, protection: Protected): number {
    const { count } = this.program.symbols
    const { positions, condition, file, line } = protection
    const key = `${target} ${positions} ${condition} ${file} ${line}`
    const known = this.nodes.get(key)
    if (known !== undefined) return known
    if (this.nodes.size >= MOST_NODES) return target
    const node = count + this.bases.length
    this.nodes.set(key, node)
    this.bases.push(this.baseOf(target))
    this.cuts.push(target < count ? NO_CUT : this.special.cuts[target - count]!)
    this.passed.push(target < count ? [] : this.special.passed[target - count]!)
    this.protections.set(node, protection)
    this.targets.set(node, target)
    if (positions === 'all') this.pendingGlobal.push(node)
    else this.pending.push(node)
    return node
  }

  private expand(node: number): void {
    const { graph } = this.special
    const target = this.targets.get(node)!
    const protection = this.protections.get(node)!
    const base = this.baseOf(target)
    for (let edge = graph.first[target]!; edge < graph.first[target + 1]!; edge++) {
      if (!this.leadsToWriter[graph.to[edge]!]) continue
      const next = protection.positions === 'all' ? protection : this.handedOn(base, edge, protection)
      this.extra.push({ from: node, edge, to: next ? this.node(graph.to[edge]!, next) : graph.to[edge]! })
    }
  }

  /** The protection as the callee of an edge has it; null if the device is not handed on. */
  private handedOn(base: number, edge: number, protection: Protected): Protected | null {
    const found = this.callOf(base, edge)
    if (!found) return null
    const held = protection.positions === 'all' ? [] : protection.positions
    const positions = found.call.arguments.flatMap((path, i) =>
      path === null
        ? []
        : held.flatMap((device) => (leadsFrom(path, device) ? [`${i}${device.slice(path.length)}`] : [])),
    )
    return positions.length === 0 ? null : { ...protection, positions }
  }
}

/** Whether a device is reached through what stands at a path: `0->pdev` is, from `0`. */
function leadsFrom(path: string, device: string): boolean {
  return device === path || (device.startsWith(path) && /^(?:->|\.)/.test(device.slice(path.length)))
}
