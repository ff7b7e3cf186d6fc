/** The facts of a whole tree, before they are linked. */
import type { FileFacts } from './facts.js'
import type { Names } from './names.js'

export interface IndexedFile {
  readonly path: string
  /** Null for files that are counted but never linked: another arch, programs beside the kernel. */
  readonly facts: FileFacts | null
  /** False for a file that no configuration of this arch builds: its writes are listed, no path goes through it. */
  readonly isBuilt: boolean
}

export interface TreeIndex {
  readonly names: Names
  /** Sorted by path. */
  readonly files: readonly IndexedFile[]
  readonly counts: {
    readonly files: number
    readonly bytes: number
    readonly functions: number
    readonly calls: number
  }
  /** `VERSION.PATCHLEVEL.SUBLEVEL` of the top Makefile, null if it has none. */
  readonly kernel: string | null
  readonly skipped: readonly { readonly path: string; readonly why: string }[]
  /** Files that could not be read, with the system's reason. */
  readonly unreadable: readonly { readonly path: string; readonly why: string }[]
}
