/**
 * Text from a kernel tree as Markdown that cannot be anything but text: a condition, a path or a comment may hold
 * links, HTML or backticks that a hostile tree has put there.
 */

/** Plain text on one line: every ASCII punctuation mark escaped, `<` and `&` as entities. */
export function prose(text: string): string {
  return oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[!"#$%'()*+,\-./:=?@[\\\]^_`{|}~]/g, '\\$&')
}

/** A code span; the fence is longer than any run of backticks inside (CommonMark 0.31 §6.1). */
export function codeSpan(text: string): string {
  const line = oneLine(text)
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = longest > 0 ? ' ' : ''
  return line === '' ? '' : `${fence}${padding}${line}${padding}${fence}`
}

/** A link; `label` is Markdown already, `target` a URI. */
export function link(label: string, target: string): string {
  return `[${label}](${target.replace(/[\s()<>\\]/g, (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, '0')}`)})`
}

function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()
}
