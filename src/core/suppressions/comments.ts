/**
 * Suppressions in the code: a comment `liveupdate-review: ignore RULE: reason` on the line of the finding or the line
 * above. A text is one character a byte; files that hold no write are not looked at.
 */
import { decodeUtf8, Lines } from '../text/lines.js'
import type { Suppression } from './suppression.js'

const MARK = 'liveupdate-review:'

export function commentSuppressions(text: string, file: string): readonly Suppression[] {
  if (!text.includes(MARK)) return []
  const lines = new Lines(text)
  return [...commentsOf(text)]
    .filter(({ start, end }) => text.slice(start, end).includes(MARK))
    .flatMap(({ start, end }) => {
      const said = spoken(text.slice(start, end))
      const order = said.slice(said.indexOf(MARK) + MARK.length).trim()
      if (!/^ignore\b/.test(order)) return []
      const [, list = '', reason = ''] = /^ignore\b([^:]*):?([\s\S]*)$/.exec(order) ?? []
      const from = lines.placeOf(start)
      const to = lines.placeOf(end)
      const isAlone = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() === ''
      return [
        {
          kind: 'comment',
          rules: list.split(/[\s,]+/).filter((rule) => rule !== ''),
          site: null,
          covers: { from: from.line, to: isAlone ? to.line + 1 : to.line },
          reason: reason.trim() === '' ? null : decodeUtf8(reason.trim()),
          file,
          line: from.line,
          column: from.column,
          endLine: to.line,
          endColumn: to.column,
        } as const,
      ]
    })
}

/** A comment without its marks: `/*`, the stars of its lines, `//`. */
function spoken(comment: string): string {
  const inner = comment.startsWith('//') ? comment.slice(2) : comment.slice(2).replace(/\*\/$/, '')
  return inner.replace(/\s*\n\s*\*?\s*/g, ' ')
}

/** Where comments stand; what only looks like one, in a string, is passed over. */
function* commentsOf(text: string): Generator<{ readonly start: number; readonly end: number }> {
  for (let at = 0; at < text.length; at++) {
    const c = text[at]
    if (c === '"' || c === "'") {
      for (at++; at < text.length && text[at] !== c && text[at] !== '\n'; at++) if (text[at] === '\\') at++
    } else if (c === '/' && (text[at + 1] === '*' || text[at + 1] === '/')) {
      const close = text[at + 1] === '*' ? text.indexOf('*/', at + 2) : text.indexOf('\n', at)
      const end = close < 0 ? text.length : text[at + 1] === '*' ? close + 2 : close
      yield { start: at, end }
      at = end - 1
    }
  }
}
