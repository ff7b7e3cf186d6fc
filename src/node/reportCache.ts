/**
 * Reports of whole trees, kept between runs. An entry counts only while every file that the report was made from has
 * the size, times and inode it had before it was read; ctime cannot be set back, so an edit that hides from mtime shows.
 * An entry that cannot be read, is cut short or was written by another build counts as none.
 */
import { createHash } from 'node:crypto'
import { type BigIntStats, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Settings } from '../core/config/settings.js'
import type { Report } from '../core/report/schema.js'
import { REGISTER_HEADER } from '../core/writes/registers.js'
import { treeFiles } from './treeFiles.js'
import { tool } from './version.js'

const MAGIC = Buffer.from('liveupdate-review report 1\n')
/** A file changed this shortly before the run may change again without new times: the clock of a file system is coarse. */
const SETTLED_MS = 2000

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
  private readonly started = Date.now()
  private newest = 0
  private sources: string | null = null
  private readonly buildFiles = new Map<string, string>()

  constructor(
    folder: string,
    { root, settings, paths }: CacheKey,
    private readonly settled = SETTLED_MS,
  ) {
    this.root = resolve(root)
    const build = this.stateOf(fileURLToPath(import.meta.url))
    this.key = JSON.stringify([tool, build, this.root, settings, paths], withMaps)
    this.file = join(folder, `${createHash('sha256').update(this.key).digest('hex').slice(0, 32)}.report`)
  }

  /** The report of the tree as it is, null if none is kept. Begins the watch on the tree that `write` relies on. */
  read(): Report | null {
    this.newest = 0
    for (const path of ['Makefile', REGISTER_HEADER]) this.onBuildFile(path)
    this.sources = this.digestOfSources()
    const entry = this.entry()
    if (entry?.key !== this.key || entry.sources !== this.sources) return null
    return entry.buildFiles.every(([path, state]) => this.stateOf(join(this.root, path)) === state)
      ? entry.report
      : null
  }

  /** To be told of every Kbuild and Kconfig file before it is read. */
  readonly onBuildFile = (path: string): void => {
    if (!this.buildFiles.has(path)) this.buildFiles.set(path, this.stateOf(join(this.root, path)))
  }

  /** Keeps a report that was made after `read`. A cache that cannot be written is no error. */
  write(report: Report): void {
    if (this.sources === null || this.newest > this.started - this.settled) return
    const entry: Entry = { key: this.key, sources: this.sources, buildFiles: [...this.buildFiles], report }
    const partial = `${this.file}.${process.pid}.part`
    try {
      mkdirSync(join(this.file, '..'), { recursive: true, mode: 0o700 })
      const packed = gzipSync(JSON.stringify(entry), { level: 1 })
      writeFileSync(partial, Buffer.concat([MAGIC, packed]), { mode: 0o600 })
      renameSync(partial, this.file)
    } catch {
      rmSync(partial, { force: true })
    }
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

  private digestOfSources(): string {
    const hash = createHash('sha256')
    for (const path of treeFiles(this.root)) hash.update(`${path}\0${this.stateOf(join(this.root, path))}\0`)
    return hash.digest('hex')
  }

  private stateOf(path: string): string {
    const stat = stateOnDisk(path)
    if (typeof stat === 'string') return stat
    this.newest = Math.max(this.newest, Number(stat.ctimeMs), Number(stat.mtimeMs))
    return `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`
  }
}

/** JSON drops what a Map holds, and a kernel configuration is one. */
function withMaps(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value
}

/** The reason in place of it if there is none. */
function stateOnDisk(path: string): BigIntStats | string {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? 'missing'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable'
  }
}

/** Where a program keeps what it can make again: never in the tree. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME: base } = process.env
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), tool.name)
}
