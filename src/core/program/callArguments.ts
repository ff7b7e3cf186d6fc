/**
 * Arguments of calls, as text: read where a call is looked at, for a file's facts do not hold them. Callers are asked for
 * in the order of their files.
 */
import type { Program } from './linker.js'

/** Text of a file, one character a byte; null if it cannot be read. */
export type ReadSource = (path: string) => string | null

interface FileText {
  readonly number: number
  readonly text: string
}

/** A call with constants is read as far as this. */
const CALL_LINES = 5
const FIELD_CALL = /(?:->|\.)\s*\w+\s*(?:\[[^\]]*\])?\s*\(/g

export class CallArguments {
  /** The file asked for last. */
  private file: FileText = { number: -1, text: '' }

  constructor(
    private readonly program: Program,
    private readonly read: ReadSource,
  ) {}

  /**
   * Text of an argument of the call that begins in a line, null if it cannot be read plainly, or if another call of the
   * kind begins there. `callee` null: of a field call.
   */
  of(from: number, line: number, callee: string | null, position: number): string | null {
    const text = this.textOfCall(from, line)
    const head = callee === null ? FIELD_CALL : new RegExp(`\\b${callee}\\s*\\(`, 'g')
    const end = text.indexOf('\n')
    const calls = [...text.matchAll(head)].filter(({ index }) => end < 0 || index < end)
    const [only] = calls
    return only && calls.length === 1 ? argumentAt(text, only.index + only[0].length, position) : null
  }

  /** Lines are counted from the parenthesis of the function's parameters, on whose line it is said to stand. */
  private textOfCall(fn: number, line: number): string {
    const { symbols, index } = this.program
    const file = symbols.file[fn]!
    const functions = index.files[file]!.facts!.rows('functions')
    const row = fn - symbols.first[file]!
    const text = this.textOf(file)
    const lines = line - functions.get(row, 'line')
    const start =
      lines < 0
        ? behindLines(text, 0, line - 1)
        : behindLines(text, Math.max(0, text.indexOf('(', functions.get(row, 'nameAt'))), lines)
    return text.slice(start, behindLines(text, start, CALL_LINES))
  }

  textOf(file: number): string {
    if (this.file.number !== file)
      this.file = { number: file, text: this.read(this.program.index.files[file]!.path) ?? '' }
    return this.file.text
  }
}

/** Where a text goes on behind so many line ends. */
function behindLines(text: string, at: number, lines: number): number {
  for (let left = lines; left > 0; left--) {
    const end = text.indexOf('\n', at)
    if (end < 0) return text.length
    at = end + 1
  }
  return at
}

/** The trimmed text of argument `position` of the call whose parenthesis ends before `at`. */
function argumentAt(text: string, at: number, position: number): string | null {
  let depth = 1
  let start = at
  for (let i = at; i < text.length; i++) {
    const c = text[i]!
    if (c === '(' || c === '[' || c === '{') depth++
    else if (c === ')' || c === ']' || c === '}') depth--
    if (depth === 0 || (depth === 1 && c === ',')) {
      if (position-- === 0) return text.slice(start, i).trim()
      if (depth === 0) return null
      start = i + 1
    }
  }
  return null
}
