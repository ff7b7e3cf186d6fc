/** `f(...)`: edges to every definition that `f` can mean in the caller's file. A call through a macro is named so. */
import { CallShape, COLUMN, FunctionFlag } from '../../index/facts.js'
import { kindNumber } from '../graph.js'
import type { Linker } from '../linker.js'

export function addDirectCalls(linker: Linker, f: number): void {
  const { symbols, graph } = linker
  const rows = linker.facts(f).rows('calls')
  const owner = COLUMN.calls.owner
  const callee = COLUMN.calls.callee
  const line = COLUMN.calls.line
  const shape = COLUMN.calls.shape
  const first = symbols.first[f]!
  for (let at = rows.start; at < rows.start + rows.count * rows.width; at += rows.width) {
    if (rows.data[at + shape] !== CallShape.name) continue
    const from = first + rows.data[at + owner]!
    for (const to of symbols.resolve(rows.data[at + callee]!)) {
      const plain = linker.fallbacks.has(symbols.name[to]!) ? kindNumber.fallback : kindNumber.direct
      const kind = symbols.flags[to]! & FunctionFlag.macro ? kindNumber.macro : plain
      // Each call of a function that acts on a flag counts by itself: one may pass true and the next false,
      // and in such a function one may run for true and the next always.
      if (linker.flags.takes[to] || linker.flags.tests[from]) graph.add(from, to, kind, rows.data[at + line]!, 0)
      else graph.direct(from, to, kind, rows.data[at + line]!)
    }
    if (symbols.wasChosen) linker.unresolved.ambiguousCalls++
  }
}
