import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The bundled worker beside this module; null when the sources run unbundled, as in tests. */
export function workerScript(): string | null {
  for (const path of ['./indexWorker.js', '../node/indexWorker.js']) {
    const file = fileURLToPath(new URL(path, import.meta.url))
    if (existsSync(file)) return file
  }
  return null
}
