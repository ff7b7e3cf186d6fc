/** A kernel with the first patches of a series from the list applied, beside the kernels, for as long as a test needs it. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kernelsFolder } from '../../src/tools/kernels.mjs'
import { treeOf } from './kernelTree.js'

/** The folder of real data that lies beside the checkout; tests that need it say so where it is missing. */
export const sharedData = fileURLToPath(new URL('../../../shared/data/', import.meta.url))

export interface PatchedTree {
  readonly root: string
  /** What patch(1) said of hunks that it could not apply, by number of the patch. */
  readonly failed: ReadonlyMap<number, readonly string[]>
  remove(): void
}

/**
 * A copy of `kernel` made of hard links (patch(1) writes new files), with patches 1 to `last` of the mails in `series`
 * applied in order. Throws if a mail or a tool is missing.
 */
export function patchedTree(kernel: string, series: string, last: number): PatchedTree {
  const root = mkdtempSync(join(kernelsFolder, '.patched-'))
  const remove = () => rmSync(root, { recursive: true, force: true })
  try {
    run('cp', ['-al', `${treeOf(kernel)}/.`, root])
    const failed = new Map<number, readonly string[]>()
    for (const [i, mail] of mailsOf(series)
      .slice(1, last + 1)
      .entries()) {
      const lines = applied(join(series, mail), root)
      if (lines.length > 0) failed.set(i + 1, lines)
    }
    return { root, failed, remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** `00.mbox` is the cover letter. */
function mailsOf(series: string): readonly string[] {
  if (!existsSync(series)) throw new Error(`there is no ${series}`)
  return readdirSync(series)
    .filter((name) => /^\d+\.mbox$/.test(name))
    .sort()
}

function applied(mail: string, root: string): readonly string[] {
  const diff = join(root, '.patch')
  run('git', ['mailinfo', '/dev/null', diff], readFileSync(mail))
  const { stdout } = spawnSync('patch', ['-p1', '-f', '--no-backup-if-mismatch', '-i', diff], {
    cwd: root,
    encoding: 'utf8',
  })
  rmSync(diff)
  return stdout.split('\n').filter((line) => /^Hunk #\d+ FAILED/.test(line))
}

function run(command: string, args: readonly string[], input?: Buffer): void {
  const { status, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr.trim()}`)
}
