/** The call graph in compressed rows: edges of function `f` are `[first[f], first[f + 1])`. */
import { grownInts } from '../index/names.js'

/** Kinds of edges, in the order of the names that a report gives them. */
export const EDGE_KINDS = [
  'direct',
  'macro',
  'initcall',
  'fixup',
  'registration',
  'field',
  'callback',
  'work',
  'timer',
  'kthread',
  'async',
  'wide field',
  'fallback',
] as const
export type EdgeKind = (typeof EDGE_KINDS)[number]

/** How far an edge can be believed, 0 best. A witness is as credible as its weakest edge. */
export const CREDIBILITY: Readonly<Record<EdgeKind, number>> = {
  direct: 0,
  macro: 0,
  initcall: 1,
  fixup: 1,
  registration: 1,
  field: 2,
  callback: 3,
  work: 4,
  timer: 4,
  kthread: 4,
  async: 4,
  // A plain call, of what runs only where the usual way has failed.
  fallback: 5,
  'wide field': 6,
}
export const WORST_CREDIBILITY = 6
const CREDIBILITIES = Uint8Array.from(EDGE_KINDS, (kind) => CREDIBILITY[kind])

export interface Graph {
  readonly first: Int32Array
  readonly to: Int32Array
  readonly kind: Uint8Array
  /** What else is behind the edges up to the number of them; those from there on are copies. */
  readonly calls: Calls
  /** The edge with a call that each copy stands for. */
  readonly copied: Int32Array
}

/** The calls that edges stand for; a graph that is made from another one shares them. */
interface Calls {
  /** Line of the call in the file of the function it stands in. */
  readonly line: Int32Array
  readonly via: Vias
}

/** Names of the walkers, tables and registrations behind some edges, in their order: one edge in ten has such a name. */
interface Vias {
  readonly edge: Int32Array
  readonly name: Int32Array
}

function callOf({ calls, copied }: Graph, edge: number): number {
  const plain = calls.line.length
  return edge < plain ? edge : copied[edge - plain]!
}

/** Line of the call in the file of the function it stands in. */
export function lineOf(graph: Graph, edge: number): number {
  return graph.calls.line[callOf(graph, edge)]!
}

/** Name of the walker, table or registration behind an edge, 0 if the call says it all. */
export function viaOf(graph: Graph, edge: number): number {
  const call = callOf(graph, edge)
  const { edge: edges, name } = graph.calls.via
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (edges[middle]! < call) low = middle + 1
    else high = middle
  }
  return edges[low] === call ? name[low]! : 0
}

/** A call that names the function it means. */
export function isNamedCall(kind: number): boolean {
  return kind === kindNumber.direct || kind === kindNumber.macro || kind === kindNumber.fallback
}

export function credibilityOf(graph: Graph, edge: number): number {
  return CREDIBILITIES[graph.kind[edge]!]!
}

const NONE = new Int32Array(0)

/** Numbers of an edge while it waits for the others of its file: from, to, kind, line, via. */
const WIDTH = 5

/**
 * Collects the edges of one file after the other, those of a file in any order; of several calls by name of one function
 * by another the first is kept. Edges go to their last place when their file is closed: a kernel's are not held twice.
 */
export class GraphBuilder {
  private readonly first: Int32Array
  private to: Int32Array
  private kind: Uint8Array
  private line: Int32Array
  private readonly viaEdge: number[] = []
  private readonly viaName: number[] = []
  private count = 0
  private closed = 0
  private waiting = new Int32Array(WIDTH << 10)
  private waitingCount = 0
  private readonly lastFrom: Int32Array
  /** Memory that every file uses again. */
  private ends: Int32Array = NONE
  private vias: Int32Array = NONE

  /** `expected` is about the number of edges that will come. */
  constructor(
    private readonly functions: number,
    expected = 1 << 10,
  ) {
    this.first = new Int32Array(functions + 1)
    this.lastFrom = new Int32Array(functions).fill(-1)
    this.to = new Int32Array(expected)
    this.kind = new Uint8Array(expected)
    this.line = new Int32Array(expected)
  }

  /** A call by name: repeated calls of one function by another are one edge, at the first line. */
  direct(from: number, to: number, kind: number, line: number): void {
    if (this.lastFrom[to] === from) return
    this.lastFrom[to] = from
    this.add(from, to, kind, line, 0)
  }

  add(from: number, to: number, kind: number, line: number, via: number): void {
    const at = this.waitingCount++ * WIDTH
    if (at === this.waiting.length) this.waiting = grownInts(this.waiting)
    const { waiting } = this
    waiting[at] = from
    waiting[at + 1] = to
    waiting[at + 2] = kind
    waiting[at + 3] = line
    waiting[at + 4] = via
  }

  /** All edges of the functions below `end` have been added. */
  close(end: number): void {
    this.reserve(this.count + this.waitingCount)
    const { waiting, first } = this
    const last = this.waitingCount * WIDTH
    for (let at = 0; at < last; at += WIDTH) first[waiting[at]! + 1]!++
    for (let fn = this.closed; fn < end; fn++) first[fn + 1]! += first[fn]!
    // Backwards, as a function's edges are filled in from behind.
    this.ends = withRoom(this.ends, end - this.closed)
    const next = this.ends
    for (let fn = this.closed; fn < end; fn++) next[fn - this.closed] = first[fn + 1]!
    this.vias = withRoom(this.vias, this.waitingCount)
    const { vias } = this
    for (let at = last - WIDTH; at >= 0; at -= WIDTH) {
      const edge = --next[waiting[at]! - this.closed]!
      this.to[edge] = waiting[at + 1]!
      this.kind[edge] = waiting[at + 2]!
      this.line[edge] = waiting[at + 3]!
      vias[edge - this.count] = waiting[at + 4]!
    }
    for (let i = 0; i < this.waitingCount; i++) if (vias[i] !== 0) this.addVia(this.count + i, vias[i]!)
    this.count += this.waitingCount
    this.waitingCount = 0
    this.closed = end
  }

  private addVia(edge: number, name: number): void {
    this.viaEdge.push(edge)
    this.viaName.push(name)
  }

  private reserve(count: number): void {
    if (count <= this.to.length) return
    const size = count + (count >> 1)
    this.to = larger(this.to, new Int32Array(size))
    this.kind = larger(this.kind, new Uint8Array(size))
    this.line = larger(this.line, new Int32Array(size))
  }

  finish(): Graph {
    this.close(this.functions)
    const { count } = this
    const via = { edge: Int32Array.from(this.viaEdge), name: Int32Array.from(this.viaName) }
    return {
      first: this.first,
      to: this.to.subarray(0, count),
      kind: this.kind.subarray(0, count),
      calls: { line: this.line.subarray(0, count), via },
      copied: NONE,
    }
  }
}

function withRoom(array: Int32Array, length: number): Int32Array {
  return array.length < length ? new Int32Array(length * 2) : array
}

function larger<T extends Int32Array | Uint8Array>(old: T, fresh: T): T {
  fresh.set(old)
  return fresh
}

/** An edge of a node that a graph has not got yet: `edge` of the graph once more, from `from` to `to`. */
export interface CopiedEdge {
  readonly from: number
  readonly edge: number
  readonly to: number
}

/** `graph` with some edges leading elsewhere (`to` by edge), and with the nodes from its last one to `functions`, whose edges are `extra`. */
export function extended(
  graph: Graph,
  functions: number,
  to: ReadonlyMap<number, number>,
  extra: readonly CopiedEdge[],
): Graph {
  const old = graph.to.length
  const nodes = graph.first.length - 1
  const first = new Int32Array(functions + 1)
  first.set(graph.first)
  for (const { from } of extra) first[from + 1]!++
  for (let node = nodes; node < functions; node++) first[node + 1]! += first[node]!
  const at = first.slice(nodes, functions)
  const targets = new Int32Array(old + extra.length)
  targets.set(graph.to)
  for (const [edge, target] of to) targets[edge] = target
  const kind = new Uint8Array(targets.length)
  kind.set(graph.kind)
  const copied = new Int32Array(graph.copied.length + extra.length)
  copied.set(graph.copied)
  for (const { from, edge, to: target } of extra) {
    const slot = at[from - nodes]!++
    targets[slot] = target
    kind[slot] = graph.kind[edge]!
    copied[slot - graph.calls.line.length] = callOf(graph, edge)
  }
  return { first, to: targets, kind, calls: graph.calls, copied }
}

export const kindNumber = Object.fromEntries(EDGE_KINDS.map((kind, i) => [kind, i])) as Record<EdgeKind, number>
