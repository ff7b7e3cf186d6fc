/** Which functions hold a live update guard, by the facts alone. */

import { knownGuards } from '../guards/guardTable.js'
import type { Program } from './linker.js'

/** Functions that call a known guard, in ascending order. A guard that is a field is not seen from here. */
export function functionsThatGuard(program: Program): readonly number[] {
  const { symbols, index } = program
  const guards = new Set(knownGuards.callNames.map((name) => index.names.id(name)))
  const holders = new Set<number>()
  for (const [f, { facts, isBuilt }] of index.files.entries()) {
    if (!facts || !isBuilt) continue
    const calls = facts.rows('calls')
    for (let row = 0; row < calls.count; row++)
      if (guards.has(calls.get(row, 'callee'))) holders.add(symbols.first[f]! + calls.get(row, 'owner'))
  }
  return [...holders].sort((a, b) => a - b)
}
