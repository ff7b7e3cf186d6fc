/**
 * Ways into a function from outside the window: suspend, resume, remove and hotplug. None of them is a phase, so their
 * entries are no roots; they are read from the tables of hooks when a guard asks for them. Of each kind the most
 * credible way is given. Ways through a field's name alone, work items, timers and threads are not followed. A crash
 * kernel is not looked at: nothing is handed to it, and the jump there passes no driver.
 */
import type { Settings } from '../config/settings.js'
import type { Outside, OutsideWay } from '../guards/guardSites.js'
import type { Names } from '../index/names.js'
import { areaOf } from './areas.js'
import { leadsTo } from './callers.js'
import { CREDIBILITY, credibilityOf, type Graph } from './graph.js'
import type { Program } from './linker.js'
import { type HandsOver, handingOver, hopOf } from './phases.js'
import { findWitnesses, type PathStep } from './reach.js'

const OUTSIDE: readonly Outside[] = ['suspend', 'resume', 'remove', 'hotplug']

interface HookOutside {
  readonly tag: RegExp
  /** Field path inside the table. */
  readonly path: RegExp
  readonly when: Outside
}

const HOOKS: readonly HookOutside[] = [
  // System sleep as drivers/base/power/main.c walks through it; hibernation's image and power-off go the same ways.
  { tag: /^dev_pm_ops$/, path: /^(?:prepare|(?:suspend|freeze|poweroff)(?:_late|_noirq)?)$/, when: 'suspend' },
  { tag: /^dev_pm_ops$/, path: /^(?:complete|(?:resume|thaw|restore)(?:_early|_noirq)?)$/, when: 'resume' },
  { tag: /^(?:bus_type|(?:.*_)?driver)$/, path: /^(?:driver\.)?suspend(?:_late|_noirq)?$/, when: 'suspend' },
  { tag: /^(?:bus_type|(?:.*_)?driver)$/, path: /^(?:driver\.)?resume(?:_early|_noirq)?$/, when: 'resume' },
  { tag: /^(?:bus_type|(?:.*_)?driver)$/, path: /^(?:driver\.)?remove(?:_new)?$/, when: 'remove' },
  { tag: /^hotplug_slot_ops$/, path: /^(?:enable|disable)_slot$/, when: 'hotplug' },
]

const HOTPLUG_FOLDER = 'drivers/pci/hotplug/'

interface Entry {
  readonly function: number
  readonly when: Outside
  /** `.suspend of struct dev_pm_ops pci_dev_pm_ops`, as an id; 0 if the name says it all. */
  readonly reason: number
  /** A driver's that hands no device over. */
  readonly isOthers: boolean
}

/**
 * Ways into each of some functions; a function that only the window enters has no entry. What other drivers than those
 * that hand devices over do is told only where nothing else leads there, and by one way.
 */
export function outsideWays(
  program: Program,
  settings: Pick<Settings, 'drivers'>,
  functions: readonly number[],
): ReadonlyMap<number, readonly OutsideWay[]> {
  if (functions.length === 0) return new Map()
  const handsOver = handingOver(program, settings.drivers)
  const entries = entriesOf(program, handsOver)
  const near = leadingTo(program, functions, (path) => !areaOf(path).isDriver || handsOver(path))
  const own = waysFrom(
    program,
    entries.filter(({ isOthers }) => !isOthers),
    near,
    functions,
  )
  const rest = functions.filter((fn) => !own.has(fn))
  const others = rest.length === 0 ? [] : entries.filter(({ isOthers }) => isOthers)
  for (const [fn, [first]] of waysFrom(
    program,
    others,
    leadingTo(program, rest, () => true),
    rest,
  ))
    own.set(fn, [first!])
  return own
}

/** Functions that lead to some, through files of PCI, of the folders that those stand in, and through drivers that `isMet`. */
function leadingTo(
  { graph, symbols, index }: Program,
  functions: readonly number[],
  isMet: (path: string) => boolean,
): Uint8Array {
  const leads = leadsTo(graph, functions)
  const folders = new Set(functions.map((fn) => topFolder(index.files[symbols.file[fn]!]!.path)))
  for (const [f, { path }] of index.files.entries()) {
    const [first, end] = [symbols.first[f]!, symbols.first[f + 1]!]
    if (!leads.subarray(first, end).includes(1)) continue
    const isNear = path.startsWith('drivers/pci/') || folders.has(topFolder(path)) || areaOf(path).isDriver
    if (!isNear || !isMet(path)) leads.fill(0, first, end)
  }
  return leads
}

/** `drivers/pci` of `drivers/pci/pcie/aspm.c`. */
function topFolder(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function waysFrom(
  program: Program,
  entries: readonly Entry[],
  allowed: Uint8Array,
  functions: readonly number[],
): Map<number, readonly OutsideWay[]> {
  const { graph } = program
  const found = new Map<number, readonly OutsideWay[]>()
  for (const when of OUTSIDE) {
    const own = new Map(entries.flatMap((one) => (one.when === when ? [[one.function, one] as const] : [])))
    const roots = [...own.keys()].sort((a, b) => a - b).map((fn) => ({ function: fn, credibility: 0 }))
    const witnesses = findWitnesses(graph, { roots, allowed, followsRegistrations: false, targets: functions })
    for (const [fn, path] of witnesses) {
      if (!path.every((step) => isProof(graph, step))) continue
      const { reason } = own.get(path[0]!.function)!
      const hops = path.map((step, i) => hopOf(program, graph, step, path[i - 1], { kind: when, reason }))
      found.set(fn, [...(found.get(fn) ?? []), { when, path: hops }])
    }
  }
  return found
}

function isProof(graph: Graph, { edge }: PathStep): boolean {
  return edge < 0 || credibilityOf(graph, edge) <= CREDIBILITY.callback
}

function entriesOf(program: Program, handsOver: HandsOver): readonly Entry[] {
  const { index, symbols, roots } = program
  const entries: Entry[] = []
  const hooksOf = hooksByTag(index.names)
  for (const [f, { path, facts, isBuilt }] of index.files.entries()) {
    if (!facts || !isBuilt) continue
    const tables = facts.rows('tables')
    for (let row = 0; row < tables.count; row++) {
      const hooks = hooksOf(tables.get(row, 'tag'))
      if (hooks.length === 0) continue
      const field = index.names.text(tables.get(row, 'path'))
      const hook = hooks.find((one) => one.path.test(field))
      if (!hook) continue
      const [tag, variable] = [tables.get(row, 'tag'), tables.get(row, 'variable')].map((name) =>
        index.names.text(name),
      )
      const reason = index.names.id(`.${field} of struct ${tag} ${variable}`)
      const isOthers = areaOf(path).isDriver && !handsOver(path)
      symbols.enterFile(f)
      for (const id of symbols.resolve(tables.get(row, 'value')))
        entries.push({ function: id, when: hook.when, reason, isOthers })
    }
  }
  for (const { kind, function: fn } of roots.userspace)
    if (kind === 'interrupt' && index.files[symbols.file[fn]!]!.path.startsWith(HOTPLUG_FOLDER))
      entries.push({ function: fn, when: 'hotplug', reason: 0, isOthers: false })
  return entries
}

/** The hooks of tables of a struct: a kernel has a million rows of some thousand structs. */
function hooksByTag(names: Names): (tag: number) => readonly HookOutside[] {
  const known = new Map<number, readonly HookOutside[]>()
  return (tag) => {
    const found = known.get(tag) ?? HOOKS.filter((one) => one.tag.test(names.text(tag)))
    known.set(tag, found)
    return found
  }
}
