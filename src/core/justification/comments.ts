/** The comments of a C text, as sentences without their decoration. */

export interface Comment {
  /** Offsets in the text: where the comment's first mark stands, and behind its last. */
  readonly start: number
  readonly end: number
  /** What it says, without stars and slashes; lines are kept. */
  readonly says: string
  /** It opens with two stars: kernel-doc, or a DOC: block. */
  readonly isDoc: boolean
}

/** All comments in order. Lines of `//` that follow one another are one comment; those behind code stand alone. */
export function commentsOf(text: string): readonly Comment[] {
  const found: Comment[] = []
  for (let at = 0; at < text.length; ) {
    const next = skipped(text, at)
    if (next.comment) found.push(next.comment)
    at = next.end
  }
  return joined(found, text)
}

const QUOTE = /["']/

/** What stands at an offset: a comment, a literal that may look like one, or a character of code. */
function skipped(text: string, at: number): { readonly end: number; readonly comment?: Comment } {
  if (text.startsWith('/*', at)) {
    const close = text.indexOf('*/', at + 2)
    const end = close < 0 ? text.length : close + 2
    const isDoc = text[at + 2] === '*' && text[at + 3] !== '/' && text[at + 3] !== '*'
    return { end, comment: { start: at, end, says: withoutStars(text.slice(at, end)), isDoc } }
  }
  if (text.startsWith('//', at)) {
    const line = text.indexOf('\n', at)
    const end = line < 0 ? text.length : line
    return { end, comment: { start: at, end, says: text.slice(at, end).replace(/^\/+/, '').trim(), isDoc: false } }
  }
  const quote = text[at]!
  if (!QUOTE.test(quote)) return { end: at + 1 }
  let end = at + 1
  while (end < text.length && text[end] !== quote && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1
  return { end: end + 1 }
}

function withoutStars(comment: string): string {
  return comment
    .replace(/^\/\*+/, '')
    .replace(/\*+\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trimEnd())
    .join('\n')
    .trim()
}

function joined(comments: readonly Comment[], text: string): readonly Comment[] {
  const result: Comment[] = []
  for (const comment of comments) {
    const last = result.at(-1)
    const isLine = (c: Comment): boolean => text.startsWith('//', c.start)
    const follows = last && isLine(last) && isLine(comment) && /^\n[ \t]*$/.test(text.slice(last.end, comment.start))
    if (follows && startsLine(text, last.start))
      result[result.length - 1] = { ...last, end: comment.end, says: `${last.says}\n${comment.says}` }
    else result.push(comment)
  }
  return result
}

/** Whether only white space stands before an offset in its line. */
export function startsLine(text: string, at: number): boolean {
  return /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 200), at))
}
