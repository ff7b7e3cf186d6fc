/**
 * The tree with a series on it as input of a session: its index with the changed files read again, its texts from
 * memory. What the session says of it is what it says of a folder to which patch(1) has applied the series.
 */
import type { Settings } from '../config/settings.js'
import { realFunctions } from '../index/facts.js'
import { FileIndexer, factsOfText } from '../index/indexFile.js'
import type { IndexedFile, TreeIndex } from '../index/treeIndex.js'
import { isLinked } from '../program/areas.js'
import { BuildRules } from '../program/kbuild.js'
import type { SessionInput } from '../review.js'
import { ACCESSOR_MARKS } from '../writes/accessors.js'
import type { ReadText } from './states.js'

/** The texts of a tree in some state; `paths` are those that a series touches, whether they are there or not. */
export interface PatchedTexts {
  readonly paths: readonly string[]
  readonly textOf: ReadText
}

export function patchedInput(input: SessionInput, { paths, textOf }: PatchedTexts): SessionInput {
  const changed = paths.filter((path) => textOf(path) !== input.read(path))
  return { ...input, index: patchedIndex(input, paths, changed, textOf), read: textOf }
}

function patchedIndex(
  { index, read, settings }: SessionInput,
  paths: readonly string[],
  changed: readonly string[],
  textOf: ReadText,
): TreeIndex {
  const known = new Map(index.files.map((file) => [file.path, file]))
  const indexer = new FileIndexer(index.names, settings.config)
  const build = new BuildRules(textOf, settings.arch, settings.config)
  // What the tree has and the index has not was left out of it.
  const isSource = (path: string): boolean => /\.[ch]$/.test(path) && (known.has(path) || read(path) === null)
  const again = new Set([
    ...changed.filter(isSource),
    ...paths.filter((path) => isSource(path) && !known.has(path)),
    ...rebuilt(index, changed, build, settings),
  ])
  const files = new Map(known)
  const counts = { ...index.counts }
  for (const path of again) {
    const text = textOf(path)
    const file = indexed(path, text ?? '', { indexer, build, arch: settings.arch })
    const before = known.get(path) ?? null
    count(counts, before, before === null ? null : read(path), -1)
    count(counts, text === null ? null : file, text, 1)
    files.set(path, file)
  }
  const sorted = [...files.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  return { ...index, files: again.size === 0 ? index.files : sorted, counts }
}

interface Indexing {
  readonly indexer: FileIndexer
  readonly build: BuildRules
  readonly arch: string
}

function indexed(path: string, text: string, { indexer, build, arch }: Indexing): IndexedFile {
  if (!isLinked(path, arch)) return { path, facts: null, isBuilt: false }
  const isBuilt = build.canBeBuilt(path)
  const isRead = isBuilt || ACCESSOR_MARKS.some((mark) => text.includes(mark))
  return { path, facts: isRead ? factsOfText(indexer, text, path) : null, isBuilt }
}

function count(
  counts: { files: number; bytes: number; functions: number; calls: number },
  file: IndexedFile | null,
  text: string | null,
  sign: 1 | -1,
): void {
  if (!file) return
  counts.files += sign
  counts.bytes += sign * (text?.length ?? 0)
  counts.functions += file.facts ? sign * realFunctions(file.facts) : 0
  counts.calls += file.facts ? sign * (file.facts.count('calls') + file.facts.count('fieldCalls')) : 0
}

/**
 * Files that a changed Makefile or Kconfig brings into the build or takes out of it. Looked for below the changed file
 * only: what a symbol that one folder defines decides in another is not seen.
 */
function rebuilt(
  index: TreeIndex,
  changed: readonly string[],
  build: BuildRules,
  { arch }: Settings,
): readonly string[] {
  const folders = changed
    .filter((path) => /(?:^|\/)(?:Kbuild|Makefile|Kconfig[^/]*)$/.test(path))
    .map((path) => path.slice(0, path.lastIndexOf('/') + 1))
  if (folders.length === 0) return []
  return index.files.flatMap(({ path, isBuilt }) =>
    folders.some((folder) => path.startsWith(folder)) &&
    path.endsWith('.c') &&
    isLinked(path, arch) &&
    isBuilt !== build.canBeBuilt(path)
      ? [path]
      : [],
  )
}
