/**
 * A tree as each patch of a series leaves it: texts in memory, never on disk, and for every line the patch that brought
 * it. State 0 is the tree before the series, state k the tree behind its kth patch. Text is bytes, one character each.
 */
import { type AppliedHunk, applyHunks, isApplied, reversed } from './apply.js'
import type { FileDiff, Hunk } from './diff.js'
import type { SeriesPatch } from './series.js'

export type ReadText = (path: string) => string | null

export interface FailedHunk {
  readonly file: string
  /** From 1 in its file; 0 for the file as a whole. */
  readonly hunk: number
  readonly why: string
}

/** A hunk that stands in another function than its `@@` line says. */
export interface StrayHunk {
  readonly file: string
  readonly hunk: number
  readonly line: number
  readonly said: string
  readonly found: string
}

export interface PatchedFile {
  readonly diff: FileDiff
  /** Where it was read from and where it went; null for none. */
  readonly from: string | null
  readonly path: string | null
  readonly hunks: readonly AppliedHunk[]
}

export interface AppliedPatch {
  readonly patch: SeriesPatch
  readonly applies: 'clean' | 'fuzz' | 'partly' | 'no'
  readonly files: readonly PatchedFile[]
  readonly failedHunks: readonly FailedHunk[]
  readonly strayHunks: readonly StrayHunk[]
  /** True if the tree had the patch before it was taken out for the review. */
  readonly wasApplied: boolean
}

/** A line of an earlier state. */
export interface EarlierLine {
  readonly path: string
  readonly line: number
}

interface Version {
  readonly path: string
  readonly state: number
  readonly text: string | null
  /** Number of the state that brought each line. */
  readonly blame: readonly number[]
  /** For each line the one it was in the version before, from 1; 0 for none. */
  readonly origins: readonly number[]
  /** Null for the file as the tree had it. */
  readonly before: Version | null
}

export class SeriesStates {
  readonly patches: readonly AppliedPatch[]
  private readonly versions = new Map<string, Version[]>()
  /** What a later patch made of a version: the one that goes on with its lines, for a file that moved. */
  private readonly following = new Map<Version, Version>()
  private readonly read: ReadText

  constructor(read: ReadText, series: readonly SeriesPatch[]) {
    const present = patchesPresent(read, series)
    const taken = withoutPatches(read, present)
    this.read = (path) => (taken?.has(path) ? taken.get(path)! : read(path))
    const wasApplied = new Set(taken ? present : [])
    this.patches = series.map((patch, i) => this.apply(patch, i + 1, wasApplied.has(patch)))
  }

  get count(): number {
    return this.patches.length
  }

  /** Every path that a patch touches, sorted. */
  get paths(): readonly string[] {
    return [...this.versions.keys()].sort()
  }

  /** Null for a file that is not there. */
  textAt(path: string, state: number): string | null {
    const version = this.versionAt(path, state)
    return version ? version.text : this.read(path)
  }

  /** The state that brought a line, 0 for one that the tree had. */
  blameAt(path: string, line: number, state: number): number {
    return this.versionAt(path, state)?.blame[line - 1] ?? 0
  }

  /** Where a line of a state stood in an earlier one; null for a line that came later. */
  lineBefore(path: string, line: number, state: number, earlier: number): EarlierLine | null {
    let at: EarlierLine = { path, line }
    for (let version = this.versionAt(path, state); version && version.state > earlier; ) {
      const origin = version.origins[at.line - 1] ?? 0
      if (origin === 0 || !version.before) return null
      at = { path: version.before.path, line: origin }
      version = version.before
    }
    return at
  }

  /** Where a line of a state stands in a later one; null for a line that is gone by then. */
  lineAfter(path: string, line: number, state: number, later: number): EarlierLine | null {
    let at: EarlierLine = { path, line }
    for (let version = this.versionAt(path, state); ; ) {
      const next = version ? this.following.get(version) : this.versions.get(path)?.[0]
      if (!next || next.state > later) return at
      if (next.state > 0) {
        const found = next.text === null ? 0 : next.origins.indexOf(at.line) + 1
        if (found === 0) return null
        at = { path: next.path, line: found }
      }
      version = next
    }
  }

  private versionAt(path: string, state: number): Version | undefined {
    return this.versions.get(path)?.findLast((version) => version.state <= state)
  }

  private apply(patch: SeriesPatch, state: number, wasApplied: boolean): AppliedPatch {
    const failedHunks: FailedHunk[] = []
    const strayHunks: StrayHunk[] = []
    const files = patch.files.map((diff) => this.applyFile(diff, state, failedHunks, strayHunks))
    const hunks = files.flatMap((file) => file.hunks)
    const placed = hunks.filter(({ how }) => how !== 'failed').length
    // A binary file is named and left out: the patch is none the worse for it.
    const isWhole = failedHunks.every(({ file, hunk }) => hunk === 0 && files.some((one) => isBinary(one, file)))
    const changes = placed > 0 || files.some(({ diff }) => diff.problem === null && diff.hunks.length === 0)
    const applies = !isWhole ? (changes ? 'partly' : 'no') : hunks.some(({ how }) => how === 'fuzz') ? 'fuzz' : 'clean'
    return { patch, applies, files, failedHunks, strayHunks, wasApplied }
  }

  private applyFile(diff: FileDiff, state: number, failed: FailedHunk[], stray: StrayHunk[]): PatchedFile {
    const target = this.targetOf(diff, state)
    const name = diff.to ?? diff.from ?? ''
    if (target.problem !== null) {
      failed.push({ file: name, hunk: 0, why: target.problem })
      return { diff, from: null, path: null, hunks: [] }
    }
    const { from, to } = target
    const before = from === null ? null : this.latest(from, diff.isRename || diff.isCopy ? state - 1 : state)
    const old = before?.text ?? ''
    const applied = applyHunks(old, diff.hunks)
    for (const one of applied.hunks)
      if (one.how === 'failed') failed.push({ file: name, hunk: one.hunk.number, why: whyNot(old, one.hunk) })
      else stray.push(...strayHunk(name, old, one))
    const blame = applied.origins.map((origin) => (origin === 0 ? state : (before?.blame[origin - 1] ?? 0)))
    const isGone = diff.to === null && applied.text === ''
    if (from !== null && from !== to && !diff.isCopy) this.put({ ...GONE, path: from, state, before })
    if (isGone) this.put({ ...GONE, path: to, state, before })
    else this.put({ path: to, state, text: applied.text, blame, origins: applied.origins, before })
    return { diff, from, path: isGone ? null : to, hunks: applied.hunks }
  }

  /** What a path holds in a state, as the version of a line's history. */
  private latest(path: string, state: number): Version {
    const known = this.versionAt(path, state)
    if (known) return known
    const tree: Version = { path, state: 0, text: this.read(path), blame: [], origins: [], before: null }
    this.versions.set(path, [tree, ...(this.versions.get(path) ?? [])])
    return tree
  }

  private put(version: Version): void {
    this.latest(version.path, version.state)
    this.versions.get(version.path)!.push(version)
    const { before } = version
    if (before && (version.text !== null || !this.following.has(before))) this.following.set(before, version)
  }

  /** The file that a diff is for: `from` is read, null for a new one; `to` is written. */
  private targetOf(diff: FileDiff, state: number): Target {
    const { from, to } = diff
    if (diff.problem !== null) return refused(diff.problem)
    if (diff.isBinary) return refused('a binary patch: it is not read')
    const isThere = (path: string | null): path is string => path !== null && this.textAt(path, state - 1) !== null
    if (from === null) {
      if (to === null) return refused('neither an old nor a new name')
      return isThere(to) && this.textAt(to, state - 1) !== ''
        ? refused('the file is to be new, and is there already')
        : { from: null, to, problem: null }
    }
    if (diff.isRename || diff.isCopy) {
      if (!isThere(from)) return refused(`there is no ${from}`)
      return { from, to: to ?? from, problem: null }
    }
    const path = isThere(to) ? to : isThere(from) ? from : null
    return path === null ? refused(`there is no ${to ?? from}`) : { from: path, to: path, problem: null }
  }
}

const GONE = { text: null, blame: [], origins: [] } as const

function isBinary({ diff }: PatchedFile, file: string): boolean {
  return diff.isBinary && (diff.to ?? diff.from) === file
}

type Target =
  | { readonly from: string | null; readonly to: string; readonly problem: null }
  | { readonly problem: string; readonly from: null; readonly to: null }

function refused(problem: string): Target {
  return { problem, from: null, to: null }
}

/** Patches whose every hunk the tree has already, and would not take again. */
function patchesPresent(read: ReadText, series: readonly SeriesPatch[]): readonly SeriesPatch[] {
  // The last that is there tells that those before it are: what they did may have been changed since.
  const last = series.findLastIndex((patch) => isPresent(read, patch))
  return series.slice(0, last + 1)
}

function isPresent(read: ReadText, { files }: SeriesPatch): boolean {
  const diffs = files.filter(({ hunks, problem, isBinary }) => hunks.length > 0 && problem === null && !isBinary)
  return (
    diffs.length > 0 &&
    diffs.every(({ from, to, hunks }) => {
      if (to === null) return from !== null && read(from) === null
      const text = read(to)
      return text !== null && (from === null ? newText(hunks) === text : isApplied(text, hunks))
    })
  )
}

function newText(hunks: readonly Hunk[]): string {
  return applyHunks('', hunks).text
}

/** The texts before some patches that the tree has, the last taken out first; null if one cannot be. */
function withoutPatches(read: ReadText, patches: readonly SeriesPatch[]): ReadonlyMap<string, string | null> | null {
  const texts = new Map<string, string | null>()
  const textOf = (path: string): string | null => (texts.has(path) ? texts.get(path)! : read(path))
  for (const { files } of [...patches].reverse())
    for (const { from, to, hunks, problem, isBinary, isRename } of [...files].reverse()) {
      if (problem !== null || isBinary) continue
      const text = to === null ? '' : textOf(to)
      if (text === null) return null
      const before = applyHunks(text, hunks.map(reversed))
      if (before.hunks.some(({ how }) => how === 'failed')) return null
      if (to !== null && (from === null || isRename)) texts.set(to, null)
      if (from !== null) texts.set(isRename || to === null ? from : to, before.text)
    }
  return texts
}

/** Why a hunk has no place: which of its lines the file has nowhere, as far as that tells. */
function whyNot(text: string, hunk: Hunk): string {
  const lines = new Set(text.split('\n'))
  const missing = hunk.lines.find(({ kind, text: line }) => kind !== '+' && !lines.has(line.replace(/\n$/, '')))
  if (!missing) return 'its lines do not stand together in the file'
  return `the file has no line '${missing.text.trim()}'`
}

/**
 * The function that a hunk landed in, read as git's `diff=cpp` reads the one in its `@@` line: the last line before the
 * hunk that begins with a letter and is no label.
 */
function strayHunk(file: string, old: string, { hunk, offset }: AppliedHunk): readonly StrayHunk[] {
  const said = functionIn(hunk.section)
  if (said === null || !file.endsWith('.c')) return []
  const line = Math.max(1, (hunk.oldCount === 0 ? hunk.oldStart + 1 : hunk.oldStart) + offset)
  const above = old.split('\n').slice(0, line - 1)
  const heading = above.findLast((text) => /^[A-Za-z_$]/.test(text) && !/^[A-Za-z_]\w*:\s*(?:$|\/[/*])/.test(text))
  const found = heading === undefined ? null : functionIn(heading)
  return found === null || found === said ? [] : [{ file, hunk: hunk.number, line, said, found }]
}

/** `static int f(struct x *y)` is of `f`; null for a heading of something else. */
function functionIn(heading: string): string | null {
  const [, name] = /^(?!(?:struct|union|enum|typedef)\b[^()]*$)[^()=]*?\b([A-Za-z_]\w*)\s*\(/.exec(heading) ?? []
  return name ?? null
}
