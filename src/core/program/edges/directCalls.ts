/** `f(...)`: edges to every definition that `f` can mean in the caller's file. A call through a macro is named so. */
import { CallShape, COLUMN } from '../../index/facts.js'
import type { Linker } from '../linker.js'

/** Answers the rows of the calls of local pointers, which have no edge yet. */
export function addDirectCalls(linker: Linker, f: number): readonly number[] {
  const { symbols, graph, kinds } = linker
  const { takes, tests } = linker.flags
  const { start, count, width, data } = linker.facts(f).rows('calls')
  const { owner, callee, line, shape } = COLUMN.calls
  const first = symbols.first[f]!
  const pointers: number[] = []
  for (let row = 0, at = start; row < count; row++, at += width) {
    if (data[at + shape] !== CallShape.name) {
      pointers.push(row)
      continue
    }
    const from = first + data[at + owner]!
    const found = symbols.resolve(data[at + callee]!)
    for (let i = 0; i < found.length; i++) {
      const to = found[i]!
      // Each call of a function that acts on a flag counts by itself: one may pass true and the next false,
      // and in such a function one may run for true and the next always.
      if (takes[to] || tests[from]) graph.add(from, to, kinds[to]!, data[at + line]!, 0)
      else graph.direct(from, to, kinds[to]!, data[at + line]!)
    }
    if (symbols.wasChosen) linker.unresolved.ambiguousCalls++
  }
  return pointers
}
