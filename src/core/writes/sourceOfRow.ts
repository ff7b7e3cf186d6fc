import type { FunctionSource } from '../guards/readFunction.js'
import { type FileFacts, FunctionFlag } from '../index/facts.js'

/** Where a function's text stands in its file; null for one that a macro made. */
export function sourceOfRow(text: string, facts: FileFacts, row: number): FunctionSource | null {
  const rows = facts.rows('functions')
  const flags = rows.get(row, 'flags')
  if (flags & FunctionFlag.expanded) return null
  const isMacro = (flags & FunctionFlag.macro) !== 0
  return { file: text, start: rows.get(row, isMacro ? 'body' : 'start'), end: rows.get(row, 'end'), isMacro }
}
