import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Task } from '../core/cancel.js'
import type { Settings } from '../core/config/settings.js'
import { type ReviewSession, type SessionInput, TreeSession } from '../core/review.js'
import { holdHeap } from './heap.js'
import { indexTree } from './indexTree.js'
import type { KeptIndex } from './keptIndex.js'
import { UserError } from './userError.js'
import { tool } from './version.js'
import { cParser } from './wasm.js'

export interface SessionOptions {
  readonly settings: Settings
  /** Threads that index; the machine's cores when undefined. */
  readonly jobs?: number | undefined
  readonly task?: Task | undefined
  readonly onBuildFile?: ((path: string) => void) | undefined
  /** The index of an earlier run; none is kept when undefined. */
  readonly kept?: KeptIndex | undefined
}

/**
 * Indexes the kernel tree at `root` in worker threads. Throws UserError if it is no kernel tree or a file of it cannot
 * be read, Cancelled on abort.
 */
export async function openSession(root: string, options: SessionOptions): Promise<ReviewSession> {
  return new TreeSession(await openTree(root, options))
}

/** What a session of the tree is made from; the same errors. */
export async function openTree(
  root: string,
  { settings, jobs, task, onBuildFile, kept }: SessionOptions,
): Promise<SessionInput> {
  holdHeap()
  const { arch, config } = settings
  const index = await indexTree(root, { arch, config, jobs: jobs ?? availableParallelism(), task, onBuildFile, kept })
  const [unreadable, ...more] = index.unreadable
  if (unreadable)
    throw new UserError(
      `cannot read ${join(root, unreadable.path)}: ${unreadable.why}${more.length > 0 ? ` (and ${more.length} more)` : ''}`,
      'make the file readable or remove it: a report that passes over a file would not be the tree’s',
    )
  return { index, read: (path) => readSource(root, path), parser: await cParser(), settings, tool }
}

function readSource(root: string, path: string): string | null {
  try {
    return readFileSync(join(root, path), 'latin1')
  } catch {
    return null
  }
}
