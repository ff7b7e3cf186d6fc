/** The kernels that the tests read, and what the built command line reports on them, once a run for all tests. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '../../src/core/report/schema.js'
import { kernelNames, kernelsFolder } from '../../src/tools/kernels.mjs'

export const KERNELS = kernelNames
export const [NEWEST = ''] = kernelNames

export interface ScanRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export const cli = fileURLToPath(new URL('../../out/cli/main.js', import.meta.url))
const runs = new Map<string, ScanRun>()
const reports = new Map<string, Report>()
const texts = new Map<string, string>()

export function treeOf(kernel: string): string {
  return join(kernelsFolder, kernel)
}

/** `scan --format json` of a kernel, as it came out. Not kept: a report is 15 MB. */
export function scanKernel(kernel: string, jobs: number): ScanRun {
  if (!existsSync(cli)) throw new Error('there is no out/cli/main.js: run `npm run build` first')
  const args = [cli, 'scan', treeOf(kernel), '--format', 'json', '--no-cache', '--quiet', '--jobs', String(jobs)]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 29 })
  return { status, stdout, stderr }
}

/** The run that all tests of a kernel share. */
export function sharedScan(kernel: string): ScanRun {
  const run = runs.get(kernel) ?? scanKernel(kernel, 2)
  runs.set(kernel, run)
  return run
}

export function reportOn(kernel: string): Report {
  const report = reports.get(kernel) ?? (JSON.parse(sharedScan(kernel).stdout) as Report)
  reports.set(kernel, report)
  return report
}

/** Text of a file of a kernel, one character a byte. */
export function sourceOf(kernel: string, path: string): string {
  const file = join(treeOf(kernel), path)
  const text = texts.get(file) ?? readFileSync(file, 'latin1')
  texts.set(file, text)
  return text
}

/** Lines of the tree's C files with one of some words in it. */
export function linesWith(kernel: string, words: readonly string[]): readonly string[] {
  return grep(kernel, words, '-h')
}

/** Paths of the tree's C files with one of some words in it, sorted. */
export function filesWith(kernel: string, words: readonly string[]): readonly string[] {
  return [...grep(kernel, words, '-l')].sort()
}

function grep(kernel: string, words: readonly string[], what: '-h' | '-l'): readonly string[] {
  const folders = readdirSync(treeOf(kernel)).filter((name) => statSync(join(treeOf(kernel), name)).isDirectory())
  const { status, stdout, error } = spawnSync('grep', ['-rwF', what, '--include=*.[ch]', '-f', '-', ...folders], {
    cwd: treeOf(kernel),
    input: words.join('\n'),
    encoding: 'latin1',
    maxBuffer: 1 << 29,
    env: { ...process.env, LC_ALL: 'C' },
  })
  if (error) throw error
  if (status === null || status > 1) throw new Error(`grep ended with ${status}`)
  return stdout.split('\n').filter((line) => line !== '')
}
