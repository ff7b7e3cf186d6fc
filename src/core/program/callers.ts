/** A call graph turned round: edges by the function that they lead to. */
import type { Graph } from './graph.js'

/** Callers of function `f` are `[first[f], first[f + 1])`, one for each edge, in ascending order. */
export interface Callers {
  readonly first: Int32Array
  readonly from: Int32Array
}

/**
 * A graph does not change once it is made, and what walks backwards over the program's comes often. One that is made
 * from it for a single walk is not worth the memory.
 */
const turned = new WeakMap<Graph, Callers>()

export function callersIn(graph: Graph): Callers {
  const known = turned.get(graph)
  if (known) return known
  const callers = turnedRound(graph)
  if (graph.copied.length === 0) turned.set(graph, callers)
  return callers
}

function turnedRound({ first: out, to }: Graph): Callers {
  const functions = out.length - 1
  const first = new Int32Array(functions + 1)
  for (let edge = 0; edge < to.length; edge++) first[to[edge]! + 1]!++
  for (let f = 0; f < functions; f++) first[f + 1]! += first[f]!
  const at = first.slice(0, functions)
  const from = new Int32Array(to.length)
  for (let f = 0; f < functions; f++) for (let edge = out[f]!; edge < out[f + 1]!; edge++) from[at[to[edge]!]!++] = f
  return { first, from }
}

/** Functions with an edge of a wanted kind to one of some others, in ascending order. */
export function callersOf(
  graph: Graph,
  callees: readonly number[],
  isWanted: (kind: number) => boolean = () => true,
): number[] {
  if (callees.length === 0) return []
  const { first, from } = callersIn(graph)
  const found = new Set<number>()
  for (const callee of callees)
    for (let i = first[callee]!; i < first[callee + 1]!; i++)
      if (edgesTo(graph, from[i]!, callee).some((edge) => isWanted(graph.kind[edge]!))) found.add(from[i]!)
  return [...found].sort((a, b) => a - b)
}

/** Edges of one function to another. */
export function edgesTo({ first, to }: Graph, caller: number, callee: number): number[] {
  const edges: number[] = []
  for (let edge = first[caller]!; edge < first[caller + 1]!; edge++) if (to[edge] === callee) edges.push(edge)
  return edges
}

/** 1 for functions from which a target can be reached at all, by edges that are followed; no others need be walked. */
export function leadsTo(
  graph: Graph,
  targets: readonly number[],
  isFollowed: (from: number, to: number) => boolean = () => true,
): Uint8Array {
  const { first, from } = callersIn(graph)
  const seen = new Uint8Array(graph.first.length - 1)
  const queue = [...targets]
  for (const target of targets) seen[target] = 1
  for (let f = queue.pop(); f !== undefined; f = queue.pop())
    for (let i = first[f]!; i < first[f + 1]!; i++) {
      const caller = from[i]!
      if (seen[caller] || !isFollowed(caller, f)) continue
      seen[caller] = 1
      queue.push(caller)
    }
  return seen
}
