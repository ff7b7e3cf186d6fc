/** `scan`: the whole tree at ROOT, findings limited to PATHs. */
import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Task } from '../core/cancel.js'
import type { Finding, Report, Severity } from '../core/report/schema.js'
import { TreeStates } from '../node/fileStates.js'
import { KeptIndex } from '../node/keptIndex.js'
import { ReportCache } from '../node/reportCache.js'
import { openSession } from '../node/session.js'
import { checkKernelTree } from '../node/treeFiles.js'
import { UserError } from '../node/userError.js'
import { loadBaseline, withBaseline } from './baselineFile.js'
import { readScanOptions, type ScanOptions } from './options.js'
import { writeOut } from './outputFile.js'
import { endProgress, progressFor } from './progress.js'
import { type ReportFormat, rendered } from './render.js'
import { sourceLines } from './sourceLines.js'
import { SCAN_USAGE } from './usage.js'

export async function scan(args: readonly string[]): Promise<number> {
  const options = readScanOptions(args, process.stdout.isTTY === true)
  if (options === null) {
    process.stdout.write(SCAN_USAGE)
    return 0
  }
  const { root, settings, quiet, color, output } = options
  const format = reportFormat(options)
  const paths = options.paths.map((path) => pathInTree(root, path))
  const baseline = loadBaseline(options)
  const found = await wholeReport(options, paths, { progress: progressFor(quiet) })
  endProgress(quiet)
  const report = withBaseline(found, baseline, options, { settings, paths }, note)
  writeOut(rendered(format, report, { color, sourceLine: sourceLines(root) }), output)
  if (options.stats) writeStats(report)
  return exitStatus(report.findings, options.failOn)
}

function reportFormat({ format }: ScanOptions): ReportFormat {
  if (format !== 'mail') return format
  throw new UserError(
    'scan has no mail format: a reply needs the mail it answers',
    'use series FILE --format mail, or another format here',
  )
}

export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function wholeReport(options: ScanOptions, paths: readonly string[], task: Task): Promise<Report> {
  const { root, settings, jobs } = options
  checkKernelTree(root)
  const { cache } = options
  if (cache === null) return (await openSession(root, { settings, jobs, task })).report(task, paths)
  const tree = new TreeStates(root)
  const reports = new ReportCache(cache, { root, settings, paths })
  const known = reports.read(tree)
  if (known) return known
  const kept = new KeptIndex(cache, root, settings, { tree })
  const session = await openSession(root, { settings, jobs, task, onBuildFile: reports.onBuildFile, kept })
  const report = session.report(task, paths)
  reports.write(report)
  return report
}

/** A PATH as the report names it. Throws UserError if there is no such file or folder in the tree. */
function pathInTree(root: string, path: string): string {
  const inTree = relative(resolve(root), resolve(root, path))
  if (inTree.startsWith('..') || !existsSync(join(root, inTree)))
    throw new UserError(`no ${path} in ${root}`, 'name files or folders relative to ROOT')
  return inTree
}

export function exitStatus(findings: readonly Finding[], failOn: Severity | 'never'): number {
  if (failOn === 'never') return 0
  const order: readonly Severity[] = ['error', 'warning', 'info']
  return findings.some((f) => f.state !== 'fixed' && order.indexOf(f.severity) <= order.indexOf(failOn)) ? 1 : 0
}

export function writeStats({ tree, summary }: Report): void {
  const { user, system } = cpu()
  const { maxRSS } = process.resourceUsage()
  const unresolved = Object.entries(tree.unresolved)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ')
  process.stderr.write(
    `${tree.files} files, ${(tree.bytes / 1e6).toFixed(0)} MB, ${tree.functions} functions, ${tree.calls} calls\n` +
      `${summary.sites} writes, ${summary.reachable} reachable, ${summary.unguarded} of them unguarded\n` +
      `cannot tell: ${unresolved}\n` +
      tree.skipped.map((s) => `left out: ${s.path} (${s.why})\n`).join('') +
      `${(user + system).toFixed(1)} CPU s, ${process.uptime().toFixed(1)} s, ${(maxRSS / 1024).toFixed(0)} MB\n`,
  )
}

function cpu(): { user: number; system: number } {
  const { userCPUTime, systemCPUTime } = process.resourceUsage()
  return { user: userCPUTime / 1e6, system: systemCPUTime / 1e6 }
}
