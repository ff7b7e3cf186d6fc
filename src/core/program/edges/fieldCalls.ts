/**
 * `drv->probe(...)`: edges to the functions that some initialiser or assignment puts into that field of that struct.
 * A call whose struct cannot be told is counted, not linked: a field's name alone proves nothing.
 */
import { RootKind, type Rows, ValueUse } from '../../index/facts.js'
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
    const values = linker.facts(f).rows('values')
    for (let row = 0; row < values.count; row++)
      if (values.get(row, 'use') === ValueUse.assigned && linker.symbols.isDefined(values.get(row, 'name')))
        put(values.get(row, 'tag'), values.get(row, 'context'), values.get(row, 'name'))
  }
  return targets
}

export function addFieldCalls(linker: Linker, f: number, targets: FieldTargets): void {
  const { symbols, graph, unresolved } = linker
  const rows = linker.facts(f).rows('fieldCalls')
  for (let row = 0; row < rows.count; row++) {
    const field = rows.get(row, 'field')
    const tag = structOf(linker, f, rows, row)
    const text = linker.names.text(tag)
    if (tag === 0) {
      unresolved.indirectCalls++
      continue
    }
    if (isCutField(text, linker.names.text(field)) || isUserEntered(text)) continue
    const found = targets.get(pairKey(tag, field))
    if (!found) unresolved.emptyFields++
    const from = symbols.first[f]! + rows.get(row, 'owner')
    const kind = (found?.length ?? 0) > FEW_TARGETS ? kindNumber['wide field'] : kindNumber.field
    for (const to of found ?? []) graph.add(from, to, kind, rows.get(row, 'line'), tag)
  }
}

/** Struct that the called field belongs to, 0 if it cannot be told. */
function structOf(linker: Linker, f: number, rows: Rows<'fieldCalls'>, row: number): number {
  const root = rows.get(row, 'root')
  let tag = 0
  if (rows.get(row, 'rootKind') === RootKind.tag) tag = root
  else if (rows.get(row, 'rootKind') === RootKind.variable) tag = linker.structs.variableTag(f, root)
  else if (rows.get(row, 'rootKind') === RootKind.returned) tag = linker.returnTag(root)
  const middle = rows.get(row, 'mid')
  return middle === 0 ? tag : linker.followPath(tag, linker.names.text(middle).split('.'))
}
