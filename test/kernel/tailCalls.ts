/** Calls that a function ends in, read from its text: the compiler may jump there, and the function leaves no frame. */

/**
 * Whether a function has nothing left to do behind the call that stands on `line`. Rows are code with comments, strings
 * and directives blanked; a call of a function that `isEmpty` is nothing.
 */
export function endsAfter(
  rows: readonly string[],
  line: number,
  call: RegExp,
  isEmpty: (name: string) => boolean,
): boolean {
  const text = rows.slice(line - 1, line + 40).join('\n')
  const found = call.exec(text)
  if (!found) return false
  const before = [...rows.slice(Math.max(0, line - 4), line - 1), text.slice(0, found.index)].join('\n')
  if (/\breturn\b[^;{}]*$/.test(before)) return true
  const assigned = /[;{})]\s*(\w+)\s*=\s*$/.exec(before)?.[1]
  const rest = text.slice(closing(text, found.index + found[0].length)).replace(/^[^;]*;/, '')
  return isNothing(rest, assigned, isEmpty)
}

/** Whether what follows a statement only returns, with what was `assigned` there if anything. */
function isNothing(rest: string, assigned: string | undefined, isEmpty: (name: string) => boolean): boolean {
  for (let text = rest; ; ) {
    if (/^\s*\n\}/.test(text)) return assigned === undefined
    text = text.trimStart()
    const returned = /^return\b\s*(\w*)\s*;/.exec(text)
    if (returned) return returned[1] === '' || assigned === undefined || returned[1] === assigned
    const next = behindNothing(text, isEmpty)
    if (next === null) return false
    text = next
  }
}

/** The text behind a closing brace, a `break`, a label, the other branch of an `if` or an empty call; null for more. */
function behindNothing(text: string, isEmpty: (name: string) => boolean): string | null {
  const mark = /^(?:\}|break;|\w+:(?!:))/.exec(text)?.[0]
  if (mark !== undefined) return text.slice(mark.length)
  const called = /^(\w+)\([^;{]*\);/.exec(text)
  if (called && isEmpty(called[1]!)) return text.slice(called[0].length)
  const other = /^else\b(?:[^;{]*;|[^{;]*\{)/.exec(text)?.[0]
  if (other === undefined) return null
  return text.slice(other.endsWith('{') ? closing(text, other.length) : other.length)
}

/** Offset behind the bracket that closes what is open at `from`. */
function closing(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if ('({'.includes(text[at]!)) depth++
    else if (')}'.includes(text[at]!) && --depth === 0) return at + 1
  }
  return text.length
}
