/**
 * `pci_walk_bus(bus, cb, data)`: an edge from the function that passes `cb` to `cb`, if the walker is known to call
 * that parameter (or to hand it to one that does). Passing a function to one that only stores it is no call.
 */
import { ValueUse } from '../../index/facts.js'
import { kindNumber } from '../graph.js'
import type { Linker } from '../linker.js'

/** Parameters (function * 256 + position) that the function itself calls, directly or through others. */
export type CalledParameters = ReadonlySet<number>

const parameterKey = (fn: number, position: number): number => fn * 256 + position

export function findCalledParameters(linker: Linker): CalledParameters {
  const called = new Set<number>()
  const waiting = new Map<number, number[]>()
  for (const f of linker.linkedFiles()) {
    const rows = linker.facts(f).rows('handedOn')
    for (let row = 0; row < rows.count; row++) {
      const own = parameterKey(linker.symbols.first[f]! + rows.get(row, 'owner'), rows.get(row, 'parameter'))
      const position = rows.get(row, 'position')
      if (position < 0) called.add(own)
      else
        for (const to of linker.symbols.resolve(rows.get(row, 'context'))) {
          const theirs = parameterKey(to, position)
          const list = waiting.get(theirs)
          if (list) list.push(own)
          else waiting.set(theirs, [own])
        }
    }
  }
  const queue = [...called]
  for (let key = queue.pop(); key !== undefined; key = queue.pop())
    for (const own of waiting.get(key) ?? [])
      if (!called.has(own)) {
        called.add(own)
        queue.push(own)
      }
  return called
}

export function addCallbacks(linker: Linker, f: number, called: CalledParameters): void {
  const { symbols, graph, deferrals } = linker
  const rows = linker.facts(f).rows('values')
  for (let row = 0; row < rows.count; row++) {
    const name = rows.get(row, 'name')
    if (rows.get(row, 'use') !== ValueUse.argument || !symbols.isDefined(name)) continue
    const context = rows.get(row, 'context')
    const position = rows.get(row, 'position')
    const deferral = deferrals.get(context)
    const kind =
      deferral?.position === position
        ? kindNumber[deferral.kind]
        : isCalledBack(symbols.resolve(context), position, called)
          ? kindNumber.callback
          : -1
    if (kind < 0) continue
    const from = symbols.first[f]! + rows.get(row, 'owner')
    for (const to of symbols.resolve(name)) if (to !== from) graph.add(from, to, kind, rows.get(row, 'line'), context)
  }
}

function isCalledBack(walkers: readonly number[], position: number, called: CalledParameters): boolean {
  for (const walker of walkers) if (called.has(parameterKey(walker, position))) return true
  return false
}
