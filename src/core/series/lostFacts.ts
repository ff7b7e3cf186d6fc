/**
 * What the files of a series have lost or kept of what makes edges of the call graph: calls, names used as values, lines
 * of tables. What a series only adds can be seen in the paths behind it; what it takes away can not.
 */
import type { FileFacts, Section } from '../index/facts.js'
import type { Names } from '../index/names.js'

/** The columns of each kind of row that tell what it leads to, beside the function that it stands in. */
const TELLING = {
  functions: ['name'],
  calls: ['callee'],
  fieldCalls: ['root', 'mid', 'field'],
  values: ['name', 'context', 'tag'],
  tables: ['tag', 'path', 'value'],
  fileMacros: ['name', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5'],
} as const satisfies Partial<Record<Section, readonly string[]>>
type Telling = keyof typeof TELLING

const OWNED: ReadonlySet<Telling> = new Set<Telling>(['calls', 'fieldCalls', 'values'])

/** True if something is gone that could lead to a write; `leadsToWrite` is asked of functions by name. */
export function losesFacts(
  before: FileFacts,
  after: FileFacts | null,
  names: Names,
  leadsToWrite: (name: string) => boolean,
): boolean {
  return (Object.keys(TELLING) as Telling[]).some((section) => {
    const kept = new Set(after ? rowsOf(after, section).map(({ key }) => key) : [])
    const lost = rowsOf(before, section).filter(({ key }) => !kept.has(key))
    return section === 'calls' ? lost.some(({ first }) => leadsToWrite(names.text(first))) : lost.length > 0
  })
}

/** `caller callee` of every call by name. */
export function callsIn(facts: FileFacts, names: Names): readonly string[] {
  return rowsOf(facts, 'calls').map(({ owner, first }) => `${names.text(owner)} ${names.text(first)}`)
}

function rowsOf(facts: FileFacts, section: Telling): readonly { owner: number; first: number; key: string }[] {
  const rows = facts.rows(section as 'calls')
  const functions = facts.rows('functions')
  const columns = TELLING[section] as readonly 'callee'[]
  return Array.from({ length: rows.count }, (_, row) => {
    const owner = OWNED.has(section) ? functions.get(rows.get(row, 'owner'), 'name') : 0
    const values = columns.map((column) => rows.get(row, column))
    return { owner, first: values[0]!, key: [owner, ...values].join(' ') }
  })
}
