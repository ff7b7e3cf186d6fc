/** `scan`: the whole tree at ROOT, findings limited to PATHs. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import type { Progress, Task } from '../core/cancel.js'
import { defaultSettings } from '../core/config/settings.js'
import { jsonReport } from '../core/report/json.js'
import type { Finding, Report, Severity } from '../core/report/schema.js'
import { terseReport } from '../core/report/terse.js'
import { textReport } from '../core/report/text.js'
import { ReportCache } from '../node/reportCache.js'
import { openSession } from '../node/session.js'
import { checkKernelTree } from '../node/treeFiles.js'
import { UserError } from '../node/userError.js'
import { readScanOptions, type ScanOptions } from './options.js'
import { SCAN_USAGE } from './usage.js'

export async function scan(args: readonly string[]): Promise<number> {
  const options = readScanOptions(args, process.stdout.isTTY === true)
  if (options.help) {
    process.stdout.write(SCAN_USAGE)
    return 0
  }
  checkArch(options)
  const paths = options.paths.map((path) => pathInTree(options.root, path))
  const progress = options.quiet || !process.stderr.isTTY ? undefined : showProgress
  const report = withRules(await wholeReport(options, paths, { progress }), options)
  if (progress) process.stderr.write('\r\u001b[K')
  writeReport(rendered(report, options), options)
  if (options.stats) writeStats(report)
  return exitStatus(report.findings, options.failOn)
}

/** Throws UserError if somebody asks for an arch that the tree has not. */
function checkArch({ root, settings: { arch } }: ScanOptions): void {
  if (arch !== defaultSettings.arch && !existsSync(join(root, 'arch', arch)))
    throw new UserError(`no arch/${arch} in ${root}`, 'use the name of a folder under arch/')
}

async function wholeReport(options: ScanOptions, paths: readonly string[], task: Task): Promise<Report> {
  const { root, settings, jobs } = options
  checkKernelTree(root)
  const cache = options.cache === null ? null : new ReportCache(options.cache, { root, settings, paths })
  const kept = cache?.read()
  if (kept) return kept
  const session = await openSession(root, { settings, jobs, task, onBuildFile: cache?.onBuildFile })
  const report = session.report(task, paths)
  cache?.write(report)
  return report
}

/** A PATH as the report names it. Throws UserError if there is no such file or folder in the tree. */
function pathInTree(root: string, path: string): string {
  const inTree = relative(resolve(root), resolve(root, path))
  if (inTree.startsWith('..') || !existsSync(join(root, inTree)))
    throw new UserError(`no ${path} in ${root}`, 'name files or folders relative to ROOT')
  return inTree
}

function withRules(report: Report, { isRuleOn }: ScanOptions): Report {
  const findings = report.findings.filter((f) => isRuleOn(f.rule))
  if (findings.length === report.findings.length) return report
  const count = (severity: Severity): number => findings.filter((f) => f.severity === severity).length
  const summary = { ...report.summary, errors: count('error'), warnings: count('warning'), infos: count('info') }
  return { ...report, findings, summary }
}

function rendered(report: Report, { format, root, color }: ScanOptions): string {
  if (format === 'json') return jsonReport(report)
  if (format === 'terse') return terseReport(report)
  return textReport(report, { color, sourceLine: sourceLines(root) })
}

function sourceLines(root: string): (file: string, line: number) => string | null {
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

/** To stdout, or to a file that is there whole or not at all. */
function writeReport(text: string, { output }: ScanOptions): void {
  if (output === null) {
    process.stdout.write(text)
    return
  }
  const partial = `${output}.part`
  try {
    writeFileSync(partial, text)
    renameSync(partial, output)
  } catch (error) {
    rmSync(partial, { force: true })
    throw new UserError(
      `cannot write ${output}: ${(error as NodeJS.ErrnoException).code}`,
      'name a file that can be written',
    )
  }
}

function exitStatus(findings: readonly Finding[], failOn: Severity | 'never'): number {
  if (failOn === 'never') return 0
  const order: readonly Severity[] = ['error', 'warning', 'info']
  return findings.some((f) => order.indexOf(f.severity) <= order.indexOf(failOn)) ? 1 : 0
}

function showProgress({ done, total, what }: Progress): void {
  const part = total > 0 ? ` ${Math.floor((100 * done) / total)} %` : ''
  process.stderr.write(`\r\u001b[K${what}${part}`)
}

function writeStats({ tree, summary }: Report): void {
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
