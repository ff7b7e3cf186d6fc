/**
 * Which definition a name means in a file: static before extern, strong before weak, near before far, and a header's
 * inline stub beside the extern it stands for (which of the two is compiled depends on the configuration).
 */
import { COLUMN, type FileFacts, FunctionFlag } from '../index/facts.js'
import type { Names } from '../index/names.js'
import type { IndexedFile } from '../index/treeIndex.js'

const NONE = -1
const SHARED_HEADERS = ['include/', 'arch/']

/** All functions of the linked files, numbered in file order; row `r` of file `f` is `first[f] + r`. */
export class Symbols {
  readonly count: number
  readonly first: Int32Array
  readonly file: Int32Array
  readonly name: Int32Array
  readonly flags: Uint8Array
  private readonly isPrivateHeader: Uint8Array
  private readonly isHeader: Uint8Array
  private readonly globalHead: Int32Array
  private readonly next: Int32Array
  private readonly localHead: Int32Array
  private readonly localStamp: Int32Array
  private readonly localNext: Int32Array
  private current = NONE
  /** Number of the visit to the current file; a file is visited more than once. */
  private visit = 0
  private readonly found: number[] = []
  /**
   * The last `resolve` left out a strong definition for one that is nearer: modules that keep a name to themselves, or
   * drivers that are never in one kernel image. A guess, so it is counted.
   */
  wasChosen = false
  private readonly partners: ReadonlyMap<number, readonly number[]>

  constructor(
    private readonly files: readonly IndexedFile[],
    private readonly names: Names,
  ) {
    const nameCount = names.count
    this.first = new Int32Array(files.length + 1)
    let count = 0
    for (const [f, file] of files.entries()) {
      this.first[f] = count
      count += file.facts?.count('functions') ?? 0
    }
    this.first[files.length] = count
    this.count = count
    this.file = new Int32Array(count)
    this.name = new Int32Array(count)
    this.flags = new Uint8Array(count)
    this.next = new Int32Array(count).fill(NONE)
    this.localNext = new Int32Array(count).fill(NONE)
    this.globalHead = new Int32Array(nameCount).fill(NONE)
    this.localHead = new Int32Array(nameCount).fill(NONE)
    this.localStamp = new Int32Array(nameCount).fill(NONE)
    this.isHeader = Uint8Array.from(files, (f) => (f.path.endsWith('.h') ? 1 : 0))
    this.isPrivateHeader = Uint8Array.from(files, (f) =>
      f.path.endsWith('.h') && !SHARED_HEADERS.some((p) => f.path.startsWith(p)) ? 1 : 0,
    )
    for (const [f, file] of files.entries()) if (file.facts) this.addFile(f, file.facts, file.isBuilt)
    this.partners = this.findPartners()
  }

  /** Text of a name id. */
  text(id: number): string {
    return this.names.text(id)
  }

  /** Files that are compiled as one because one includes the other (`#include "uhci-pci.c"`), by file. */
  private findPartners(): ReadonlyMap<number, readonly number[]> {
    const partners = new Map<number, number[]>()
    const isSource = new Map<number, boolean>()
    const byPath = new Map(this.files.map((file, f) => [file.path, f]))
    const pair = (a: number, b: number): void => {
      partners.set(a, [...(partners.get(a) ?? []), b])
    }
    for (const [f, { facts, path }] of this.files.entries()) {
      const rows = facts?.rows('includes')
      for (let row = 0; row < (rows?.count ?? 0); row++) {
        const id = rows!.get(row, 'path')
        if (!isSource.has(id)) isSource.set(id, this.text(id).endsWith('.c'))
        const included = isSource.get(id) ? byPath.get(joined(path, this.text(id))) : undefined
        if (included === undefined || included === f) continue
        pair(f, included)
        pair(included, f)
      }
    }
    return partners
  }

  private addFile(f: number, facts: FileFacts, isBuilt: boolean): void {
    const rows = facts.rows('functions')
    const name = COLUMN.functions.name
    const flags = COLUMN.functions.flags
    for (let row = 0; row < rows.count; row++) {
      const id = this.first[f]! + row
      const at = rows.start + row * rows.width
      this.file[id] = f
      this.name[id] = rows.data[at + name]!
      this.flags[id] = rows.data[at + flags]!
      if (!isBuilt || this.isFileLocal(id)) continue
      this.next[id] = this.globalHead[this.name[id]!]!
      this.globalHead[this.name[id]!] = id
    }
  }

  private isFileLocal(id: number): boolean {
    return !this.isHeader[this.file[id]!] && (this.flags[id]! & (FunctionFlag.static | FunctionFlag.macro)) !== 0
  }

  /** Makes `f` the file whose own definitions come first in `resolve`. */
  enterFile(f: number): void {
    if (this.current === f) return
    this.current = f
    this.visit++
    for (const partner of this.partners.get(f) ?? []) this.enterLocals(partner)
    this.enterLocals(f)
  }

  private enterLocals(f: number): void {
    const from = this.first[f]!
    for (let id = this.first[f + 1]! - 1; id >= from; id--) {
      const name = this.name[id]!
      this.localNext[id] = this.localStamp[name] === this.visit ? this.localHead[name]! : NONE
      this.localHead[name] = id
      this.localStamp[name] = this.visit
    }
  }

  /** Definitions that `name` can mean in the current file. The array is reused by the next call. */
  resolve(name: number): readonly number[] {
    const { found } = this
    found.length = 0
    this.wasChosen = false
    if (name >= this.localStamp.length) return found
    if (this.localStamp[name] === this.visit) {
      for (let id = this.localHead[name]!; id !== NONE; id = this.localNext[id]!) found.push(id)
      // A weak definition gives way to a strong one elsewhere, for callers in its own file as well; a header's stub
      // stands for the extern in its own header too.
      const isDecided = found.some((id) => !(this.flags[id]! & FunctionFlag.weak))
      if (isDecided && !this.isHeader[this.current]) return found
      if (isDecided) return this.withExterns()
      found.length = 0
    }
    for (let id = this.globalHead[name]!; id !== NONE; id = this.next[id]!)
      if (!this.isPrivateHeader[this.file[id]!] || this.sees(this.file[id]!)) found.push(id)
    if (found.length > 1) this.narrow()
    return found
  }

  /** What a header defines itself, and the functions of that name that a source file defines. */
  private withExterns(): readonly number[] {
    const { found } = this
    const own = found.length
    const name = this.name[found[0]!]!
    for (let id = this.globalHead[name]!; id !== NONE; id = this.next[id]!)
      if (!this.isHeader[this.file[id]!]) found.push(id)
    if (found.length > own) {
      this.narrow()
    }
    return found
  }

  /** False when no function or macro of the tree has this name: a cheap first question. */
  isDefined(name: number): boolean {
    return name < this.globalHead.length && (this.globalHead[name] !== NONE || this.localStamp[name] === this.visit)
  }

  /** A header outside include/ is seen from its own folder and below, and from files that name it. */
  private sees(header: number): boolean {
    const path = this.files[header]!.path
    const from = this.files[this.current]!
    if (from.path.startsWith(path.slice(0, path.lastIndexOf('/') + 1))) return true
    return this.includesOf(this.current).has(path.slice(path.lastIndexOf('/') + 1))
  }

  private includeNames: { file: number; names: Set<string> } = { file: NONE, names: new Set() }

  private includesOf(f: number): Set<string> {
    if (this.includeNames.file !== f) {
      const rows = this.files[f]!.facts!.rows('includes')
      const names = new Set<string>()
      for (let row = 0; row < rows.count; row++) {
        const path = this.text(rows.get(row, 'path'))
        names.add(path.slice(path.lastIndexOf('/') + 1))
      }
      this.includeNames = { file: f, names }
    }
    return this.includeNames.names
  }

  private narrow(): void {
    const { found } = this
    const sources = found.filter((id) => !this.isHeader[this.file[id]!])
    const headers = this.nearest(found.filter((id) => this.isHeader[this.file[id]!]))
    const strong = sources.filter((id) => !(this.flags[id]! & FunctionFlag.weak))
    const kept = this.nearest(strong.length > 0 ? strong : sources)
    this.wasChosen = kept.length < strong.length
    found.length = 0
    for (const id of kept) found.push(id)
    for (const id of headers) found.push(id)
    found.sort((a, b) => a - b)
  }

  /**
   * Of several definitions in different files, those that share the longest folder prefix with the current file; and
   * the arch's own, which no folder is near to: generic code that has the name too is for arches without one.
   */
  private nearest(ids: number[]): number[] {
    if (ids.length < 2) return ids
    const from = this.files[this.current]!.path
    const shared = ids.map((id) => sharedFolders(from, this.files[this.file[id]!]!.path))
    const most = Math.max(...shared)
    return ids.filter((id, i) => shared[i] === most || this.files[this.file[id]!]!.path.startsWith('arch/'))
  }
}

function sharedFolders(a: string, b: string): number {
  let folders = 0
  for (let i = 0; i < a.length && a[i] === b[i]; i++) if (a[i] === '/') folders++
  return folders
}

/** A relative include as a path from the root: `../a/b.c` seen from `x/y/z.c` is `x/a/b.c`. */
export function joined(from: string, include: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of include.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
