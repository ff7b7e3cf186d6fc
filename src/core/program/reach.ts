/**
 * What a phase can run, with proof: for every target the path from a root whose weakest edge is the most credible,
 * and of those the shortest. Breadth first, once for each credibility; ties go to the lower function number.
 */
import type { Phase } from '../report/schema.js'
import { CREDIBILITY, EDGE_KINDS, type Graph, WORST_CREDIBILITY } from './graph.js'
import type { Program } from './linker.js'

export interface PathStep {
  readonly function: number
  /** Edge of the graph that leads here, -1 on the root. */
  readonly edge: number
}

export interface ReachQuery {
  readonly roots: readonly { readonly function: number; readonly credibility: number }[]
  /** 1 for functions that may be entered. */
  readonly allowed: Uint8Array
  /** Registrations are followed at boot only: in the other phases each hook is a root of its own. */
  readonly followsRegistrations: boolean
  readonly targets: readonly number[]
}

export type Witnesses = ReadonlyMap<number, readonly PathStep[]>

const NOT_SEEN = 0
const SEEN = 1
const NOT_ALLOWED = 2
const IS_ROOT = -1

/** Where a walk has been: bytes are asked for every edge, and the rest is written once for every function. */
interface Walked {
  readonly seen: Uint8Array
  readonly parent: Int32Array
  readonly edgeTo: Int32Array
  readonly queue: Int32Array
}

export function findWitnesses(graph: Graph, query: ReachQuery): Witnesses {
  const functions = graph.first.length - 1
  const witnesses = new Map<number, readonly PathStep[]>()
  const wanted = [...new Set(query.targets)].sort((a, b) => a - b)
  const unseen = query.allowed.map((isAllowed) => (isAllowed ? NOT_SEEN : NOT_ALLOWED))
  const walked: Walked = {
    seen: new Uint8Array(functions),
    parent: new Int32Array(functions),
    edgeTo: new Int32Array(functions),
    queue: new Int32Array(functions),
  }
  for (let level = 0; level <= WORST_CREDIBILITY; level++) {
    walked.seen.set(unseen)
    walk(graph, query, level, walked)
    for (const target of wanted)
      if (!witnesses.has(target) && walked.seen[target] === SEEN) witnesses.set(target, pathTo(target, walked))
    if (witnesses.size === wanted.length) break
  }
  return witnesses
}

function walk(graph: Graph, query: ReachQuery, level: number, { seen, parent, edgeTo, queue }: Walked): void {
  const follows = Uint8Array.from(EDGE_KINDS, (kind) =>
    CREDIBILITY[kind] <= level && (kind !== 'registration' || query.followsRegistrations) ? 1 : 0,
  )
  let end = 0
  for (const { function: root, credibility } of query.roots)
    if (credibility <= level && seen[root] === NOT_SEEN) {
      seen[root] = SEEN
      parent[root] = IS_ROOT
      queue[end++] = root
    }
  const { first, to: callees, kind } = graph
  for (let i = 0; i < end; i++) {
    const from = queue[i]!
    for (let edge = first[from]!; edge < first[from + 1]!; edge++) {
      const to = callees[edge]!
      if (seen[to] !== NOT_SEEN || !follows[kind[edge]!]) continue
      seen[to] = SEEN
      parent[to] = from
      edgeTo[to] = edge
      queue[end++] = to
    }
  }
}

function pathTo(target: number, { parent, edgeTo }: Walked): readonly PathStep[] {
  const path: PathStep[] = []
  for (let f = target; ; f = parent[f]!) {
    const isRoot = parent[f] === IS_ROOT
    path.push({ function: f, edge: isRoot ? -1 : edgeTo[f]! })
    if (isRoot) return path.reverse()
  }
}

/**
 * Roots of a phase as the walk wants them: in order of function number, so that ties are the same in every run. A path
 * from start_kernel() itself comes second to one from an initcall: it leads through early code that acts on conditions.
 */
export function rootsOf(program: Program, phase: Phase): ReachQuery['roots'] {
  return program.roots[phase].map((root) => ({
    function: root.function,
    credibility: root.kind === 'entry' && phase === 'boot' ? 1 : 0,
  }))
}
