/** The call graph in compressed rows: edges of function `f` are `[first[f], first[f + 1])`. */

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
  /** Line of the call in the file of the function it stands in. */
  readonly line: Int32Array
  /** Name of the walker, table or registration behind the edge, 0 if the call says it all. */
  readonly via: Int32Array
}

/** A call that names the function it means. */
export function isNamedCall(kind: number): boolean {
  return kind === kindNumber.direct || kind === kindNumber.macro || kind === kindNumber.fallback
}

/** Functions with an edge of a wanted kind to one of some others, in ascending order. */
export function callersOf(
  graph: Graph,
  functions: number,
  callees: readonly number[],
  isWanted: (kind: number) => boolean = () => true,
): number[] {
  if (callees.length === 0) return []
  const wanted = new Set(callees)
  const callers: number[] = []
  for (let fn = 0; fn < functions; fn++)
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++)
      if (wanted.has(graph.to[edge]!) && isWanted(graph.kind[edge]!)) {
        callers.push(fn)
        break
      }
  return callers
}

export function credibilityOf(graph: Graph, edge: number): number {
  return CREDIBILITIES[graph.kind[edge]!]!
}

/** Collects edges in any order; of several edges of one kind between two functions the first is kept. */
export class GraphBuilder {
  private from = new Int32Array(1 << 16)
  private to = new Int32Array(1 << 16)
  private kind = new Uint8Array(1 << 16)
  private line = new Int32Array(1 << 16)
  private via = new Int32Array(1 << 16)
  private readonly lastFrom: Int32Array
  count = 0

  constructor(private readonly functions: number) {
    this.lastFrom = new Int32Array(functions).fill(-1)
  }

  /** A call by name: repeated calls of one function by another are one edge, at the first line. */
  direct(from: number, to: number, kind: number, line: number): void {
    if (this.lastFrom[to] === from) return
    this.lastFrom[to] = from
    this.add(from, to, kind, line, 0)
  }

  add(from: number, to: number, kind: number, line: number, via: number): void {
    if (this.count === this.from.length) this.grow()
    const i = this.count++
    this.from[i] = from
    this.to[i] = to
    this.kind[i] = kind
    this.line[i] = line
    this.via[i] = via
  }

  private grow(): void {
    const larger = <T extends Int32Array | Uint8Array>(old: T, fresh: T): T => {
      fresh.set(old)
      return fresh
    }
    const size = this.from.length * 2
    this.from = larger(this.from, new Int32Array(size))
    this.to = larger(this.to, new Int32Array(size))
    this.kind = larger(this.kind, new Uint8Array(size))
    this.line = larger(this.line, new Int32Array(size))
    this.via = larger(this.via, new Int32Array(size))
  }

  /** The graph of what was added; the builder is empty then: a kernel's edges need not be held twice. */
  finish(): Graph {
    const { functions, count } = this
    const first = new Int32Array(functions + 1)
    for (let i = 0; i < count; i++) first[this.from[i]! + 1]!++
    for (let f = 0; f < functions; f++) first[f + 1]! += first[f]!
    const at = first.slice(0, functions)
    const slots = this.from
    for (let i = 0; i < count; i++) slots[i] = at[slots[i]!]!++
    const sorted = <T extends Int32Array | Uint8Array>(column: T, into: T): T => {
      for (let i = 0; i < count; i++) into[slots[i]!] = column[i]!
      return into
    }
    const to = sorted(this.to, new Int32Array(count))
    this.to = NO_EDGES
    const kind = sorted(this.kind, new Uint8Array(count))
    const line = sorted(this.line, new Int32Array(count))
    this.line = NO_EDGES
    const via = sorted(this.via, new Int32Array(count))
    this.via = NO_EDGES
    this.from = NO_EDGES
    return { first, to, kind, line, via }
  }
}

const NO_EDGES = new Int32Array(0)

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
  const count = old + extra.length
  const nodes = graph.first.length - 1
  const first = new Int32Array(functions + 1)
  first.set(graph.first)
  for (const { from } of extra) first[from + 1]!++
  for (let node = nodes; node < functions; node++) first[node + 1]! += first[node]!
  const at = first.slice(nodes, functions)
  const larger = {
    first,
    to: new Int32Array(count),
    kind: new Uint8Array(count),
    line: new Int32Array(count),
    via: new Int32Array(count),
  }
  larger.to.set(graph.to)
  for (const [edge, target] of to) larger.to[edge] = target
  larger.kind.set(graph.kind)
  larger.line.set(graph.line)
  larger.via.set(graph.via)
  for (const { from, edge, to: target } of extra) {
    const slot = at[from - nodes]!++
    larger.to[slot] = target
    larger.kind[slot] = graph.kind[edge]!
    larger.line[slot] = graph.line[edge]!
    larger.via[slot] = graph.via[edge]!
  }
  return larger
}

export const kindNumber = Object.fromEntries(EDGE_KINDS.map((kind, i) => [kind, i])) as Record<EdgeKind, number>
