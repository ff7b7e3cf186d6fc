/**
 * What a device gets back after a reset, and at finish: the registers that pci_restore_state() and what it calls write,
 * with and without a live update guard in the way. Calls by name only; of a write whose register is not resolved it is
 * taken that it restores the header, as the loop over the saved header does.
 */

import { isNamedCall } from '../program/graph.js'
import type { Program } from '../program/linker.js'
import type { CallsOf } from '../program/protect.js'
import type { Field, Site } from '../report/schema.js'
import type { FunctionWrite } from './functionWrites.js'
import type { Writers } from './writers.js'

export interface RestorePath {
  /** Whether the site's function runs when a device gets its state back. */
  holds(site: Pick<Site, 'file' | 'function'>): boolean
  /** Whether the field's register is written there, or at finish, whatever a guard says. */
  restores(field: Pick<Field, 'register' | 'capability'>): boolean
}

/** Called after every reset (pci_dev_restore(), pci_bus_restore_locked()) and by drivers. */
const RESTORES: readonly string[] = ['pci_restore_state']
/** What ends the window for a device in the public series; `.finish` of live update operations is a root. */
const FINISHES: readonly string[] = ['pci_liveupdate_finish', 'pci_liveupdate_incoming_finish']
const FINISH_HOOK = /^\.finish of struct liveupdate_(?:file|flb)_ops /

/** Walks when it is first asked: only guards ask. */
export function restorePath(
  program: Program,
  writers: Pick<Writers, 'byFunction'>,
  holders: readonly number[],
  callsOf: CallsOf,
): RestorePath {
  let walked: RestorePath | null = null
  const path = (): RestorePath => {
    walked ??= walk(program, writers, holders, callsOf)
    return walked
  }
  return { holds: (site) => path().holds(site), restores: (field) => path().restores(field) }
}

/** Functions that run when a device gets its state back, and at finish. */
export function restoringFunctions(program: Program): ReadonlySet<number> {
  return calledFrom(program, [...functionsNamed(program, RESTORES), ...finishes(program)], () => true)
}

function walk(
  program: Program,
  { byFunction }: Pick<Writers, 'byFunction'>,
  holders: readonly number[],
  callsOf: CallsOf,
): RestorePath {
  const { symbols, index } = program
  const guarding = new Set(holders)
  const restores = functionsNamed(program, RESTORES)
  const all = calledFrom(program, restores, () => true)
  const open = calledFrom(
    program,
    [...restores, ...finishes(program)],
    (fn, callee) => !guarding.has(fn) || isCalledUnguarded(callsOf, fn, callee),
  )
  const made = [...open].flatMap((fn) => byFunction.get(fn) ?? []).filter(isAlwaysMade)
  const registers = new Set(made.flatMap(({ fields }) => fields.map(({ register }) => register)))
  const restoresHeader = made.some(({ fields }) => fields.length === 0)
  const names = new Set(
    [...all].map((fn) => key(index.files[symbols.file[fn]!]!.path, symbols.text(symbols.name[fn]!))),
  )
  return {
    holds: (site) => names.has(key(site.file, site.function)),
    restores: ({ register, capability }) => registers.has(register) || (restoresHeader && capability === null),
  }
}

function key(file: string, fn: string): string {
  return `${file}#${fn}`
}

function isAlwaysMade({ guard }: FunctionWrite): boolean {
  return guard.status === 'unguarded' || !guard.phases.includes('userspace')
}

/** Whether some call of that name in the function is made for a preserved device too. */
function isCalledUnguarded(callsOf: CallsOf, fn: number, callee: string): boolean {
  const calls = callsOf(fn)?.calls.filter((call) => call.callee === callee) ?? []
  return calls.length === 0 || calls.some(({ guard }) => guard === null)
}

function calledFrom(
  { graph, symbols }: Program,
  starts: readonly number[],
  isFollowed: (fn: number, callee: string) => boolean,
): ReadonlySet<number> {
  const reached = new Set(starts)
  for (const fn of reached)
    for (let edge = graph.first[fn]!; edge < graph.first[fn + 1]!; edge++) {
      const to = graph.to[edge]!
      if (!isNamedCall(graph.kind[edge]!) || reached.has(to)) continue
      if (isFollowed(fn, symbols.text(symbols.name[to]!))) reached.add(to)
    }
  return reached
}

function finishes(program: Program): readonly number[] {
  const { roots, symbols } = program
  const hooks = roots.userspace.filter(({ reason }) => reason !== 0 && FINISH_HOOK.test(symbols.text(reason)))
  return [...functionsNamed(program, FINISHES), ...hooks.map((root) => root.function)]
}

function functionsNamed({ symbols, index }: Program, names: readonly string[]): readonly number[] {
  const wanted = new Set(names.map((name) => index.names.id(name)))
  const found: number[] = []
  for (let fn = 0; fn < symbols.count; fn++) if (wanted.has(symbols.name[fn]!)) found.push(fn)
  return found
}
