/**
 * `drv->probe(...)`: edges to the functions that some initialiser or assignment puts into that field of that struct.
 * A call whose struct cannot be told is counted, not linked: a field's name alone proves nothing.
 */
import { type FileFacts, RootKind, type Rows } from '../../index/facts.js'
import { kindNumber } from '../graph.js'
import type { Linker } from '../linker.js'
import { PairMap } from '../pairMap.js'
import { isCutField, isUserEntered } from '../registrations.js'

/** A field that more functions stand in says little about which of them a call enters. */
const FEW_TARGETS = 8

const NOTHING: readonly number[] = []

/** Functions by struct and field, from all tables and assignments of the tree. */
export class FieldTargets {
  private readonly numbers = new PairMap()
  private readonly lists: (number[] | null)[] = []
  /** Number of a field and function, for those that are in the field's list. */
  private readonly listed = new PairMap()

  of(tag: number, field: number): readonly number[] {
    const number = this.numbers.get(tag, field)
    return number === undefined ? NOTHING : this.ofNumber(number)
  }

  /** The number of a field of a struct. */
  numberOf(tag: number, field: number): number {
    const known = this.numbers.get(tag, field)
    if (known !== undefined) return known
    this.numbers.set(tag, field, this.lists.length)
    return this.lists.push(null) - 1
  }

  ofNumber(number: number): readonly number[] {
    return this.lists[number] ?? NOTHING
  }

  /** False if the function stands in the field already. */
  add(number: number, fn: number): boolean {
    if (this.listed.get(number, fn) !== undefined) return false
    this.listed.set(number, fn, 1)
    const list = this.lists[number]
    if (list) list.push(fn)
    else this.lists[number] = [fn]
    return true
  }
}

export function collectFieldTargets(linker: Linker): FieldTargets {
  const targets = new FieldTargets()
  const copies = new Copies()
  const put = (tag: number, field: number, value: number): void => {
    if (tag === 0 || field === 0) return
    for (const id of linker.symbols.resolve(value)) targets.add(targets.numberOf(tag, field), id)
  }
  for (const f of linker.linkedFiles()) {
    const tables = linker.facts(f).rows('tables')
    for (let row = 0; row < tables.count; row++) {
      const value = tables.get(row, 'value')
      if (!linker.symbols.isDefined(value)) continue
      const place = linker.tablePlace(tables, row)
      put(place.tag, place.field, value)
    }
    const assignments = linker.facts(f).rows('assignments')
    for (let row = 0; row < assignments.count; row++) {
      if (assignments.get(row, 'field') === 0) continue
      const value = assignments.get(row, 'name')
      if (value === 0) copies.add(linker, targets, f, assignments, row)
      else if (linker.symbols.isDefined(value))
        put(linker.assignedTag(f, assignments, row), assignments.get(row, 'field'), value)
    }
  }
  copies.follow(targets)
  return targets
}

/** `to->f = from->g` for all structs: what stands in `g` of the one may stand in `f` of the other. */
class Copies {
  /** Numbers of the fields that a field is copied to. */
  private readonly to = new Map<number, number[]>()

  add(linker: Linker, targets: FieldTargets, f: number, rows: Rows<'assignments'>, row: number): void {
    const from = linker.chainTag(f, rows.get(row, 'fromKind'), rows.get(row, 'from'), rows.get(row, 'fromMid'))
    const tag = from === 0 ? 0 : linker.assignedTag(f, rows, row)
    if (tag === 0) return
    const source = targets.numberOf(from, rows.get(row, 'fromField'))
    const target = targets.numberOf(tag, rows.get(row, 'field'))
    const list = this.to.get(source)
    if (!list) this.to.set(source, [target])
    else if (!list.includes(target)) list.push(target)
  }

  /** Carries every function on to all fields that it can come to stand in. */
  follow(targets: FieldTargets): void {
    const queue = [...this.to.keys()]
    for (let source = queue.pop(); source !== undefined; source = queue.pop())
      for (const target of this.to.get(source) ?? NOTHING) {
        let isChanged = false
        for (const fn of [...targets.ofNumber(source)]) isChanged = targets.add(target, fn) || isChanged
        if (isChanged) queue.push(target)
      }
  }
}

/** `pointers` are the rows of the file's calls of a local pointer. */
export function addFieldCalls(linker: Linker, f: number, targets: FieldTargets, pointers: readonly number[]): void {
  const { symbols, unresolved } = linker
  const rows = linker.facts(f).rows('fieldCalls')
  for (let row = 0; row < rows.count; row++) {
    const tag = linker.chainTag(f, rows.get(row, 'rootKind'), rows.get(row, 'root'), rows.get(row, 'mid'))
    if (tag === 0) unresolved.indirectCalls++
    else
      addCall(
        linker,
        targets,
        symbols.first[f]! + rows.get(row, 'owner'),
        tag,
        rows.get(row, 'field'),
        rows.get(row, 'line'),
      )
  }
  if (pointers.length > 0) addPointerCalls(linker, f, targets, pointers)
}

/** A call through a field of a struct, in a line of the function `from`. */
function addCall(linker: Linker, targets: FieldTargets, from: number, tag: number, field: number, line: number): void {
  const { graph, unresolved } = linker
  if (!isFollowed(linker, tag, field)) return
  const found = targets.of(tag, field)
  if (found.length === 0) unresolved.emptyFields++
  const kind = found.length > FEW_TARGETS ? kindNumber['wide field'] : kindNumber.field
  for (const to of found) graph.add(from, to, kind, line, tag)
}

function isFollowed({ names, followedFields }: Linker, tag: number, field: number): boolean {
  const known = followedFields.get(tag, field)
  if (known !== undefined) return known === 1
  const text = names.text(tag)
  const isFollowed = !isCutField(text, names.text(field)) && !isUserEntered(text)
  followedFields.set(tag, field, isFollowed ? 1 : 0)
  return isFollowed
}

/** `fn = a; ... fn(x)`, `fn = ops->run; ... fn(x)`: a local pointer is what its own function put into it. */
function addPointerCalls(linker: Linker, f: number, targets: FieldTargets, pointers: readonly number[]): void {
  const { symbols, graph, unresolved } = linker
  const facts = linker.facts(f)
  const calls = facts.rows('calls')
  const assignments = facts.rows('assignments')
  const assigned = localAssignments(facts)
  for (const call of pointers) {
    const pointer = calls.get(call, 'callee')
    const owner = calls.get(call, 'owner')
    const rows = (assigned.get(owner) ?? NOTHING).filter((row) => assignments.get(row, 'root') === pointer)
    if (rows.length === 0) unresolved.pointerCalls++
    const from = symbols.first[f]! + owner
    const line = calls.get(call, 'line')
    for (const row of rows) {
      const name = assignments.get(row, 'name')
      if (name !== 0) for (const to of symbols.resolve(name)) graph.add(from, to, kindNumber.field, line, pointer)
      else {
        const [kind, root] = [assignments.get(row, 'fromKind'), assignments.get(row, 'from')]
        const tag = linker.chainTag(f, kind, root, assignments.get(row, 'fromMid'))
        if (tag !== 0) addCall(linker, targets, from, tag, assignments.get(row, 'fromField'), line)
      }
    }
  }
}

/** Rows that assign to a local pointer, by their function. */
function localAssignments(facts: FileFacts): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  const rows = facts.rows('assignments')
  for (let row = 0; row < rows.count; row++) {
    if (rows.get(row, 'rootKind') !== RootKind.local) continue
    const owner = rows.get(row, 'owner')
    const list = found.get(owner)
    if (list) list.push(row)
    else found.set(owner, [row])
  }
  return found
}
