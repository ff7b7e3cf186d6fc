/**
 * Which definition a name means in a file: static before extern, strong before weak, near before far, and a header's
 * inline stub beside the extern it stands for (which of the two is compiled depends on the configuration).
 */
import { COLUMN, type FileFacts, FunctionFlag } from '../index/facts.js'
import type { Names } from '../index/names.js'
import type { IndexedFile } from '../index/treeIndex.js'
import { Folders } from './folders.js'
import { Headers } from './headers.js'

const NONE = -1
const NOTHING: readonly number[] = []

/** How a definition stands to others of its name: strong ones in source files replace weak ones, headers stand beside both. */
const Rank = { weak: 0, strong: 1, header: 2 } as const

/** All functions of the linked files, numbered in file order; row `r` of file `f` is `first[f] + r`. */
export class Symbols {
  readonly count: number
  readonly first: Int32Array
  readonly file: Int32Array
  readonly name: Int32Array
  readonly flags: Uint8Array
  private readonly folders: Folders
  private readonly headers: Headers
  /** 1 for files below arch/. */
  private readonly isOfArch: Uint8Array
  private readonly globalHead: Int32Array
  private readonly next: Int32Array
  private readonly localHead: Int32Array
  private readonly localStamp: Int32Array
  private readonly localNext: Int32Array
  private current = NONE
  /** Number of the visit to the current file; a file is visited more than once. */
  private visit = 0
  /** Answers to names that several definitions have, as seen from the current file: most are asked for again. */
  private readonly answers = new Map<number, readonly number[]>()
  /** The names among them for which a strong definition was left out. */
  private readonly chosen = new Set<number>()
  private readonly single = [NONE]
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
    for (let f = 0; f < files.length; f++) {
      this.first[f] = count
      count += files[f]!.facts?.count('functions') ?? 0
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
    this.folders = new Folders(files.map(({ path }) => path))
    this.headers = new Headers(files, names, this.folders)
    this.isOfArch = Uint8Array.from(files, ({ path }) => (path.startsWith('arch/') ? 1 : 0))
    // Backwards, so that the definitions of a name are in ascending order.
    for (let f = files.length - 1; f >= 0; f--) {
      const { facts, isBuilt } = files[f]!
      if (facts) this.addFile(f, facts, isBuilt)
    }
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
    for (let f = 0; f < this.files.length; f++) {
      const { facts, path } = this.files[f]!
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
    for (let row = rows.count - 1; row >= 0; row--) {
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
    return !this.isHeader(id) && (this.flags[id]! & (FunctionFlag.static | FunctionFlag.macro)) !== 0
  }

  /** Makes `f` the file whose own definitions come first in `resolve`. */
  enterFile(f: number): void {
    if (this.current === f) return
    this.current = f
    this.visit++
    if (this.answers.size > 0) this.answers.clear()
    if (this.chosen.size > 0) this.chosen.clear()
    for (const partner of this.partners.get(f) ?? NOTHING) this.enterLocals(partner)
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
    this.wasChosen = false
    if (name >= this.localStamp.length) return NOTHING
    const isLocal = this.localStamp[name] === this.visit
    const id = isLocal ? this.localHead[name]! : this.globalHead[name]!
    if (id === NONE) return NOTHING
    const isOnly = (isLocal ? this.localNext[id] : this.next[id]) === NONE
    if (isOnly && (isLocal ? this.isFinal(id) : !this.headers.isPrivate[this.file[id]!])) {
      this.single[0] = id
      return this.single
    }
    const answer = this.answers.get(name) ?? this.answer(name, isLocal)
    this.wasChosen = this.chosen.has(name)
    return answer
  }

  /**
   * Whether the file's own definition is all that its name means there. A weak one gives way to a strong one elsewhere,
   * for callers in its own file as well; a header's stub stands for the extern in its own header too.
   */
  private isFinal(id: number): boolean {
    return !(this.flags[id]! & FunctionFlag.weak) && !this.headers.isHeader[this.current]
  }

  private answer(name: number, isLocal: boolean): readonly number[] {
    const answer = (isLocal ? this.answerOfFile(name) : null) ?? this.narrowed(name, this.seenGlobals(name))
    this.answers.set(name, answer)
    return answer
  }

  /** The answer of the current file's own definitions, null if all of them are weak. */
  private answerOfFile(name: number): readonly number[] | null {
    const found: number[] = []
    for (let id = this.localHead[name]!; id !== NONE; id = this.localNext[id]!) found.push(id)
    if (found.every((id) => this.flags[id]! & FunctionFlag.weak)) return null
    const own = found.length
    if (this.headers.isHeader[this.current])
      for (let id = this.globalHead[name]!; id !== NONE; id = this.next[id]!) if (!this.isHeader(id)) found.push(id)
    if (found.length === own) return found
    return this.narrowed(
      name,
      found.sort((a, b) => a - b),
    )
  }

  private seenGlobals(name: number): readonly number[] {
    const found: number[] = []
    for (let id = this.globalHead[name]!; id !== NONE; id = this.next[id]!) {
      const file = this.file[id]!
      if (!this.headers.isPrivate[file] || this.headers.sees(this.current, file)) found.push(id)
    }
    return found
  }

  /** False when no function or macro of the tree has this name: a cheap first question. */
  isDefined(name: number): boolean {
    return name < this.globalHead.length && (this.globalHead[name] !== NONE || this.localStamp[name] === this.visit)
  }

  private isHeader(id: number): boolean {
    return this.headers.isHeader[this.file[id]!] === 1
  }

  /**
   * Of several definitions in different files, those that share the most folders with the current file; and the arch's
   * own, which no folder is near to: generic code that has the name too is for arches without one. `found` is in
   * ascending order, and so is what is left of it.
   */
  private narrowed(name: number, found: readonly number[]): readonly number[] {
    if (found.length < 2) return found
    const most = [NONE, NONE, NONE]
    let strong = 0
    for (const id of found) {
      const rank = this.rankOf(id)
      if (rank === Rank.strong) strong++
      most[rank] = Math.max(most[rank]!, this.nearness(id))
    }
    const kept: number[] = []
    for (const id of found) {
      const rank = this.rankOf(id)
      if (rank === Rank.weak && strong > 0) continue
      if (this.nearness(id) < most[rank]! && !this.isOfArch[this.file[id]!]) {
        if (rank === Rank.strong) this.chosen.add(name)
      } else kept.push(id)
    }
    return kept
  }

  private rankOf(id: number): number {
    if (this.isHeader(id)) return Rank.header
    return this.flags[id]! & FunctionFlag.weak ? Rank.weak : Rank.strong
  }

  private nearness(id: number): number {
    const { of } = this.folders
    return this.folders.shared(of[this.current]!, of[this.file[id]!]!)
  }
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
