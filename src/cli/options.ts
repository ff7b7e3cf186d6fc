/** Flags to settings, with the wrong ones named. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { defaultSettings, type Settings } from '../core/config/settings.js'
import { FLOWS, PHASES, type Severity } from '../core/report/schema.js'
import { rules } from '../core/rules/index.js'
import { readKernelConfigFile } from '../node/kernelConfigFile.js'
import { cacheFolder } from '../node/reportCache.js'
import { UserError } from '../node/userError.js'

export const FORMATS = ['text', 'terse', 'json'] as const
export type Format = (typeof FORMATS)[number]
const FAIL_ON = ['error', 'warning', 'info', 'never'] as const
const POLICIES = ['upstream', 'strict'] as const

export interface ScanOptions {
  readonly root: string
  readonly paths: readonly string[]
  readonly settings: Settings
  readonly format: Format
  readonly output: string | null
  readonly failOn: Severity | 'never'
  readonly jobs: number
  readonly stats: boolean
  readonly quiet: boolean
  /** Folder of kept reports, null for none. */
  readonly cache: string | null
  readonly color: boolean
  readonly help: boolean
  /** Whether findings of a rule are reported. */
  readonly isRuleOn: (id: string) => boolean
}

const OPTIONS = {
  format: { type: 'string' },
  output: { type: 'string' },
  phase: { type: 'string' },
  arch: { type: 'string' },
  config: { type: 'string' },
  drivers: { type: 'string' },
  flows: { type: 'string' },
  policy: { type: 'string' },
  rules: { type: 'string' },
  'fail-on': { type: 'string' },
  jobs: { type: 'string' },
  stats: { type: 'boolean' },
  quiet: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  cache: { type: 'string' },
  'no-cache': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export function readScanOptions(args: readonly string[], isTerminal: boolean): ScanOptions {
  const { values, positionals } = parsed(args)
  const settings: Settings = {
    ...defaultSettings,
    arch: values.arch === undefined ? defaultSettings.arch : archName(values.arch),
    config: values.config === undefined ? defaultSettings.config : readKernelConfigFile(values.config),
    policy: values.policy === undefined ? defaultSettings.policy : oneOf('--policy', values.policy, POLICIES),
    phases: values.phase === undefined ? defaultSettings.phases : listOf('--phase', values.phase, PHASES),
    flows: values.flows === undefined ? defaultSettings.flows : listOf('--flows', values.flows, FLOWS),
    drivers: values.drivers === undefined ? defaultSettings.drivers : split(values.drivers),
  }
  return {
    root: positionals[0] ?? '.',
    paths: positionals.slice(1),
    settings,
    format: values.format === undefined ? (isTerminal ? 'text' : 'terse') : oneOf('--format', values.format, FORMATS),
    output: values.output ?? null,
    failOn: oneOf('--fail-on', values['fail-on'] ?? 'error', FAIL_ON),
    jobs: values.jobs === undefined ? availableParallelism() : jobCount(values.jobs),
    stats: values.stats === true,
    quiet: values.quiet === true,
    cache: values['no-cache'] === true ? null : (values.cache ?? cacheFolder()),
    color:
      values['no-color'] !== true && isTerminal && process.env.NO_COLOR === undefined && values.output === undefined,
    help: values.help === true,
    isRuleOn: ruleFilter(values.rules),
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    const message = (error as Error).message.split('. ')[0]!
    throw new UserError(message.charAt(0).toLowerCase() + message.slice(1), 'see liveupdate-review --help')
  }
}

function split(list: string): string[] {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((a) => a === value)
  if (found === undefined) throw new UserError(`${option} does not know '${value}'`, `use one of ${allowed.join(', ')}`)
  return found
}

function listOf<T extends string>(option: string, value: string, allowed: readonly T[]): T[] {
  const items = split(value).map((item) => oneOf(option, item, allowed))
  if (items.length === 0) throw new UserError(`${option} is empty`, `use some of ${allowed.join(', ')}`)
  return items
}

function archName(value: string): string {
  if (!/^[\w-]+$/.test(value))
    throw new UserError(`--arch does not know '${value}'`, 'use the name of a folder under arch/')
  return value
}

function jobCount(value: string): number {
  const jobs = Number(value)
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256)
    throw new UserError(`--jobs takes a number of threads, not '${value}'`, 'use a whole number from 1 to 256')
  return jobs
}

function ruleFilter(list: string | undefined): (id: string) => boolean {
  if (list === undefined) return () => true
  const known = rules.map((rule) => rule.id)
  const items = split(list)
  for (const item of items) oneOf('--rules', item.replace(/^-/, ''), known)
  const off = items.filter((item) => item.startsWith('-')).map((item) => item.slice(1))
  const on = items.filter((item) => !item.startsWith('-'))
  return (id) => !off.includes(id) && (on.length === 0 || on.includes(id))
}
