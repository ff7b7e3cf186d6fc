/**
 * Tables of hooks: an edge from the function that registers one (`pcie_port_service_register(&pcie_pme_driver)`) to
 * the hooks the subsystem calls in each phase, and a root for a table that a macro registers (`module_pci_driver`).
 */
import { type Rows, ValueUse } from '../../index/facts.js'
import type { Phase } from '../../report/schema.js'
import { kindNumber } from '../graph.js'
import type { Linker } from '../linker.js'
import {
  BOOT_FIXUP_PASSES,
  fixupPass,
  isInitcall,
  isUnregistration,
  PARAMETER_MACROS,
  RUNTIME_PM_MACROS,
  WORK_DECLARATIONS,
} from '../registrations.js'

interface TableHook {
  readonly phase: Phase
  readonly function: number
  /** `pci_driver e1000_driver`, as an id. */
  readonly reason: number
  readonly kind: 'registration' | 'fixup'
}

/** Where a phase begins on its own. `reason` is a name id. */
export interface Root {
  readonly function: number
  readonly phase: Phase
  readonly kind: string
  readonly reason: number
}

/** Text of the vendor and device that a fixup is declared for, and the file that declares it. */
export interface FixupIds {
  readonly file: string
  readonly vendor: string
  readonly device: string
}

export interface Registered {
  readonly roots: Root[]
  /** Functions that PCI fixups name, with their passes. */
  readonly fixups: Map<number, Set<string>>
  /** What the same fixups match on, one entry a declaration. */
  readonly fixupIds: Map<number, FixupIds[]>
  /** Hooks of every driver struct, by the file that holds it. */
  readonly driverHooks: { readonly tag: string; readonly file: string; readonly functions: readonly number[] }[]
  /** What the drivers of a file are called (`.name = "vfio-pci"`). */
  readonly driverNames: Map<string, string[]>
}

export function addRegistered(linker: Linker, f: number, registered: Registered): void {
  const hooks = hooksOfFile(linker, f, registered)
  const works = new Map<number, number>()
  addFileMacros(linker, f, works, registered)
  const notifiers = notifiersOfFile(linker, f)
  const { symbols, names } = linker
  const rows = linker.facts(f).rows('values')
  for (let row = 0; row < rows.count; row++) {
    if (rows.get(row, 'use') !== ValueUse.argument) continue
    const name = rows.get(row, 'name')
    const from = symbols.first[f]! + rows.get(row, 'owner')
    const line = rows.get(row, 'line')
    const work = works.get(name)
    if (work !== undefined)
      for (const to of [...symbols.resolve(work)]) linker.graph.add(from, to, kindNumber.work, line, name)
    addLater(linker, rows, row, works, notifiers, registered)
    const table = hooks.get(name)
    if (!table || isUnregistration(names.text(rows.get(row, 'context')))) continue
    table.isRegistered = true
    for (const hook of table.hooks)
      if (hook.phase === 'boot') linker.graph.add(from, hook.function, kindNumber.registration, line, hook.reason)
  }
  addAssignedHooks(linker, f, registered)
  for (const table of hooks.values())
    for (const hook of table.hooks)
      if (!table.isRegistered || hook.phase !== 'boot')
        registered.roots.push({ function: hook.function, phase: hook.phase, kind: hook.kind, reason: hook.reason })
}

/**
 * `drv->driver.probe = f`: a hook that no table holds. What the subsystem calls at boot is reached from the function
 * that sets it; what it calls in another phase is a root.
 */
function addAssignedHooks(linker: Linker, f: number, registered: Registered): void {
  const { symbols, names } = linker
  const rows = linker.facts(f).rows('assignments')
  for (let row = 0; row < rows.count; row++) {
    const name = rows.get(row, 'name')
    if (name === 0 || rows.get(row, 'field') === 0 || !symbols.isDefined(name)) continue
    if (!linker.hookFields.has(rows.get(row, 'field'))) continue
    const table = linker.hookTables.of(linker.assignedTag(f, rows, row))
    if (!table) continue
    const field = names.text(rows.get(row, 'field'))
    const reason = names.id(`.${field} of struct ${table.tag}`)
    for (const { phase } of table.hooks.filter((hook) => hook.path === field))
      if (phase !== 'boot') addRoots(linker, registered, name, phase, 'registration', reason)
      else
        for (const to of [...symbols.resolve(name)])
          linker.graph.add(
            symbols.first[f]! + rows.get(row, 'owner'),
            to,
            kindNumber.registration,
            rows.get(row, 'line'),
            reason,
          )
  }
}

/**
 * What runs on its own once it is set up: an interrupt's handler and thread, work, timers and threads in userspace, a
 * reboot notifier on the way out. Setting them up is no call (the edges of deferred work are made elsewhere).
 */
function addLater(
  linker: Linker,
  rows: Rows<'values'>,
  row: number,
  works: ReadonlyMap<number, number>,
  notifiers: ReadonlyMap<number, number>,
  registered: Registered,
): void {
  const name = rows.get(row, 'name')
  const context = rows.get(row, 'context')
  const position = rows.get(row, 'position')
  const deferral = linker.deferrals.get(context)
  if (deferral?.position === position && deferral.kind !== 'async')
    addRoots(linker, registered, name, 'userspace', deferral.kind, context)
  if (linker.interruptRequests.get(context)?.includes(position))
    addRoots(linker, registered, name, 'userspace', 'interrupt', context)
  const work = works.get(name)
  if (work !== undefined) addRoots(linker, registered, work, 'userspace', 'work', context)
  const notifier = notifiers.get(name)
  if (notifier !== undefined && linker.rebootNotifiers.get(context) === position)
    addRoots(linker, registered, notifier, 'shutdown', 'notifier', context)
}

/** Names of the functions in the file's notifier blocks, by the name of the block. */
function notifiersOfFile(linker: Linker, f: number): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  const tables = linker.facts(f).rows('tables')
  for (let row = 0; row < tables.count; row++) {
    if (tables.get(row, 'tag') !== linker.notifierBlock) continue
    if (linker.names.text(linker.pathOfRow(tables, row)) === 'notifier_call')
      found.set(tables.get(row, 'variable'), tables.get(row, 'value'))
  }
  return found
}

interface HookTableOfFile {
  readonly hooks: TableHook[]
  /** Some function of the file passes the table to another: its hooks are reached from there at boot. */
  isRegistered: boolean
}

function hooksOfFile(linker: Linker, f: number, registered: Registered): Map<number, HookTableOfFile> {
  const { names, symbols } = linker
  const found = new Map<number, HookTableOfFile>()
  const tables = linker.facts(f).rows('tables')
  for (let row = 0; row < tables.count; row++) {
    const known = linker.hookTables.of(tables.get(row, 'tag'))
    if (!known) continue
    const { tag, hooks, kind, isDriver } = known
    const path = names.text(linker.pathOfRow(tables, row))
    if (isDriver) addDriver(linker, f, registered, tag, path, tables.get(row, 'value'))
    for (const hook of hooks.filter((h) => h.path === path)) {
      const variable = tables.get(row, 'variable')
      const table = found.get(variable) ?? { hooks: [], isRegistered: false }
      found.set(variable, table)
      const reason = names.id(`.${path} of struct ${tag} ${names.text(variable)}`)
      for (const id of symbols.resolve(tables.get(row, 'value')))
        table.hooks.push({ phase: hook.phase, function: id, reason, kind })
    }
  }
  return found
}

function addDriver(linker: Linker, f: number, registered: Registered, tag: string, path: string, value: number): void {
  const file = linker.path(f)
  const text = linker.names.text(value)
  if (text.startsWith('"')) {
    if (path === 'name' || path === 'driver.name')
      registered.driverNames.set(file, [...(registered.driverNames.get(file) ?? []), text.slice(1, -1)])
    return
  }
  const functions = [...linker.symbols.resolve(value)]
  if (functions.length > 0) registered.driverHooks.push({ tag, file, functions })
}

function addRoots(
  { symbols }: Linker,
  { roots }: Registered,
  name: number,
  phase: Phase,
  kind: string,
  reason: number,
): void {
  for (const id of symbols.resolve(name)) roots.push({ function: id, phase, kind, reason })
}

function addFileMacros(linker: Linker, f: number, works: Map<number, number>, registered: Registered): void {
  const { names } = linker
  const macros = linker.facts(f).rows('fileMacros')
  for (let row = 0; row < macros.count; row++) {
    const macro = macros.get(row, 'name')
    const text = names.text(macro)
    const pass = fixupPass(text)
    if (isInitcall(text)) addRoots(linker, registered, macros.get(row, 'a0'), 'boot', 'initcall', macro)
    else if (pass !== null)
      addFixup(
        linker,
        registered,
        pass,
        macro,
        [0, 1, 2, 3, 4].map((i) => macros.get(row, `a${i}` as 'a0')),
        linker.path(f),
      )
    else if (PARAMETER_MACROS.has(text)) addRoots(linker, registered, macros.get(row, 'a1'), 'boot', 'parameter', macro)
    else if (RUNTIME_PM_MACROS.has(text))
      for (const position of RUNTIME_PM_MACROS.get(text)!)
        addRoots(linker, registered, macros.get(row, `a${position}`), 'userspace', 'registration', macro)
    else if (WORK_DECLARATIONS.has(text)) works.set(macros.get(row, 'a0'), macros.get(row, 'a1'))
  }
}

function addFixup(
  linker: Linker,
  registered: Registered,
  pass: string,
  macro: number,
  args: readonly number[],
  file: string,
): void {
  const hook = args.filter((a) => a !== 0).at(-1)
  if (hook === undefined) return
  const [vendor = '', device = ''] = args.map((arg) => linker.names.text(arg))
  for (const id of linker.symbols.resolve(hook)) {
    if (BOOT_FIXUP_PASSES.has(pass))
      registered.fixupIds.set(id, [...(registered.fixupIds.get(id) ?? []), { file, vendor, device }])
    const passes = registered.fixups.get(id) ?? new Set()
    registered.fixups.set(id, passes.add(pass))
    registered.roots.push({ function: id, phase: 'boot', kind: 'fixup', reason: macro })
  }
}

export function emptyRegistered(): Registered {
  return { roots: [], fixups: new Map(), fixupIds: new Map(), driverHooks: [], driverNames: new Map() }
}
