import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leadsTo } from '../../src/core/program/callers.js'
import { credibilityOf, EDGE_KINDS, type Graph, GraphBuilder } from '../../src/core/program/graph.js'
import { findWitnesses, type PathStep } from '../../src/core/program/reach.js'

/** Random small graphs, and the plain algorithms to compare with. */
const FUNCTIONS = 9
const fn = fc.integer({ min: 0, max: FUNCTIONS - 1 })
const graphs = fc
  .array(fc.record({ from: fn, to: fn, kind: fc.integer({ min: 0, max: EDGE_KINDS.length - 1 }) }), { maxLength: 24 })
  .map((edges) => {
    const builder = new GraphBuilder(FUNCTIONS)
    for (const [line, { from, to, kind }] of edges.entries()) builder.add(from, to, kind, line + 1, 0)
    return builder.finish()
  })
const queries = fc.record({
  graph: graphs,
  roots: fc.array(fc.record({ function: fn, credibility: fc.integer({ min: 0, max: 3 }) }), { maxLength: 3 }),
  allowed: fc
    .array(fc.constantFrom(0, 1, 1, 1), { minLength: FUNCTIONS, maxLength: FUNCTIONS })
    .map((a) => Uint8Array.from(a)),
  followsRegistrations: fc.boolean(),
})
type Query = typeof queries extends fc.Arbitrary<infer T> ? T : never
const everyFunction = Array.from({ length: FUNCTIONS }, (_, i) => i)

interface Edge {
  readonly number: number
  readonly from: number
  readonly to: number
}

function edgesOf(graph: Graph): Edge[] {
  return everyFunction.flatMap((from) =>
    Array.from({ length: graph.first[from + 1]! - graph.first[from]! }, (_, i) => {
      const number = graph.first[from]! + i
      return { number, from, to: graph.to[number]! }
    }),
  )
}

const isRegistration = (graph: Graph, edge: number): boolean => EDGE_KINDS[graph.kind[edge]!] === 'registration'

/** The best (weakest edge, then length) of all walks of up to `FUNCTIONS` steps, by relaxing as long as it helps. */
function bestByBruteForce({ graph, roots, allowed, followsRegistrations }: Query) {
  const best = new Map<number, { weakest: number; length: number }[]>()
  const put = (to: number, weakest: number, length: number): boolean => {
    const known = best.get(to) ?? []
    if (known.some((k) => k.weakest <= weakest && k.length <= length)) return false
    best.set(to, [...known.filter((k) => k.weakest < weakest || k.length < length), { weakest, length }])
    return true
  }
  for (const root of roots) if (allowed[root.function]) put(root.function, root.credibility, 1)
  const edges = edgesOf(graph).filter((e) => allowed[e.from] && allowed[e.to])
  for (let changed = true; changed; ) {
    changed = false
    for (const { number, from, to } of edges) {
      if (isRegistration(graph, number) && !followsRegistrations) continue
      for (const { weakest, length } of best.get(from) ?? [])
        if (length <= FUNCTIONS && put(to, Math.max(weakest, credibilityOf(graph, number)), length + 1)) changed = true
    }
  }
  return new Map(
    [...best].map(([to, list]) => {
      const weakest = Math.min(...list.map((k) => k.weakest))
      return [to, { weakest, length: Math.min(...list.filter((k) => k.weakest === weakest).map((k) => k.length)) }]
    }),
  )
}

function measured(graph: Graph, roots: Query['roots'], path: readonly PathStep[]) {
  const own = roots.filter((r) => r.function === path[0]!.function).map((r) => r.credibility)
  const edges = path.slice(1).map(({ edge }) => credibilityOf(graph, edge))
  return { weakest: Math.max(Math.min(...own), ...edges), length: path.length }
}

describe('witnesses', () => {
  test('are found for exactly what can be reached, by the best path there is', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const found = findWitnesses(query.graph, { ...query, targets: everyFunction })
        const expected = bestByBruteForce(query)
        expect(new Set(found.keys())).toEqual(new Set(expected.keys()))
        for (const [target, path] of found)
          expect(measured(query.graph, query.roots, path)).toEqual(expected.get(target))
      }),
      { numRuns: 2000 },
    )
  })

  test('are paths of the graph: each step an edge from the one before, all of them allowed', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const { graph, allowed, roots } = query
        const edges = edgesOf(graph)
        for (const [target, path] of findWitnesses(graph, { ...query, targets: everyFunction })) {
          expect(roots.map((r) => r.function)).toContain(path[0]!.function)
          expect(path[0]!.edge).toBe(-1)
          expect(path.at(-1)!.function).toBe(target)
          for (const step of path) expect(allowed[step.function]).toBe(1)
          for (const [i, { function: to, edge }] of path.entries())
            if (i > 0) expect(edges[edge]).toMatchObject({ number: edge, from: path[i - 1]!.function, to })
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('do not depend on which other targets are asked for, nor on the order of the targets', () => {
    fc.assert(
      fc.property(queries, fc.shuffledSubarray(everyFunction), (query, targets) => {
        const all = findWitnesses(query.graph, { ...query, targets: everyFunction })
        const some = findWitnesses(query.graph, { ...query, targets })
        for (const target of targets) expect(some.get(target)).toEqual(all.get(target))
      }),
      { numRuns: 500 },
    )
  })

  test('the most credible path goes before the shortest', () => {
    const builder = new GraphBuilder(4)
    const kind = (name: (typeof EDGE_KINDS)[number]): number => EDGE_KINDS.indexOf(name)
    builder.add(0, 3, kind('work'), 1, 0)
    builder.add(0, 1, kind('direct'), 2, 0)
    builder.add(1, 2, kind('direct'), 3, 0)
    builder.add(2, 3, kind('direct'), 4, 0)
    const query = {
      roots: [{ function: 0, credibility: 0 }],
      allowed: new Uint8Array(4).fill(1),
      followsRegistrations: true,
    }
    const path = findWitnesses(builder.finish(), { ...query, targets: [3] }).get(3)!
    expect(path.map((step) => step.function)).toEqual([0, 1, 2, 3])
  })
})

test('what leads to a target is the closure over the edges backwards', () => {
  fc.assert(
    fc.property(graphs, fc.uniqueArray(fn, { maxLength: 3 }), (graph, targets) => {
      const closure = new Set(targets)
      for (let before = -1; before !== closure.size; ) {
        before = closure.size
        for (const { from, to } of edgesOf(graph)) if (closure.has(to)) closure.add(from)
      }
      const found = leadsTo(graph, targets)
      expect(everyFunction.filter((f) => found[f] === 1)).toEqual([...closure].sort((a, b) => a - b))
    }),
    { numRuns: 1000 },
  )
})
