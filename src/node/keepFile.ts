import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'

/** Puts a file into a cache folder, whole or not at all; false where that cannot be done, which is no error. */
export function keepFile(path: string, write: (partial: string) => void): boolean {
  const partial = `${path}.${process.pid}.part`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    write(partial)
    renameSync(partial, path)
    return true
  } catch {
    remove(partial)
    return false
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Its folder is none.
  }
}
