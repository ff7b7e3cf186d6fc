/** Calls as Coccinelle finds them: a C parser of its own, with no part in the engine. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Lines } from './cText.js'
import { treeOf } from './kernelTree.js'

/** `path:line:callee` of every call of some functions in some files, as often as it is there. */
export function cocciCalls(kernel: string, callees: readonly string[], files: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'cocci-'))
  try {
    const patch = readFileSync(fileURLToPath(new URL('./calls.cocci', import.meta.url)), 'utf8')
    writeFileSync(join(folder, 'calls.cocci'), patch.replace('CALLEES', callees.join('|')))
    // Groups of one file each: what one file defines must not colour how another is read.
    writeFileSync(join(folder, 'groups'), files.map((file) => `${file}\n\n`).join(''))
    const args = ['--sp-file', join(folder, 'calls.cocci'), '--file-groups', join(folder, 'groups')]
    return run(kernel, [...args, '--very-quiet', '--no-includes', '-j', '2'])
      .split('\n')
      .filter((line) => /^[^ ]+:\d+:\w+$/.test(line))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Lines of the top-level pieces of a file that Coccinelle gives up on, and so finds nothing in. */
export function unparsedLines(kernel: string, file: string, rows: readonly string[]): readonly Lines[] {
  const log = run(kernel, ['--parse-c', file])
  // The line of the error itself is marked `BAD:!!!!!`.
  const errors = log.matchAll(
    /^parse error *\n = File "[^"]*", line (\d+).*(?:\n.*)*?\nbadcount: \d+\n((?:bad:.*\n|BAD:.*\n)+)/gm,
  )
  return [...errors].flatMap(([, at, text]) => {
    const said = text!
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/^(?:bad:|BAD:!*) ?/, '').trimEnd())
    const isHere = (i: number) => said.every((line, n) => rows[i + n]?.trimEnd() === line)
    const first = rows.findIndex((_, i) => i < Number(at) && i + said.length >= Number(at) && isHere(i))
    return first < 0 ? [] : [{ first: first + 1, last: first + said.length }]
  })
}

function run(kernel: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('spatch', args, {
    cwd: treeOf(kernel),
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  })
  if (error) throw new Error(`no spatch (Debian package coccinelle): ${error.message}`)
  if (status !== 0) throw new Error(`spatch ended with ${status}: ${stderr.trim().split('\n').at(-1)}`)
  return args[0] === '--parse-c' ? stdout + stderr : stdout
}
