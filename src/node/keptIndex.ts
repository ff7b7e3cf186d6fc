/**
 * The index of a tree, kept between runs: the facts of each file with the state that the file had before it was read. A
 * later run reads only files whose state or role is another. What cannot be read, is cut short or was written by another
 * indexer counts as none.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Settings } from '../core/config/settings.js'
import { FileFacts } from '../core/index/facts.js'
import { Names } from '../core/index/names.js'
import type { TreeIndex } from '../core/index/treeIndex.js'
import type { FileRole, FileToIndex } from './fileBatch.js'
import { SETTLED_MS, sizeIn, TreeStates } from './fileStates.js'
import { workerScript } from './indexWorkerScript.js'
import { keepFile } from './keepFile.js'
import { PartsReader, writeParts } from './parts.js'
import { withMaps } from './reportCache.js'
import { tool } from './version.js'

const MAGIC = Buffer.from('liveupdate-review index 1\n')
const SUFFIX = '.index'
/** Smaller trees are read as soon as their index would be. */
const FEWEST_FILES = 2000
/** So many files are read again at each run before the index is written anew. */
const MOST_CHANGED = 1000
/** A kernel's index takes some 180 MB. */
const MOST_INDEXES = 4

export interface KeptIndexOptions {
  /** A tree that has been looked at already. */
  readonly tree?: TreeStates
  readonly settled?: number
  readonly fewestFiles?: number
}

/** What is kept of one file. */
export interface KeptFile {
  /** Null for a file that has none: another arch, no accessor in what no configuration builds. */
  readonly facts: FileFacts | null
  readonly bytes: number
}

/** The kept facts of a tree, and the names that they are in. */
export interface KeptFacts {
  readonly names: Names
  /** Null if the file is not kept as it is now, read for that role. */
  of(file: FileToIndex): KeptFile | null
}

/** What stands in front of the names and the facts; the lists have an entry for each file. */
interface Head {
  readonly key: string
  readonly paths: readonly string[]
  /** Empty for a file that may have changed unseen. */
  readonly states: readonly string[]
  readonly roles: readonly FileRole[]
  /** Of the facts, in integers. */
  readonly lengths: readonly number[]
  readonly names: { readonly bytes: number; readonly count: number }
}

export class KeptIndex {
  readonly tree: TreeStates
  private readonly key: string
  private readonly file: string
  private readonly settled: number
  private readonly isWanted: boolean
  private wasRead = false

  constructor(
    private readonly folder: string,
    root: string,
    { arch, config }: Settings,
    { tree = new TreeStates(root), settled = SETTLED_MS, fewestFiles = FEWEST_FILES }: KeptIndexOptions = {},
  ) {
    const about = JSON.stringify([resolve(root), arch, config], withMaps)
    this.tree = tree
    this.key = JSON.stringify([tool, indexerId(), about])
    this.file = join(folder, `${sha256(about).slice(0, 32)}${SUFFIX}`)
    this.settled = settled
    this.isWanted = tree.paths.length >= fewestFiles
  }

  /** Null if no index is kept of the tree. */
  read(): KeptFacts | null {
    if (!this.isWanted) return null
    try {
      const reader = new PartsReader(this.file)
      try {
        return this.factsOf(reader)
      } finally {
        reader.close()
      }
    } catch {
      return null
    }
  }

  private factsOf(reader: PartsReader): KeptFacts | null {
    if (!MAGIC.equals(reader.bytes(MAGIC.length))) return null
    const [headLength = 0] = reader.ints(1)
    const head = JSON.parse(Buffer.from(reader.bytes(headLength)).toString()) as Head
    if (head.key !== this.key) return null
    const arena = reader.bytes(head.names.bytes)
    const starts = reader.ints(head.names.count + 1)
    const names = Names.of({ arena, starts, hashes: reader.ints(head.names.count) })
    const facts = reader.ints(head.lengths.reduce((sum, length) => sum + length, 0))
    if (!reader.isWhole()) return null
    this.wasRead = true
    const now = new Date()
    utimesSync(this.file, now, now)
    return { names, of: this.unchanged(head, facts) }
  }

  private unchanged(head: Head, facts: Int32Array): KeptFacts['of'] {
    const states = new Map(this.tree.paths.map((path, i) => [path, this.tree.states[i]!.text]))
    const found = new Map<string, KeptFile & { readonly role: FileRole }>()
    let at = 0
    for (const [i, path] of head.paths.entries()) {
      const [state, role, length] = [head.states[i]!, head.roles[i]!, head.lengths[i]!]
      const block = length === 0 ? null : new FileFacts(facts.subarray(at, at + length))
      if (states.get(path) === state) found.set(path, { role, facts: block, bytes: sizeIn(state) })
      at += length
    }
    return ({ path, role }) => {
      const file = found.get(path)
      return file?.role === role ? file : null
    }
  }

  /** Keeps an index that `changed` files were read for. A folder that cannot be written is no error. */
  write(index: TreeIndex, files: readonly FileToIndex[], changed: number): void {
    const isOld = !this.wasRead || changed > MOST_CHANGED
    if (!this.isWanted || !isOld || index.unreadable.length > 0) return
    if (keepFile(this.file, (partial) => writeParts(partial, this.parts(index, files)))) dropOldest(this.folder)
  }

  private *parts({ names, files }: TreeIndex, roles: readonly FileToIndex[]): Generator<Uint8Array | Int32Array> {
    const { arena, starts, hashes } = names.export()
    const head: Head = {
      key: this.key,
      paths: this.tree.paths,
      states: this.tree.states.map((state) => (this.tree.isSettled(state, this.settled) ? state.text : '')),
      roles: roles.map(({ role }) => role),
      lengths: files.map(({ facts }) => facts?.data.length ?? 0),
      names: { bytes: arena.length, count: hashes.length },
    }
    const text = Buffer.from(JSON.stringify(head))
    yield MAGIC
    yield Int32Array.of(text.length)
    yield text
    yield arena
    yield starts
    yield hashes
    for (const { facts } of files) if (facts) yield facts.data
  }
}

/** The index that is kept in a folder; none without a folder. */
export function keptIndexIn(folder: string | null, root: string, settings: Settings): KeptIndex | undefined {
  return folder === null ? undefined : new KeptIndex(folder, root, settings)
}

/** The bundle that holds the indexer: another build of the same code reads a file the same way. */
function indexerId(): string {
  const script = workerScript()
  return script === null ? 'sources' : sha256(readFileSync(script))
}

function dropOldest(folder: string): void {
  const files = readdirSync(folder).filter((name) => name.endsWith(SUFFIX))
  const used = files.map((name) => {
    const file = join(folder, name)
    return { file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }
  })
  for (const { file } of used.sort((a, b) => b.at - a.at).slice(MOST_INDEXES)) rmSync(file, { force: true })
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}
