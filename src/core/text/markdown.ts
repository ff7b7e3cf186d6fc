/** Text put into Markdown so that it stays text, whatever it holds. */
import { terminalText } from './terminal.js'

/** For what we write ourselves. Markdown takes `<`, `*` and `[` for its own, and `_` except inside a word. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\<>*[\]`|]|(?<!\w)_|_(?!\w)/g, '\\$&')
}

/**
 * For what a tree or a mail gives: one line without markup, without GitHub's names, numbers and formulas, without links
 * that a bare address would make, and without what turns the start of a line into a list or a heading.
 */
export function foreignMarkdown(text: string): string {
  return escapeMarkdown(terminalText(text))
    .replace(/&/g, '&amp;')
    .replace(/[~$]/g, '\\$&')
    .replace(/#(?=\d)/g, '\\#')
    .replace(/@/g, '&#64;')
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, -1)}&#46;`)
    .replace(/^(\s*)(#|[-+=]|\d+(?=[.)](?:\s|$)))/, (_, blanks: string, mark: string) =>
      /\d/.test(mark) ? `${blanks}${mark}\\` : `${blanks}\\${mark}`,
    )
}

/** A code span of foreign text, with longer fences than any run of backticks in it. */
export function foreignCode(text: string): string {
  const shown = terminalText(text)
  if (shown.trim() === '') return '` `'
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 || /^ | $/.test(shown) ? ' ' : ''
  return `${fence}${pad}${shown}${pad}${fence}`
}

/** The same in the cell of a table, which a bar would end; next to a backslash no escape of it is safe. */
export function foreignCodeCell(text: string): string {
  return foreignCode(text.includes('\\') ? text.replaceAll('|', '\u2502') : text.replaceAll('|', '\\|'))
}
