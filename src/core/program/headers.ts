/**
 * Which headers a file sees: all below include/ and arch/, and of the others those of its own folder and of the folders
 * around it, and those that it names.
 */
import type { Names } from '../index/names.js'
import type { IndexedFile } from '../index/treeIndex.js'
import type { Folders } from './folders.js'

const SHARED = ['include/', 'arch/']

export class Headers {
  /** 1 for headers, by file. */
  readonly isHeader: Uint8Array
  /** 1 for headers that not every file sees. */
  readonly isPrivate: Uint8Array
  /** Private headers' names without their folders, and the number that each has. */
  private readonly bases = new Map<string, number>()
  private readonly baseOf: Int32Array
  /** Such numbers by the names that includes give, 0 for a name that no private header has. */
  private readonly included = new Map<number, number>()
  private last: { readonly file: number; readonly named: ReadonlySet<number> } = { file: -1, named: new Set() }

  constructor(
    private readonly files: readonly IndexedFile[],
    private readonly names: Names,
    private readonly folders: Folders,
  ) {
    this.isHeader = Uint8Array.from(files, ({ path }) => (path.endsWith('.h') ? 1 : 0))
    this.isPrivate = Uint8Array.from(files, ({ path }) =>
      path.endsWith('.h') && !SHARED.some((folder) => path.startsWith(folder)) ? 1 : 0,
    )
    this.baseOf = Int32Array.from(files, ({ path }, f) => (this.isPrivate[f] ? this.base(path) : 0))
  }

  private base(path: string): number {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const known = this.bases.get(name)
    if (known !== undefined) return known
    this.bases.set(name, this.bases.size + 1)
    return this.bases.size
  }

  /** Whether a file sees a private header. */
  sees(file: number, header: number): boolean {
    const { of } = this.folders
    return this.folders.isWithin(of[file]!, of[header]!) || this.namedBy(file).has(this.baseOf[header]!)
  }

  private namedBy(file: number): ReadonlySet<number> {
    if (this.last.file === file) return this.last.named
    const rows = this.files[file]!.facts!.rows('includes')
    const named = new Set<number>()
    for (let row = 0; row < rows.count; row++) named.add(this.includedBase(rows.get(row, 'path')))
    this.last = { file, named }
    return named
  }

  private includedBase(name: number): number {
    const known = this.included.get(name)
    if (known !== undefined) return known
    const path = this.names.text(name)
    const base = this.bases.get(path.slice(path.lastIndexOf('/') + 1)) ?? 0
    this.included.set(name, base)
    return base
  }
}
