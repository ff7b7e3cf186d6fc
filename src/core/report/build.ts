/** The report of a whole run, in the form of the contract, in an order that is the same in every run. */
import type { Settings } from '../config/settings.js'
import type { TreeIndex } from '../index/treeIndex.js'
import type { Program } from '../program/linker.js'
import { byHarm } from './byHarm.js'
import { type Finding, PHASES, type Report, type Severity, type Site, type SuppressedFinding } from './schema.js'

export interface Tool {
  readonly name: string
  readonly version: string
}

export interface ReportInput {
  readonly index: TreeIndex
  readonly settings: Settings
  readonly tool: Tool
  readonly program: Program
  /** Writes that the index counts and the parser could not read. */
  readonly unparsedWrites: number
  readonly sites: readonly Site[]
  readonly findings: readonly Finding[]
  readonly suppressed: readonly SuppressedFinding[]
}

export function reportOf(input: ReportInput): Report {
  const { index, settings, tool, program, unparsedWrites, sites, findings, suppressed } = input
  const reachable = sites.filter((site) => PHASES.some((phase) => site.phases[phase].reachable))
  return {
    schema: 1,
    tool: { name: tool.name, version: tool.version },
    command: 'scan',
    tree: {
      kernel: index.kernel,
      arch: settings.arch,
      ...index.counts,
      unresolved: {
        ...program.unresolved,
        registers: sites.filter((site) => site.kind === 'config' && site.fields.length === 0).length,
        unparsedWrites,
        unreadableFiles: index.unreadable.length,
      },
      skipped: index.skipped,
    },
    policy: settings.policy,
    flows: settings.flows,
    sites,
    findings: byHarm(findings, sites, settings.flows),
    ...(suppressed.length > 0 && { suppressed }),
    summary: {
      sites: sites.length,
      reachable: reachable.length,
      unguarded: reachable.filter((site) => site.guard.status === 'unguarded').length,
      ...countsOf(findings),
    },
  }
}

/** A report with fewer findings, counted anew. */
export function withFindings(report: Report, findings: readonly Finding[]): Report {
  const inOrder = byHarm(findings, report.sites, report.flows)
  return { ...report, findings: inOrder, summary: { ...report.summary, ...countsOf(findings) } }
}

function countsOf(findings: readonly Finding[]): Pick<Report['summary'], 'errors' | 'warnings' | 'infos'> {
  const count = (severity: Severity): number =>
    findings.filter((f) => f.severity === severity && f.state !== 'fixed').length
  return { errors: count('error'), warnings: count('warning'), infos: count('info') }
}

/** True for a file that is one of the paths or lies under one; no paths mean all. */
export function inPaths(file: string, paths: readonly string[]): boolean {
  return paths.length === 0 || paths.some((path) => file === path || file.startsWith(`${path.replace(/\/+$/, '')}/`))
}
