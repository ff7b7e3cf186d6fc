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

/** Columns as wide as they need to be; the last one, which holds sentences, goes on below. */
function tableLines(rows: readonly (readonly string[])[]): string[] {
  const count = Math.max(...rows.map((row) => row.length))
  const widths = Array.from({ length: count }, (_, c) => Math.max(...rows.map((row) => (row[c] ?? '').length)))
  return rows.flatMap((row) => {
    const before = row.slice(0, -1).map((cell, c) => cell.padEnd(widths[c]!))
    return wrapped(row.at(-1) ?? '', `  ${before.join('  ')}  `)
  })
}

function wrapped(text: string, first: string): string[] {
  const room = Math.max(30, WIDTH - first.length)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > room) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  lines.push(line)
  return lines.map((one, i) => `${i === 0 ? first : ' '.repeat(first.length)}${one}`.trimEnd())
}

/** Without escapes, emphasis, code marks and the targets of links. */
function plain(text: string): string {
  return text
    .replace(/(?<!\\)\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(?<!\\)(\*\*|`)/g, '')
    .replace(/\\([\\<>*[\]`|_])/g, '$1')
    .trimEnd()
}
