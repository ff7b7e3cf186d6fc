/** Our own generated Markdown as plain text for a terminal: the page that `explain` prints is the page that ships. */

const WIDTH = 100

export function pageText(markdown: string): string {
  const lines: string[] = []
  let isCode = false
  let table: string[][] = []
  const endTable = (): void => {
    if (table.length > 0) lines.push(...tableLines(table))
    table = []
  }
  for (const line of markdown.split('\n')) {
    if (line.startsWith('```')) {
      isCode = !isCode
      continue
    }
    if (isCode) {
      lines.push(line === '' ? '' : `    ${line.replaceAll('\t', '        ')}`)
      continue
    }
    if (line.startsWith('|')) {
      if (!/^\|[-|]+\|$/.test(line)) table.push(cells(line))
      continue
    }
    endTable()
    if (!line.startsWith('<!--')) lines.push(...textLines(line))
  }
  endTable()
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
}

function textLines(line: string): string[] {
  const [, level, title] = /^(#+) (.*)$/.exec(line) ?? []
  if (title !== undefined) return level!.length === 1 ? [plain(title)] : ['', plain(title).toUpperCase()]
  const [, bullet = '', text = ''] = /^(- )?(.*)$/.exec(line) ?? []
  return wrapped(plain(text), bullet)
}

function cells(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim()))
}

const WIDEST_COLUMN = 32

/** Columns as wide as they need to be and no wider than that; what a cell cannot hold goes on below. */
function tableLines(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, c) =>
    Math.min(WIDEST_COLUMN, Math.max(...rows.map((row) => (row[c] ?? '').length))),
  )
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 2)
  widths[count - 1] = Math.max(WIDEST_COLUMN, WIDTH - before)
  return rows.flatMap((row) => {
    const cells = widths.map((width, c) => broken(row[c] ?? '', width))
    const height = Math.max(...cells.map((lines) => lines.length))
    return Array.from({ length: height }, (_, i) =>
      `  ${cells.map((lines, c) => (lines[i] ?? '').padEnd(widths[c]!)).join('  ')}`.trimEnd(),
    )
  })
}

function wrapped(text: string, first: string): string[] {
  const lines = broken(text, Math.max(30, WIDTH - first.length))
  return lines.map((one, i) => `${i === 0 ? first : ' '.repeat(first.length)}${one}`.trimEnd())
}

/** Lines of whole words; a word that is wider stands alone. */
function broken(text: string, room: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** Without escapes, emphasis, code marks and the targets of links. */
function plain(text: string): string {
  return text
    .replace(/(?<!\\)\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(?<!\\)(\*\*|`)/g, '')
    .replace(/\\([\\<>*[\]`|_])/g, '$1')
    .trimEnd()
}
