/**
 * `drv->probe(...)`: edges to the functions that some initialiser or assignment puts into that field of that struct.
 * A call whose struct cannot be told is counted, not linked: a field's name alone proves nothing.
 */
import { CallShape, type FileFacts, RootKind, type Rows } from '../../index/facts.js'
import { kindNumber } from '../graph.js'
import type { Linker } from '../linker.js'
import { isCutField, isUserEntered } from '../registrations.js'
import { pairKey } from '../structTypes.js'

/** A field that more functions stand in says little about which of them a call enters. */
const FEW_TARGETS = 8

/** Functions by (struct tag, field), from all tables and assignments of the tree. */
export type FieldTargets = ReadonlyMap<number, readonly number[]>

export function collectFieldTargets(linker: Linker): FieldTargets {
  const targets = new Map<number, number[]>()
  const copies = new Copies()
  const put = (tag: number, field: number, value: number): void => {
    if (tag === 0 || field === 0) return
    for (const id of linker.symbols.resolve(value)) {
      const key = pairKey(tag, field)
      const list = targets.get(key)
      if (!list) targets.set(key, [id])
      else if (!list.includes(id)) list.push(id)
    }
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
      if (value === 0) copies.add(linker, f, assignments, row)
      else if (linker.symbols.isDefined(value))
        put(linker.assignedTag(f, assignments, row), assignments.get(row, 'field'), value)
    }
  }
  copies.follow(targets)
  return targets
}

/** `to->f = from->g` for all structs: what stands in `g` of the one may stand in `f` of the other. */
class Copies {
  /** Fields that a field is copied to, each as a pair of struct and field. */
  private readonly to = new Map<number, number[]>()

  add(linker: Linker, f: number, rows: Rows<'assignments'>, row: number): void {
    const from = linker.chainTag(f, rows.get(row, 'fromKind'), rows.get(row, 'from'), rows.get(row, 'fromMid'))
    const tag = linker.assignedTag(f, rows, row)
    if (tag === 0 || from === 0) return
    const [source, target] = [pairKey(from, rows.get(row, 'fromField')), pairKey(tag, rows.get(row, 'field'))]
    const list = this.to.get(source)
    if (!list) this.to.set(source, [target])
    else if (!list.includes(target)) list.push(target)
  }

  /** Carries every function on to all fields that it can come to stand in. */
  follow(targets: Map<number, number[]>): void {
    const queue = [...this.to.keys()].filter((field) => targets.has(field))
    for (let source = queue.pop(); source !== undefined; source = queue.pop())
      for (const target of this.to.get(source) ?? []) {
        const known = targets.get(target) ?? []
        const added = targets.get(source)!.filter((fn) => !known.includes(fn))
        if (added.length === 0) continue
        targets.set(target, [...known, ...added])
        queue.push(target)
      }
  }
}

export function addFieldCalls(linker: Linker, f: number, targets: FieldTargets): void {
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
  addPointerCalls(linker, f, targets)
}

/** A call through a field of a struct, in a line of the function `from`. */
function addCall(linker: Linker, targets: FieldTargets, from: number, tag: number, field: number, line: number): void {
  const { graph, unresolved, names } = linker
  const text = names.text(tag)
  if (isCutField(text, names.text(field)) || isUserEntered(text)) return
  const found = targets.get(pairKey(tag, field))
  if (!found) unresolved.emptyFields++
  const kind = (found?.length ?? 0) > FEW_TARGETS ? kindNumber['wide field'] : kindNumber.field
  for (const to of found ?? []) graph.add(from, to, kind, line, tag)
}

/** `fn = a; ... fn(x)`, `fn = ops->run; ... fn(x)`: a local pointer is what its own function put into it. */
function addPointerCalls(linker: Linker, f: number, targets: FieldTargets): void {
  const { symbols, graph, unresolved } = linker
  const facts = linker.facts(f)
  const calls = facts.rows('calls')
  let values: ReadonlyMap<number, readonly number[]> | null = null
  for (let call = 0; call < calls.count; call++) {
    if (calls.get(call, 'shape') !== CallShape.pointer) continue
    values ??= localValues(facts)
    const pointer = calls.get(call, 'callee')
    const rows = values.get(pairKey(pointer, calls.get(call, 'owner')))
    if (!rows) unresolved.pointerCalls++
    const from = symbols.first[f]! + calls.get(call, 'owner')
    const line = calls.get(call, 'line')
    const assignments = facts.rows('assignments')
    for (const row of rows ?? []) {
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

/** Rows that assign to a local pointer, by its name and function. */
function localValues(facts: FileFacts): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>()
  const rows = facts.rows('assignments')
  for (let row = 0; row < rows.count; row++) {
    if (rows.get(row, 'rootKind') !== RootKind.local) continue
    const key = pairKey(rows.get(row, 'root'), rows.get(row, 'owner'))
    const list = found.get(key)
    if (list) list.push(row)
    else found.set(key, [row])
  }
  return found
}
