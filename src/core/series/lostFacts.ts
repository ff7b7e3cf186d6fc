/**
 * What the files of a series have lost or kept of what makes edges of the call graph: calls, names used as values, lines
 * of tables. What a series only adds can be seen in the paths behind it; what it takes away can not.
 */
import type { FileFacts, Section } from '../index/facts.js'
import type { Names } from '../index/names.js'
import { ACCESSORS } from '../writes/accessors.js'

/** The columns of each kind of row that tell what it leads to, beside the function that it stands in. */
const TELLING = {
  functions: ['name'],
  calls: ['callee'],
  fieldCalls: ['root', 'mid', 'field'],
  values: ['name', 'context', 'tag'],
  tables: ['value', 'tag', 'path'],
  fileMacros: ['name', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5'],
} as const satisfies Partial<Record<Section, readonly string[]>>
type Telling = keyof typeof TELLING

const OWNED: ReadonlySet<Telling> = new Set<Telling>(['calls', 'fieldCalls', 'values'])

/** The first telling column of a row, and all of them as one text. */
interface Row {
  /** Name of the function that it stands in, 0 for none. */
  readonly owner: number
  readonly first: number
  readonly key: string
}

/** True if something is gone that could lead to a write; `leadsToWrite` is asked of the names of functions. */
export function losesFacts(
  before: FileFacts,
  after: FileFacts | null,
  names: Names,
  leadsToWrite: (name: number) => boolean,
): boolean {
  const lost = (section: Telling): readonly Row[] => {
    const kept = new Set(after ? rowsOf(after, section).map(({ key }) => key) : [])
    return rowsOf(before, section).filter(({ key }) => !kept.has(key))
  }
  if (lost('fieldCalls').length > 0 || lost('fileMacros').length > 0) return true
  const gone = new Set(lost('functions').map(({ first }) => first))
  const writing = writingAmong(gone, before, names, leadsToWrite)
  const leads = ({ first }: Row): boolean => writing.has(first) || leadsToWrite(first)
  return writing.size > 0 || [...lost('calls'), ...lost('values'), ...lost('tables')].some(leads)
}

/** Of the functions that are gone, and no longer known to the tree, those that wrote or called what leads to a write. */
function writingAmong(
  gone: ReadonlySet<number>,
  before: FileFacts,
  names: Names,
  leadsToWrite: (name: number) => boolean,
): ReadonlySet<number> {
  const writing = new Set<number>()
  const calls = rowsOf(before, 'calls').filter(({ owner }) => gone.has(owner))
  const isWrite = (name: number): boolean => writing.has(name) || ACCESSORS.has(names.text(name)) || leadsToWrite(name)
  for (let found = -1; found < writing.size; ) {
    found = writing.size
    for (const { owner, first } of calls) if (isWrite(first)) writing.add(owner)
  }
  return writing
}

/** `caller callee` of every call by name. */
export function callsIn(facts: FileFacts, names: Names): readonly string[] {
  return rowsOf(facts, 'calls').map(({ owner, first }) => `${names.text(owner)} ${names.text(first)}`)
}

function rowsOf(facts: FileFacts, section: Telling): readonly Row[] {
  const rows = facts.rows(section as 'calls')
  const functions = facts.rows('functions')
  const columns = TELLING[section] as readonly string[] as readonly 'callee'[]
  return Array.from({ length: rows.count }, (_, row) => {
    const owner = OWNED.has(section) ? functions.get(rows.get(row, 'owner'), 'name') : 0
    const values = columns.map((column) => rows.get(row, column))
    return { owner, first: values[0]!, key: [owner, ...values].join(' ') }
  })
}
