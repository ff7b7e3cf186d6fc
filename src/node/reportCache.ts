/**
 * Reports of whole trees, kept between runs. An entry counts only while every file that the report was made from has
 * the state it had before it was read. An entry that cannot be read, is cut short or was written by another build counts
 * as none.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Settings } from '../core/config/settings.js'
import type { Report } from '../core/report/schema.js'
import { REGISTER_HEADER } from '../core/writes/registers.js'
import { type FileState, SETTLED_MS, stateOf, type TreeStates } from './fileStates.js'
import { keepFile } from './keepFile.js'
import { tool } from './version.js'

const MAGIC = Buffer.from('liveupdate-review report 1\n')

export interface CacheKey {
  readonly root: string
  readonly settings: Settings
  readonly paths: readonly string[]
}

interface Entry {
  readonly key: string
  readonly sources: string
  /** Other files that were asked for (Kbuild, Kconfig), with their state; those that are missing as well. */
  readonly buildFiles: readonly (readonly [path: string, state: string])[]
  readonly report: Report
}

export class ReportCache {
  private readonly root: string
  private readonly key: string
  private readonly file: string
  /** The tree as `read` found it. */
  private tree: TreeStates | null = null
  private sources = ''
  private readonly buildFiles = new Map<string, FileState>()

  constructor(
    folder: string,
    { root, settings, paths }: CacheKey,
    private readonly settled = SETTLED_MS,
  ) {
    this.root = resolve(root)
    const build = stateOf(fileURLToPath(import.meta.url)).text
    this.key = JSON.stringify([tool, build, this.root, settings, paths], withMaps)
    this.file = join(folder, `${createHash('sha256').update(this.key).digest('hex').slice(0, 32)}.report`)
  }

  /** The report that is kept of a tree as it is, null if there is none. `write` relies on what `tree` saw. */
  read(tree: TreeStates): Report | null {
    this.tree = tree
    this.buildFiles.clear()
    for (const path of ['Makefile', REGISTER_HEADER]) this.onBuildFile(path)
    this.sources = digest(tree)
    const entry = this.entry()
    if (entry?.key !== this.key || entry.sources !== this.sources) return null
    return entry.buildFiles.every(([path, state]) => stateOf(join(this.root, path)).text === state)
      ? entry.report
      : null
  }

  /** To be told of every Kbuild and Kconfig file before it is read. */
  readonly onBuildFile = (path: string): void => {
    if (!this.buildFiles.has(path)) this.buildFiles.set(path, stateOf(join(this.root, path)))
  }

  /** Keeps a report that was made after `read`. A cache that cannot be written is no error. */
  write(report: Report): void {
    if (!this.isSettled()) return
    const buildFiles = [...this.buildFiles].map(([path, { text }]) => [path, text] as const)
    const entry: Entry = { key: this.key, sources: this.sources, buildFiles, report }
    keepFile(this.file, (partial) => {
      const packed = gzipSync(JSON.stringify(entry), { level: 1 })
      writeFileSync(partial, Buffer.concat([MAGIC, packed]), { mode: 0o600 })
    })
  }

  private isSettled(): boolean {
    const { tree, settled } = this
    return tree !== null && [...tree.states, ...this.buildFiles.values()].every((s) => tree.isSettled(s, settled))
  }

  private entry(): Entry | null {
    try {
      const bytes = readFileSync(this.file)
      if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return null
      return JSON.parse(gunzipSync(bytes.subarray(MAGIC.length)).toString()) as Entry
    } catch {
      return null
    }
  }
}

function digest({ paths, states }: TreeStates): string {
  const hash = createHash('sha256')
  for (const [i, path] of paths.entries()) hash.update(`${path}\0${states[i]!.text}\0`)
  return hash.digest('hex')
}

/** JSON drops what a Map holds, and a kernel configuration is one. */
export function withMaps(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value
}
