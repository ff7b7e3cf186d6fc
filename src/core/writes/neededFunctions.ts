/**
 * The functions that are read where the findings of some files are wanted and not the writes of the whole tree: those
 * of the files, and of the others those that a finding there depends on. The rest of the tree is in the graph, with its
 * writes unread.
 */
import { callersOf } from '../program/callers.js'
import { isNamedCall } from '../program/graph.js'
import type { Program } from '../program/linker.js'
import { type CallsOf, functionsUnderGuards } from '../program/protect.js'
import { restoringFunctions } from './restorePath.js'
import { MOST_ROUNDS, type Writers } from './writers.js'

export interface Needs {
  readonly isWanted: (path: string) => boolean
  /** Functions in which a guard stands. */
  readonly holders: readonly number[]
  /** Functions that write, by their facts. */
  readonly writing: readonly number[]
  readonly callsOf: CallsOf
}

/** 1 for functions of wanted files, under guards or on the way of a restore, and for what these could call as wrappers. */
export function neededFunctions(program: Program, { isWanted, holders, writing, callsOf }: Needs): Uint8Array {
  const { symbols, index } = program
  const needed = new Uint8Array(symbols.count)
  for (const [f, { path }] of index.files.entries())
    if (isWanted(path)) needed.fill(1, symbols.first[f]!, symbols.first[f + 1]!)
  for (const fn of restoringFunctions(program)) needed[fn] = 1
  for (const fn of functionsUnderGuards(program, holders, writing, callsOf)) needed[fn] = 1
  addCalled(program, needed)
  return needed
}

/** A wrapper of a wrapper is as many calls away as rounds are made to find it. */
function addCalled({ graph, symbols }: Program, needed: Uint8Array): void {
  let level = [...symbols.name.keys()].filter((fn) => needed[fn])
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const next: number[] = []
    for (const fn of level)
      for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++) {
        const to = graph.to[edge]!
        if (needed[to] || !isNamedCall(graph.kind[edge]!)) continue
        needed[to] = 1
        next.push(to)
      }
    level = next
  }
}

/** The functions that write, with those that were not read: by their facts, or because they call a wrapper. */
export function withUnread(
  { graph }: Program,
  { byFunction, wrappers }: Pick<Writers, 'byFunction' | 'wrappers'>,
  writing: readonly number[],
  needed: Uint8Array,
): readonly number[] {
  const unread = [...writing, ...callersOf(graph, [...wrappers.keys()])].filter((fn) => !needed[fn])
  return [...new Set([...byFunction.keys(), ...unread])]
}
