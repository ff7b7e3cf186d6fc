/** The tree that a series is for: a commit that the tree's repository has, or the work tree as it is. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { SessionInput } from '../core/review.js'
import { patchedInput } from '../core/series/patchedInput.js'
import type { SeriesBase } from '../core/series/reviewSeries.js'
import { type Series, seriesOf } from '../core/series/series.js'
import { SeriesStates } from '../core/series/states.js'
import { decodeUtf8 } from '../core/text/lines.js'
import { commitId, filesAt, gitSync, pathsChanged } from './git.js'
import { UserError } from './userError.js'

export interface BasedSeries {
  readonly input: SessionInput
  readonly base: SeriesBase
}

/** More files than that between a base and the work tree would be another kernel, and as long to read. */
const MOST_FILES = 6000
/** Commits that are looked through for a patch that a branch has already. */
const MOST_COMMITS = 2000

/** Where a series from mails applies: at its base commit, before its own commits, or on the work tree. */
export function basedOn(root: string, input: SessionInput, series: Series): BasedSeries {
  const hasGit = existsSync(join(root, '.git'))
  if (hasGit && series.baseCommit !== null) {
    const commit = commitId(root, series.baseCommit)
    const there = commit === null ? null : treeAt(root, input, commit)
    if (there) return { input: there, base: { status: 'found', commit } }
  }
  const applied = new SeriesStates(input.read, series.patches).patches
  const fits = applied.every(({ applies, wasApplied }) => (applies === 'clean' || applies === 'fuzz') && !wasApplied)
  const parent = !hasGit || fits ? null : parentOf(root, series)
  const before = parent === null ? null : treeAt(root, input, parent)
  if (before) return { input: before, base: { status: 'found', commit: parent } }
  const isWhole = applied.every(({ applies }) => applies === 'clean' || applies === 'fuzz')
  return { input, base: { status: isWhole ? 'guessed' : 'unknown', commit: series.baseCommit } }
}

/** The commit before the one that the branch has of the first patch, known by its subject. */
function parentOf(root: string, { patches }: Series): string | null {
  const title = patches[0]!.patch.subject.title
  const format = ['--no-commit-header', '--format=%H %s']
  const out = gitSync(root, ['rev-list', `--max-count=${MOST_COMMITS}`, ...format, 'HEAD']) ?? ''
  const found = decodeUtf8(out)
    .split('\n')
    .find((line) => title !== '' && line.slice(line.indexOf(' ') + 1) === title)
  return found === undefined ? null : commitId(root, `${found.slice(0, found.indexOf(' '))}^`)
}

/** The tree as a commit has it: what differs from HEAD is read from its objects, the rest from the work tree. */
function treeAt(root: string, input: SessionInput, commit: string): SessionInput | null {
  const head = commitId(root, 'HEAD')
  const changed = head === null ? null : pathsChanged(root, commit, head)
  const paths = changed?.filter((path) => /\.[ch]$|(?:^|\/)(?:Makefile|Kbuild|Kconfig[^/]*)$/.test(path))
  if (!paths || paths.length > MOST_FILES) return null
  const others = changed!.filter((path) => !paths.includes(path))
  const texts = new Map([...filesAt(root, commit, paths), ...filesAt(root, commit, others)])
  const textOf = (path: string): string | null => (texts.has(path) ? texts.get(path)! : input.read(path))
  return patchedInput(input, { paths, textOf })
}

/** The commits of `A..B` as a series, on the tree at A. Throws UserError for what is no range of commits. */
export function seriesOfRange(root: string, range: string): { readonly series: Series; readonly from: string } {
  const [, a, b] = /^(.+?)\.\.([^.].*)?$/.exec(range) ?? []
  if (a === undefined) throw new UserError(`--git takes a range of commits, not '${range}'`, 'write it as A..B')
  const [from, to] = [commitId(root, a), commitId(root, b ?? 'HEAD')]
  const missing = from === null ? a : to === null ? (b ?? 'HEAD') : null
  if (missing !== null || from === null || to === null)
    throw new UserError(`no commit ${missing} in ${root}`, 'name two commits of the repository of --tree')
  const list = gitSync(root, ['rev-list', '--reverse', '--topo-order', '--no-merges', `${from}..${to}`]) ?? ''
  const commits = list.split('\n').filter((id) => id !== '')
  const mails = commits.map((id, i) => mailOf(root, id, i + 1, commits.length))
  const series = seriesOf(mails)
  if (!series) throw new UserError(`no commit with a change in ${range}`, 'name the older commit first')
  return { series: { ...series, baseCommit: from }, from }
}

export function basedOnRange(root: string, input: SessionInput, from: string): BasedSeries {
  const there = treeAt(root, input, from)
  if (!there)
    throw new UserError(
      `${from.slice(0, 12)} is too far from the work tree at ${root}`,
      'check out a commit near the range, or use git worktree',
    )
  return { input: there, base: { status: 'given', commit: from } }
}

/** A commit as the mail that git format-patch would make of it. */
function mailOf(root: string, commit: string, number: number, count: number): string {
  const raw = gitSync(root, ['cat-file', 'commit', commit]) ?? ''
  const end = raw.indexOf('\n\n')
  const [head, message] = [raw.slice(0, end), raw.slice(end + 2)]
  const [subject = '', ...rest] = message.split(/\n\s*\n/)
  const author = /^author (.*>)/m.exec(head)?.[1] ?? ''
  const options = ['-p', '-M', '--no-ext-diff', '--no-textconv', '--no-color', '--full-index', '--relative']
  const prefixes = ['--src-prefix=a/', '--dst-prefix=b/']
  const diff = gitSync(root, ['diff-tree', '--root', '--no-commit-id', ...options, ...prefixes, commit]) ?? ''
  // A line of three dashes would end the message for whoever reads it as a mail.
  const body = rest.join('\n\n').replace(/^---[ \t]*$/gm, '- --')
  return `From: ${author}\nSubject: [PATCH ${number}/${count}] ${subject.replace(/\s+/g, ' ').trim()}\n\n${body}\n---\n${diff}`
}
