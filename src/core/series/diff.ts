/**
 * A diff to its files and hunks, by the counts in each `@@` line: a line that looks like a header, a signature or
 * another diff is what the counts say it is. Text is bytes, one character each.
 */

export interface HunkLine {
  readonly kind: ' ' | '-' | '+'
  /** With its line end, unless the file ends without one. */
  readonly text: string
  /** Line of the diff text, from 0. */
  readonly at: number
}

export interface Hunk {
  /** From 1, in its file. */
  readonly number: number
  readonly oldStart: number
  readonly oldCount: number
  readonly newStart: number
  readonly newCount: number
  /** What stands behind the second `@@`: the function that the hunk is in, as its author saw it. */
  readonly section: string
  readonly lines: readonly HunkLine[]
  /** Line of the `@@` line in the diff text, from 0. */
  readonly at: number
}

export interface FileDiff {
  /** Paths relative to the root; null for a file that is new or deleted. */
  readonly from: string | null
  readonly to: string | null
  readonly isRename: boolean
  readonly isCopy: boolean
  readonly isBinary: boolean
  readonly newMode: string | null
  readonly hunks: readonly Hunk[]
  /** What is wrong with it: it is not applied then. */
  readonly problem: string | null
  /** True if a name in it leads out of the tree, or is none: nothing that came with it can be trusted. */
  readonly hasBadName: boolean
}

/** Where a diff begins in a mail's body, as an offset; -1 if there is none. */
export function diffStart(body: string): number {
  return body.search(/^(?:diff --git |Index: \S|diff -\S+ |--- (?:a\/|"a\/|\/dev\/null|[^\n]*\n\+\+\+ )(?:[^\n]*))/m)
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/

export function parseDiff(text: string): readonly FileDiff[] {
  return new DiffReader(text.split('\n')).files()
}

class DiffReader {
  private at = 0

  constructor(private readonly lines: readonly string[]) {}

  files(): readonly FileDiff[] {
    const found: FileDiff[] = []
    while (this.at < this.lines.length) {
      const file = this.file()
      if (file) found.push(file)
      else this.at++
    }
    return found
  }

  private line(ahead = 0): string {
    return this.lines[this.at + ahead] ?? ''
  }

  private file(): FileDiff | null {
    const line = this.line()
    if (line.startsWith('diff --git ')) return this.gitFile()
    if (line.startsWith('--- ') && this.line(1).startsWith('+++ ') && HUNK.test(this.line(2))) return this.plainFile()
    return null
  }

  private gitFile(): FileDiff {
    const names = gitNames(this.line().slice('diff --git '.length))
    this.at++
    const extended = new Map<string, string>()
    let isBinary = false
    for (; this.at < this.lines.length; this.at++) {
      const line = this.line()
      const header =
        /^(old mode|new mode|deleted file mode|new file mode|rename from|rename to|copy from|copy to|similarity index|dissimilarity index|index) (.*)$/.exec(
          line,
        )
      if (header) extended.set(header[1]!, header[2]!)
      else if (/^(?:GIT binary patch|Binary files .* differ)$/.test(line)) isBinary = true
      else break
    }
    if (isBinary) this.skipBinary()
    const isNew = extended.has('new file mode')
    const isGone = extended.has('deleted file mode')
    let from = extended.get('rename from') ?? extended.get('copy from') ?? names?.from ?? null
    let to = extended.get('rename to') ?? extended.get('copy to') ?? names?.to ?? null
    if (this.line().startsWith('--- ') && this.line(1).startsWith('+++ ')) {
      from = fileName(this.line().slice(4), 'a/') ?? from
      to = fileName(this.line(1).slice(4), 'b/') ?? to
      this.at += 2
    }
    from = unquote(from)
    to = unquote(to)
    return {
      from: isNew || from === '/dev/null' ? null : from,
      to: isGone || to === '/dev/null' ? null : to,
      isRename: extended.has('rename from'),
      isCopy: extended.has('copy from'),
      isBinary,
      newMode: extended.get('new mode') ?? extended.get('new file mode') ?? null,
      ...this.hunksOf([from, to]),
    }
  }

  private plainFile(): FileDiff {
    const from = unquote(fileName(this.line().slice(4), 'a/'))
    const to = unquote(fileName(this.line(1).slice(4), 'b/'))
    this.at += 2
    return {
      from: from === '/dev/null' ? null : from,
      to: to === '/dev/null' ? null : to,
      isRename: false,
      isCopy: false,
      isBinary: false,
      newMode: null,
      ...this.hunksOf([from, to]),
    }
  }

  private hunksOf(names: readonly (string | null)[]): {
    readonly hunks: readonly Hunk[]
    readonly problem: string | null
    readonly hasBadName: boolean
  } {
    const hunks: Hunk[] = []
    let problem = names.map(problemOf).find((one) => one !== null) ?? null
    const hasBadName = problem !== null
    for (let m = HUNK.exec(this.line()); m; m = HUNK.exec(this.line())) {
      const { hunk, isWhole } = this.hunk(m, hunks.length + 1)
      hunks.push(hunk)
      if (!isWhole) problem ??= `hunk ${hunk.number} has fewer lines than its @@ line says`
    }
    return { hunks, problem, hasBadName }
  }

  private hunk(m: RegExpExecArray, number: number): { readonly hunk: Hunk; readonly isWhole: boolean } {
    const [oldStart, oldCount, newStart, newCount] = [m[1], m[2] ?? '1', m[3], m[4] ?? '1'].map(Number) as [
      number,
      number,
      number,
      number,
    ]
    const at = this.at++
    const lines: HunkLine[] = []
    let [old, fresh] = [oldCount, newCount]
    while ((old > 0 || fresh > 0) && this.at < this.lines.length) {
      const line = this.line()
      // Mail programs strip the space of an empty context line.
      const kind = line === '' || line === '\r' ? ' ' : line[0]!
      if (kind === '\\') {
        withoutLineEnd(lines)
        this.at++
        continue
      }
      if (kind !== ' ' && kind !== '-' && kind !== '+') break
      if ((kind !== '+' && old === 0) || (kind !== '-' && fresh === 0)) break
      lines.push({ kind, text: `${line === '' ? '' : line.slice(kind === line[0] ? 1 : 0)}\n`, at: this.at })
      if (kind !== '+') old--
      if (kind !== '-') fresh--
      this.at++
    }
    if (this.line().startsWith('\\ ')) {
      withoutLineEnd(lines)
      this.at++
    }
    const hunk = { number, oldStart, oldCount, newStart, newCount, section: m[5]!.trim(), lines, at }
    return { hunk, isWhole: old === 0 && fresh === 0 }
  }

  private skipBinary(): void {
    while (this.at < this.lines.length && !this.line().startsWith('diff --git ') && this.line() !== '-- ') this.at++
  }
}

function withoutLineEnd(lines: HunkLine[]): void {
  const last = lines.pop()
  if (last) lines.push({ ...last, text: last.text.replace(/\n$/, '') })
}

/** `a/x b/x`; both names are the same where no `---` line tells them apart. */
function gitNames(text: string): { readonly from: string; readonly to: string } | null {
  const quoted = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text)
  if (quoted) return { from: withoutPrefix(quoted[1]!, 'a/'), to: withoutPrefix(quoted[2]!, 'b/') }
  const half = (text.length - 1) / 2
  const [from, to] = [text.slice(0, half), text.slice(half + 1)]
  if (withoutPrefix(from, 'a/') !== withoutPrefix(to, 'b/')) return null
  return { from: withoutPrefix(from, 'a/'), to: withoutPrefix(to, 'b/') }
}

function fileName(text: string, prefix: string): string {
  const name = text.startsWith('"')
    ? (/^"(?:[^"\\]|\\.)*"/.exec(text)?.[0] ?? text)
    : text.replace(/\t.*$/, '').trimEnd()
  return withoutPrefix(name, prefix)
}

function withoutPrefix(name: string, prefix: string): string {
  if (name.startsWith(`"${prefix}`)) return `"${name.slice(1 + prefix.length)}`
  return name.startsWith(prefix) ? name.slice(prefix.length) : name
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', a: '\x07', f: '\f', v: '\v' }

function unquote(name: string | null): string | null {
  if (name === null || !name.startsWith('"') || !name.endsWith('"')) return name
  return name
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, what: string) =>
      /^[0-7]{3}$/.test(what) ? String.fromCharCode(Number.parseInt(what, 8) & 255) : (ESCAPES[what] ?? what),
    )
}

/** Names that leave the tree, are absolute or hold control characters are never followed. */
function problemOf(name: string | null): string | null {
  if (name === null || name === '/dev/null') return null
  if (name === '') return 'a file without a name'
  if (/[\x00-\x1f\x7f]/.test(name)) return 'a file name with control characters'
  if (name.startsWith('/') || /^[A-Za-z]:[\\/]/.test(name)) return `an absolute file name: ${name}`
  if (name.split('/').some((part) => part === '..' || part === '.git'))
    return `a file name that leaves the tree: ${name}`
  return null
}
