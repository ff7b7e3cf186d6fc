import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Reads lines of a tree's files, each file once; null for a line that is not there. */
export function sourceLines(root: string): (file: string, line: number) => string | null {
  const files = new Map<string, readonly string[] | null>()
  return (file, line) => {
    let lines = files.get(file)
    if (lines === undefined) {
      lines = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8').split(/\r?\n/) : null
      files.set(file, lines)
    }
    return lines?.[line - 1] ?? null
  }
}
