/** A file's text without what the configuration reviewed does not compile, as the index has found it; length kept. */
import { DeadKind, type FileFacts } from '../index/facts.js'

export function withoutDeadCode(text: string, facts: FileFacts): string {
  const rows = facts.rows('dead')
  if (rows.count === 0) return text
  const pieces: string[] = []
  let at = 0
  for (let row = 0; row < rows.count; row++) {
    const [start, end] = [rows.get(row, 'start'), rows.get(row, 'end')]
    pieces.push(text.slice(at, start), replacement(text.slice(start, end), rows.get(row, 'kind')))
    at = end
  }
  pieces.push(text.slice(at))
  return pieces.join('')
}

/** `#elif X` is longer than either directive that can be left of it. */
function replacement(dead: string, kind: number): string {
  if (kind === DeadKind.if) return dead.replace(/^#(\s*)elif/, '#$1if  ')
  const blank = dead.replace(/[^\r\n]/g, ' ')
  return kind === DeadKind.else ? `#else${blank.slice(5)}` : blank
}
