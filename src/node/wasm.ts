/** The two wasm files of the C parser: beside the bundles in out/, or in node_modules when the sources run unbundled. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type CParser, loadCParser } from '../core/functions/parser.js'

let loading: Promise<CParser> | null = null

/** One parser a process: the grammar costs some milliseconds and megabytes. */
export function cParser(): Promise<CParser> {
  loading ??= loadCParser(
    wasm('web-tree-sitter.wasm', 'web-tree-sitter/web-tree-sitter.wasm'),
    wasm('tree-sitter-c.wasm', 'tree-sitter-c/tree-sitter-c.wasm'),
  )
  return loading
}

function wasm(name: string, specifier: string): Uint8Array {
  const beside = fileURLToPath(new URL(`../wasm/${name}`, import.meta.url))
  return readFileSync(existsSync(beside) ? beside : createRequire(import.meta.url).resolve(specifier))
}
