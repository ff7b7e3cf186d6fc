/**
 * Hunks to a text, as GNU patch 2.7 does it (`locate_hunk` in its patch.c): at the line they name, then ever further
 * away, then with up to two lines of context left out at each end. Text is bytes, one character each.
 */
import type { Hunk, HunkLine } from './diff.js'

export interface AppliedHunk {
  readonly hunk: Hunk
  readonly how: 'exact' | 'offset' | 'fuzz' | 'failed'
  /** Line of the new text at which the hunk stands, from 1; null if it failed. */
  readonly line: number | null
  /** Lines away from where the hunk says. */
  readonly offset: number
  readonly fuzz: number
}

export interface Applied {
  readonly text: string
  readonly hunks: readonly AppliedHunk[]
  /** For each line of `text` the line of the old text that it was, from 1; 0 for a line that a hunk brought. */
  readonly origins: readonly number[]
}

const MOST_FUZZ = 2

export function applyHunks(text: string, hunks: readonly Hunk[]): Applied {
  return new Applier(linesOf(text)).run(hunks)
}

/** True if every hunk's new side stands in the text already, and the whole would not apply forwards. */
export function isApplied(text: string, hunks: readonly Hunk[]): boolean {
  if (hunks.length === 0) return false
  const isPlaced = ({ how }: AppliedHunk): boolean => how === 'exact' || how === 'offset'
  if (applyHunks(text, hunks).hunks.every(isPlaced)) return false
  return applyHunks(text, hunks.map(reversed)).hunks.every(isPlaced)
}

export function reversed(hunk: Hunk): Hunk {
  const turned = { ' ': ' ', '-': '+', '+': '-' } as const
  const lines = hunk.lines.map((line) => ({ ...line, kind: turned[line.kind] }))
  const { oldStart, oldCount, newStart, newCount } = hunk
  return { ...hunk, lines, oldStart: newStart, oldCount: newCount, newStart: oldStart, newCount: oldCount }
}

/** Lines with their ends; the last may have none. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/)
}

interface Pattern {
  readonly hunk: Hunk
  /** The old side. */
  readonly old: readonly string[]
  readonly prefix: number
  readonly suffix: number
  readonly context: number
}

class Applier {
  private readonly out: string[] = []
  private readonly origins: number[] = []
  /** Lines of the old text that are dealt with. */
  private frozen = 0
  /** How far the hunks before were from where they said. */
  private drift = 0

  constructor(private readonly lines: readonly string[]) {}

  run(hunks: readonly Hunk[]): Applied {
    const applied = hunks.map((hunk) => this.apply(hunk))
    this.copyTo(this.lines.length)
    return { text: this.out.join(''), hunks: applied, origins: this.origins }
  }

  private apply(hunk: Hunk): AppliedHunk {
    const pattern = patternOf(hunk)
    const most = Math.min(MOST_FUZZ, pattern.context)
    for (let fuzz = 0; fuzz <= most; fuzz++) {
      const where = this.locate(pattern, fuzz)
      if (where > 0) return this.place(pattern, where, fuzz)
    }
    return { hunk, how: 'failed', line: null, offset: 0, fuzz: 0 }
  }

  /** Line, from 1, at which the pattern stands; 0 if it does not. */
  private locate({ hunk, old, prefix, suffix, context }: Pattern, fuzz: number): number {
    const first = firstLine(hunk) + this.drift
    const prefixFuzz = fuzz + prefix - context
    const suffixFuzz = fuzz + suffix - context
    const highest = this.lines.length - (old.length - Math.max(0, suffixFuzz)) + 1
    const lowest = this.frozen + 1
    if (old.length === 0) return first
    if (prefixFuzz < 0 && firstLine(hunk) <= 1) {
      if (suffixFuzz < 0 && (old.length !== this.lines.length || this.frozen > prefix)) return 0
      return this.frozen <= prefix && 1 <= highest && this.matches(old, 1, 0, Math.max(0, suffixFuzz)) ? 1 : 0
    }
    if (suffixFuzz < 0) {
      const where = this.lines.length - old.length + 1
      return where >= lowest && this.matches(old, where, Math.max(0, prefixFuzz), 0) ? where : 0
    }
    const skip = Math.max(0, prefixFuzz)
    // Where the line is named far outside of the text, no place is nearer than the text's own end.
    const nearest = Math.max(0, first - highest, lowest - first)
    for (let offset = nearest; first + offset <= highest || first - offset >= lowest; offset++) {
      const [below, above] = [first + offset, first - offset]
      if (below <= highest && below >= lowest && below >= 1 && this.matches(old, below, skip, suffixFuzz)) return below
      if (offset > 0 && above >= lowest && above >= 1 && above <= highest && this.matches(old, above, skip, suffixFuzz))
        return above
    }
    return 0
  }

  private matches(old: readonly string[], where: number, prefixFuzz: number, suffixFuzz: number): boolean {
    for (let i = prefixFuzz; i < old.length - suffixFuzz; i++)
      if (!isSame(old[i]!, this.lines[where - 1 + i])) return false
    return true
  }

  private place({ hunk }: Pattern, where: number, fuzz: number): AppliedHunk {
    const offset = where - firstLine(hunk)
    this.drift = offset
    const line = where + this.out.length - this.frozen
    let old = where - 1
    for (const { kind, text } of hunk.lines) {
      if (kind === ' ') old++
      else {
        // Context is copied from the tree when a change behind it is reached; what follows the last is still free.
        this.copyTo(old)
        if (kind === '+') this.push(text, 0)
        else this.frozen = ++old
      }
    }
    return { hunk, how: fuzz > 0 ? 'fuzz' : offset === 0 ? 'exact' : 'offset', line, offset, fuzz }
  }

  private copyTo(end: number): void {
    for (let i = this.frozen; i < Math.min(end, this.lines.length); i++) this.push(this.lines[i]!, i + 1)
    this.frozen = Math.max(this.frozen, end)
  }

  private push(line: string, origin: number): void {
    this.out.push(line)
    this.origins.push(origin)
  }
}

function patternOf(hunk: Hunk): Pattern {
  const { lines } = hunk
  const isContext = ({ kind }: HunkLine): boolean => kind === ' '
  const prefix = lines.findIndex((line) => !isContext(line))
  const suffix = [...lines].reverse().findIndex((line) => !isContext(line))
  const [before, after] = [prefix < 0 ? lines.length : prefix, suffix < 0 ? lines.length : suffix]
  return {
    hunk,
    old: lines.filter(({ kind }) => kind !== '+').map(({ text }) => text),
    prefix: before,
    suffix: after,
    context: Math.max(before, after),
  }
}

/** Where the old side begins; a hunk that only adds names the line before it. */
function firstLine({ oldStart, oldCount }: Hunk): number {
  return oldCount === 0 ? oldStart + 1 : oldStart
}

/** A last line without an end is the line with one: patch(1) warns and goes on. */
function isSame(a: string, b: string | undefined): boolean {
  return b !== undefined && (a === b || a.replace(/\n$/, '') === b.replace(/\n$/, ''))
}
