/**
 * What the file system tells of files before they are read. A file whose state is what it was has the text it had:
 * ctime cannot be set back, so an edit that hides from mtime shows, unless it came too soon after the last one.
 */
import { type BigIntStats, statSync } from 'node:fs'
import { join } from 'node:path'
import { treeFiles } from './treeFiles.js'

/** A file changed this shortly before it is looked at may change again without new times: clocks of file systems are coarse. */
export const SETTLED_MS = 2000

export interface FileState {
  /** Size, times and inode; the reason in place of them if there is no file. */
  readonly text: string
  /** When it last changed, in milliseconds; 0 if there is no file. */
  readonly changed: number
}

export function stateOf(path: string): FileState {
  const stat = stateOnDisk(path)
  if (typeof stat === 'string') return { text: stat, changed: 0 }
  return {
    text: `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`,
    changed: Math.max(Number(stat.ctimeMs), Number(stat.mtimeMs)),
  }
}

/** The size in a state of a file that exists, in bytes. */
export function sizeIn(state: string): number {
  return Number(state.slice(0, state.indexOf(' ')))
}

/** The files of a tree, looked at before they are read. */
export class TreeStates {
  readonly paths: readonly string[]
  /** By position in `paths`. */
  readonly states: readonly FileState[]
  private readonly started = Date.now()

  constructor(root: string) {
    this.paths = treeFiles(root)
    this.states = this.paths.map((path) => stateOf(join(root, path)))
  }

  /** Whether a change after the look would show in the file's state. */
  isSettled({ changed }: FileState, settled = SETTLED_MS): boolean {
    return changed <= this.started - settled
  }
}

function stateOnDisk(path: string): BigIntStats | string {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? 'missing'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unreadable'
  }
}
