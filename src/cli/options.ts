/** Flags to settings, with the wrong ones named. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { defaultSettings, type Settings } from '../core/config/settings.js'
import { withTreeConfig } from '../core/config/treeConfig.js'
import { guardFromPattern } from '../core/guards/guardTable.js'
import { FLOWS, type Flow, PHASES, type Severity } from '../core/report/schema.js'
import { rules } from '../core/rules/index.js'
import { nearestNames } from '../core/text/nearestNames.js'
import { cacheFolder } from '../node/cacheFolder.js'
import { readKernelConfigFile } from '../node/kernelConfigFile.js'
import { loadTreeConfig } from '../node/treeConfig.js'
import { UserError } from '../node/userError.js'

export const FORMATS = ['text', 'terse', 'json', 'sarif', 'markdown', 'html', 'mail', 'github'] as const
export type Format = (typeof FORMATS)[number]
const FAIL_ON = ['error', 'warning', 'info', 'never'] as const
const POLICIES = ['upstream', 'strict'] as const

/** What every command that makes a report of a tree takes. */
export interface ReportOptions {
  readonly root: string
  readonly settings: Settings
  readonly format: Format
  readonly output: string | null
  readonly failOn: Severity | 'never'
  readonly jobs: number
  readonly stats: boolean
  readonly quiet: boolean
  /** Folder of kept reports and indexes, null for none. */
  readonly cache: string | null
  readonly color: boolean
  readonly baseline: string | null
  readonly updatesBaseline: boolean
}

export interface ScanOptions extends ReportOptions {
  readonly paths: readonly string[]
}

export interface SeriesOptions extends ReportOptions {
  /** Files, folders, or `-`. */
  readonly inputs: readonly string[]
  /** `A..B` in place of mails. */
  readonly range: string | null
}

const OPTIONS = {
  format: { type: 'string' },
  output: { type: 'string' },
  phase: { type: 'string' },
  arch: { type: 'string' },
  config: { type: 'string' },
  drivers: { type: 'string' },
  ids: { type: 'string' },
  flows: { type: 'string' },
  policy: { type: 'string' },
  guard: { type: 'string', multiple: true },
  rules: { type: 'string' },
  suppressions: { type: 'string' },
  baseline: { type: 'string' },
  'update-baseline': { type: 'boolean' },
  'fail-on': { type: 'string' },
  jobs: { type: 'string' },
  stats: { type: 'boolean' },
  quiet: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  cache: { type: 'string' },
  'no-cache': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const SERIES_OPTIONS = { ...OPTIONS, tree: { type: 'string' }, git: { type: 'string' } } as const

/** Null when help is asked for. */
export function readScanOptions(args: readonly string[], isTerminal: boolean): ScanOptions | null {
  const { values, positionals } = parsed(args, OPTIONS)
  if (values.help === true) return null
  const [root = '.', ...paths] = positionals
  return { ...reportOptions(root, values, isTerminal), paths }
}

/** Null when help is asked for. */
export function readSeriesOptions(args: readonly string[], isTerminal: boolean): SeriesOptions | null {
  const { values, positionals } = parsed(args, SERIES_OPTIONS)
  if (values.help === true) return null
  const range = values.git ?? null
  if (range === null && positionals.length === 0)
    throw new UserError('review which series?', "name an mbox, a folder of patches, '-' for stdin, or --git A..B")
  if (range !== null && positionals.length > 0)
    throw new UserError('both --git and a file are given', 'leave one of them out')
  return { ...reportOptions(values.tree ?? '.', values, isTerminal), inputs: positionals, range }
}

type OptionValues = ReturnType<typeof parsed<typeof OPTIONS>>['values']

function reportOptions(root: string, values: OptionValues, isTerminal: boolean): ReportOptions {
  if (values['update-baseline'] === true && values.baseline === undefined)
    throw new UserError('--update-baseline has no file', 'name it with --baseline FILE')
  return {
    root,
    settings: readSettings(root, values),
    format: values.format === undefined ? (isTerminal ? 'text' : 'terse') : oneOf('--format', values.format, FORMATS),
    output: values.output ?? null,
    failOn: oneOf('--fail-on', values['fail-on'] ?? 'error', FAIL_ON),
    jobs: values.jobs === undefined ? availableParallelism() : jobCount(values.jobs),
    stats: values.stats === true,
    quiet: values.quiet === true,
    cache: keptIn(values),
    color:
      values['no-color'] !== true && isTerminal && process.env.NO_COLOR === undefined && values.output === undefined,
    baseline: values.baseline ?? null,
    updatesBaseline: values['update-baseline'] === true,
  }
}

/** The folder of kept reports and indexes, null for none. */
export function keptIn(values: {
  readonly cache?: string | undefined
  readonly 'no-cache'?: boolean | undefined
}): string | null {
  return values['no-cache'] === true ? null : (values.cache ?? cacheFolder())
}

/** Options of every command that reviews a tree. */
export const REVIEW_OPTIONS = {
  phase: OPTIONS.phase,
  arch: OPTIONS.arch,
  config: OPTIONS.config,
  drivers: OPTIONS.drivers,
  ids: OPTIONS.ids,
  flows: OPTIONS.flows,
  policy: OPTIONS.policy,
  guard: OPTIONS.guard,
  suppressions: OPTIONS.suppressions,
  jobs: OPTIONS.jobs,
  cache: OPTIONS.cache,
  'no-cache': OPTIONS['no-cache'],
} as const

type ReviewValues = {
  readonly [name in Exclude<keyof typeof REVIEW_OPTIONS, 'guard' | 'cache' | 'no-cache'> | 'rules']?: string | undefined
} & { readonly guard?: readonly string[] | undefined }

/** The defaults, over them the tree's own file, over it what is asked for here. */
export function readSettings(root: string, values: ReviewValues): Settings {
  const base = withTreeConfig(defaultSettings, loadTreeConfig(root, values.suppressions ?? null))
  return {
    ...base,
    arch: values.arch === undefined ? base.arch : archName(root, values.arch),
    config: values.config === undefined ? base.config : readKernelConfigFile(values.config),
    policy: values.policy === undefined ? base.policy : oneOf('--policy', values.policy, POLICIES),
    phases: values.phase === undefined ? base.phases : listOf('--phase', values.phase, PHASES),
    flows: values.flows === undefined ? base.flows : flowsIn(values.flows),
    drivers: values.drivers === undefined ? base.drivers : split(values.drivers),
    ids: values.ids === undefined ? base.ids : deviceIds(values.ids),
    guards: [...base.guards, ...(values.guard ?? []).map(guardPattern)],
    rules: values.rules === undefined ? base.rules : ruleList(values.rules),
  }
}

/** Arguments by a table of options; what the table does not hold is named with the nearest that it does. */
export function parsed<const T extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: T,
  mostArguments = Number.POSITIVE_INFINITY,
) {
  try {
    const found = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
    const extra = found.positionals[mostArguments]
    if (extra !== undefined) throw new Error(`unexpected argument '${extra}'`)
    return found
  } catch (error) {
    const message = (error as Error).message.split('. ')[0]!
    const [, unknown] = /^Unknown option '--?([^']+)'/.exec(message) ?? []
    const near = unknown === undefined ? [] : nearestNames(unknown, Object.keys(options), 2)
    const hint = near.length > 0 ? `did you mean ${near.map((name) => `--${name}`).join(' or ')}?` : 'see --help'
    throw new UserError(message.charAt(0).toLowerCase() + message.slice(1), hint)
  }
}

function split(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

export function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((a) => a === value)
  if (found === undefined) throw new UserError(`${option} does not know '${value}'`, `use one of ${allowed.join(', ')}`)
  return found
}

/** A list of flows, or `all`. */
export function flowsIn(value: string): readonly Flow[] {
  return value === 'all' ? FLOWS : listOf('--flows', value, FLOWS)
}

export function listOf<T extends string>(option: string, value: string, allowed: readonly T[]): T[] {
  const items = split(value).map((item) => oneOf(option, item, allowed))
  if (items.length === 0) throw new UserError(`${option} is empty`, `use some of ${allowed.join(', ')}`)
  return items
}

function guardPattern(value: string): string {
  if (guardFromPattern(value)) return value
  throw new UserError(
    `--guard does not understand '${value}'`,
    "write the guard as the code asks it: 'kept(dev)', 'kept(dev) == 0', 'dev->live.kept'",
  )
}

function deviceIds(list: string): string[] {
  const items = split(list).map((item) => item.toLowerCase())
  const wrong = items.find((item) => !/^[\da-f]{4}:[\da-f]{4}$/.test(item))
  if (wrong !== undefined || items.length === 0)
    throw new UserError(`--ids does not know '${wrong ?? list}'`, 'use vendor:device in hex, as in 8086:10d3')
  return items
}

function archName(root: string, value: string): string {
  const isThere = value === defaultSettings.arch || existsSync(join(root, 'arch', value))
  if (!/^[\w-]+$/.test(value) || !isThere)
    throw new UserError(`no arch/${value} in ${root}`, 'use the name of a folder under arch/')
  return value
}

export function jobCount(value: string): number {
  const jobs = Number(value)
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256)
    throw new UserError(`--jobs takes a number of threads, not '${value}'`, 'use a whole number from 1 to 256')
  return jobs
}

function ruleList(list: string): string[] {
  const known = rules.map((rule) => rule.id)
  const items = split(list)
  for (const item of items) oneOf('--rules', item.replace(/^-/, ''), known)
  return items
}
