/** C as plain text, read without any of the engine's code: the tests' second opinion. */

/** Comments and the contents of strings blanked; length and lines stay. */
export function blanked(text: string): string {
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/(?:\\\n|[^\n])*|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])+'/g,
    (found) => found.replace(/[^\n]/g, ' '),
  )
}

/** 1-based, both inclusive. */
export interface Lines {
  readonly first: number
  readonly last: number
}

/**
 * Lines of the function, or the function-like macro, whose name stands on `line`, or of the macro whose use there makes
 * the function by pasting its name together; null if nothing of the kind is there. Rows are lines of blanked text.
 */
export function definitionAt(rows: readonly string[], name: string, line: number): Lines | null {
  const row = rows[line - 1] ?? ''
  if (new RegExp(`^\\s*#\\s*define\\s+${name}\\b`).test(row)) return { first: line, last: lastOfDirective(rows, line) }
  if (new RegExp(`\\b${name}\\b`).test(row)) return functionAt(rows, line)
  const maker = /^\s*([A-Z_][A-Z0-9_]*)\s*\(/.exec(row)?.[1]
  if (maker === undefined || !pastes(rows, maker, name)) return null
  return { first: line, last: line }
}

/** Braces are counted; of `#if` branches only the first counts, as each of them may open the same block. */
function functionAt(rows: readonly string[], line: number): Lines | null {
  let depth = 0
  let isOpen = false
  let last = line - 1
  for (const row of firstBranches(rows, line)) {
    last++
    for (const mark of row) {
      if (mark === ';' && !isOpen) return null
      if (mark === '{') {
        depth++
        isOpen = true
      } else if (mark === '}') depth--
      if (isOpen && depth === 0) return { first: line, last }
    }
  }
  return null
}

/** Directives, and what stands behind `#else`, blanked. An `#else` or `#endif` of an `#if` further up opens nothing. */
function* firstBranches(rows: readonly string[], line: number): Generator<string> {
  const taken: boolean[] = []
  let isDirective = false
  for (let at = line - 1; at < rows.length; at++) {
    const row = rows[at]!
    const word: string | undefined = isDirective ? undefined : /^\s*#\s*(\w+)/.exec(row)?.[1]
    const isBlank = isDirective || word !== undefined || taken.includes(false)
    isDirective = (isDirective || word !== undefined) && row.trimEnd().endsWith('\\')
    if (word?.startsWith('if')) taken.push(true)
    else if (word?.startsWith('el')) taken.splice(-1, 1, false)
    else if (word === 'endif') taken.pop()
    yield isBlank ? '' : row
  }
}

function lastOfDirective(rows: readonly string[], line: number): number {
  let last = line
  while (rows[last - 1]?.trimEnd().endsWith('\\')) last++
  return last
}

/** Whether the macro `maker` of the same file has a piece of `name` beside a `##`. */
function pastes(rows: readonly string[], maker: string, name: string): boolean {
  const at = rows.findIndex((row) => new RegExp(`^\\s*#\\s*define\\s+${maker}\\b`).test(row))
  if (at < 0) return false
  const body = rows.slice(at, lastOfDirective(rows, at + 1)).join('\n')
  const pieces = [...body.matchAll(/(\w+)\s*##|##\s*(\w+)/g)].map(([, left, right]) => left ?? right!)
  return pieces.some((piece) => name.startsWith(piece) || name.endsWith(piece))
}

/** Numbers of the lines of all `#define`s, whole: with the lines that they go on to. */
export function defineLines(rows: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>()
  for (const [i, row] of rows.entries()) {
    if (!/^\s*#\s*define\b/.test(row)) continue
    for (let line = i + 1; line <= lastOfDirective(rows, i + 1); line++) found.add(line)
  }
  return found
}

/** Lines that no configuration compiles: between `#if 0` and its `#else`, and behind the `#else` of `#if 1`. */
export function deadLines(rows: readonly string[]): ReadonlySet<number> {
  const found = new Set<number>()
  const dead: { isNow: boolean; behindElse: boolean }[] = []
  for (const [i, row] of rows.entries()) {
    const [, word = '', condition = ''] = /^\s*#\s*(\w+)\s*(\S*)/.exec(row) ?? []
    if (word.startsWith('if')) dead.push({ isNow: condition === '0', behindElse: condition === '1' })
    else if (word.startsWith('el')) dead.push({ isNow: dead.at(-1)!.behindElse, behindElse: dead.pop()!.behindElse })
    else if (word === 'endif') dead.pop()
    else if (dead.some((d) => d.isNow)) found.add(i + 1)
  }
  return found
}

export interface FunctionHead extends Lines {
  readonly name: string
  readonly parameters: readonly string[]
}

/** The function around a line: kernel style, its brace stands alone in the first column and its head right above. */
export function functionAround(rows: readonly string[], line: number): FunctionHead | null {
  let brace = line
  while (brace > 0 && rows[brace - 1]!.trimEnd() !== '{') brace--
  let first = brace
  while (first > 1 && !/^\s*$|[;}]\s*$|^\s*#/.test(rows[first - 2]!)) first--
  const head = rows.slice(first - 1, brace - 1).join(' ')
  const [, name, list] = /(\w+)\s*\(([^()]*)\)\s*$/.exec(head) ?? []
  if (name === undefined) return null
  const parameters = list!.split(',').map((p) => /(\w+)\s*(?:\[.*)?$/.exec(p.trim())?.[1] ?? '')
  return { name, parameters, first, last: functionAt(rows, first)?.last ?? line }
}

/** Arguments of the call whose name stands on a line, without white space; null if there is no such call. */
export function argumentsAt(rows: readonly string[], line: number, callee: string): readonly string[] | null {
  const text = rows.slice(line - 1, line + 9).join(' ')
  const from = new RegExp(`\\b${callee}\\s*\\(`).exec(text)
  if (!from) return null
  const list: string[] = ['']
  let depth = 1
  for (const mark of text.slice(from.index + from[0].length)) {
    if (mark === '(') depth++
    else if (mark === ')' && --depth === 0) return list
    if (mark === ',' && depth === 1) list.push('')
    else if (mark.trim() !== '') list[list.length - 1] += mark
  }
  return null
}
