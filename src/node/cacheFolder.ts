import { homedir } from 'node:os'
import { join } from 'node:path'
import { tool } from './version.js'

/** Where a program keeps what it can make again: never in the tree. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME: base } = process.env
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), tool.name)
}
