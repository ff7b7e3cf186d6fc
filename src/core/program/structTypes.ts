/** Struct fields of the tree: what a field has or points to, and which field stands at a position. */
import type { IndexedFile } from '../index/treeIndex.js'

/** One number from two name ids; ids stay far below 2^26. */
export function pairKey(a: number, b: number): number {
  return a * 0x4000000 + b
}

const AMBIGUOUS = -1

export class StructTypes {
  private readonly types = new Map<number, number>()
  private readonly fieldsAt = new Map<number, number>()
  private readonly variables = new Map<number, number>()
  private readonly byFile = new Map<number, Map<number, number>>()

  constructor(files: readonly IndexedFile[]) {
    for (const [f, { facts }] of files.entries()) {
      if (!facts) continue
      const fields = facts.rows('fields')
      for (let row = 0; row < fields.count; row++) {
        const tag = fields.get(row, 'tag')
        const name = fields.get(row, 'name')
        put(this.types, pairKey(tag, name), fields.get(row, 'type'))
        put(this.fieldsAt, pairKey(tag, fields.get(row, 'order')), name)
      }
      const variables = facts.rows('variables')
      if (variables.count > 0) this.addVariables(f, variables.count, (row, c) => variables.get(row, c))
    }
  }

  private addVariables(f: number, count: number, get: (row: number, column: 'name' | 'tag') => number): void {
    const own = new Map<number, number>()
    for (let row = 0; row < count; row++) {
      own.set(get(row, 'name'), get(row, 'tag'))
      put(this.variables, get(row, 'name'), get(row, 'tag'))
    }
    this.byFile.set(f, own)
  }

  /** Struct tag of a field, or that it points to; 0 if it is none or structs of one name disagree. */
  typeOf(tag: number, field: number): number {
    return Math.max(0, this.types.get(pairKey(tag, field)) ?? 0)
  }

  /** Name of the field at a position of a positional initialiser, 0 if it is not known. */
  fieldAt(tag: number, position: number): number {
    return Math.max(0, this.fieldsAt.get(pairKey(tag, position)) ?? 0)
  }

  /** Struct tag of a variable at file scope as seen from file `f`, 0 if unknown. */
  variableTag(f: number, name: number): number {
    return this.byFile.get(f)?.get(name) ?? Math.max(0, this.variables.get(name) ?? 0)
  }
}

function put(map: Map<number, number>, key: number, value: number): void {
  const old = map.get(key)
  if (old === undefined) map.set(key, value)
  else if (old !== value) map.set(key, AMBIGUOUS)
}
