/** Struct fields of the tree: what a field has or points to, and which field stands at a position. */
import type { Section } from '../index/facts.js'
import type { IndexedFile } from '../index/treeIndex.js'
import { PairMap } from './pairMap.js'

const AMBIGUOUS = -1

export class StructTypes {
  private readonly types: PairMap
  private readonly fieldsAt: PairMap
  private readonly variables = new Map<number, number>()
  private readonly ofFiles: PairMap

  constructor(files: readonly IndexedFile[]) {
    const all = (section: Section): number => files.reduce((sum, { facts }) => sum + (facts?.count(section) ?? 0), 0)
    this.types = new PairMap(all('fields'))
    this.fieldsAt = new PairMap(all('fields'))
    this.ofFiles = new PairMap(all('variables'))
    for (let f = 0; f < files.length; f++) {
      const { facts } = files[f]!
      if (!facts) continue
      const fields = facts.rows('fields')
      for (let row = 0; row < fields.count; row++) {
        const tag = fields.get(row, 'tag')
        const name = fields.get(row, 'name')
        put(this.types, tag, name, fields.get(row, 'type'))
        put(this.fieldsAt, tag, fields.get(row, 'order'), name)
      }
      const variables = facts.rows('variables')
      for (let row = 0; row < variables.count; row++)
        this.addVariable(f, variables.get(row, 'name'), variables.get(row, 'tag'))
    }
  }

  private addVariable(f: number, name: number, tag: number): void {
    this.ofFiles.set(f, name, tag)
    const known = this.variables.get(name)
    if (known !== tag) this.variables.set(name, known === undefined ? tag : AMBIGUOUS)
  }

  /** Struct tag of a field, or that it points to; 0 if it is none or structs of one name disagree. */
  typeOf(tag: number, field: number): number {
    return Math.max(0, this.types.get(tag, field) ?? 0)
  }

  /** Name of the field at a position of a positional initialiser, 0 if it is not known. */
  fieldAt(tag: number, position: number): number {
    return Math.max(0, this.fieldsAt.get(tag, position) ?? 0)
  }

  /** Struct tag of a variable at file scope as seen from file `f`, 0 if unknown. */
  variableTag(f: number, name: number): number {
    return this.ofFiles.get(f, name) ?? Math.max(0, this.variables.get(name) ?? 0)
  }
}

function put(map: PairMap, a: number, b: number, value: number): void {
  const known = map.get(a, b)
  if (known !== value) map.set(a, b, known === undefined ? value : AMBIGUOUS)
}
