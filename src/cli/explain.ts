/** `explain`: the page of a rule or a feature, or the whole proof of a write. */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { featureNamed, features } from '../core/device/features/index.js'
import { featurePage } from '../core/pages/featurePages.js'
import { pageText } from '../core/pages/pageText.js'
import { rulePage } from '../core/pages/rulePages.js'
import { findingProof, proofText } from '../core/report/proof.js'
import type { Finding, Report, Site } from '../core/report/schema.js'
import { rules } from '../core/rules/index.js'
import { nearestNames } from '../core/text/nearestNames.js'
import { terminalText } from '../core/text/terminal.js'
import { keptIndexIn } from '../node/keptIndex.js'
import { openSession } from '../node/session.js'
import { checkKernelTree } from '../node/treeFiles.js'
import { UserError } from '../node/userError.js'
import { jobCount, keptIn, oneOf, parsed, REVIEW_OPTIONS, readSettings } from './options.js'
import { writeOut } from './outputFile.js'
import { endProgress, progressFor } from './progress.js'
import { sourceLines } from './sourceLines.js'
import { EXPLAIN_USAGE } from './usage.js'

const OPTIONS = {
  ...REVIEW_OPTIONS,
  tree: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
  quiet: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

export async function explain(args: readonly string[]): Promise<number> {
  const { values, positionals } = parsed(args, OPTIONS, 1)
  if (values.help === true) {
    process.stdout.write(EXPLAIN_USAGE)
    return 0
  }
  const [name] = positionals
  if (name === undefined) throw new UserError('explain what?', 'name a rule, a feature, or a write as FILE:LINE')
  const page = pageOf(name)
  const text = page === null ? await proofOf(name, values) : inFormat(page, values.format)
  writeOut(text, values.output ?? null)
  return 0
}

/** The page of a rule or a feature as Markdown, null if there is none of that name. */
function pageOf(name: string): string | null {
  const rule = rules.find(({ id }) => id === name.toUpperCase())
  if (rule) return rulePage(rule)
  const feature = featureNamed(name.toLowerCase())
  return feature ? featurePage(feature) : null
}

function inFormat(page: string, given: string | undefined): string {
  const format = oneOf('--format', given ?? 'text', ['text', 'markdown', 'json'])
  if (format === 'json') return `${JSON.stringify({ schema: 1, command: 'explain', page }, null, 2)}\n`
  return format === 'markdown' ? page : pageText(page)
}

type Values = ReturnType<typeof parsed<typeof OPTIONS>>['values']

async function proofOf(name: string, values: Values): Promise<string> {
  const place = placeOf(name)
  if (place === null) throw unknownName(name)
  const format = oneOf('--format', values.format ?? 'text', ['text', 'json'])
  const root = values.tree ?? '.'
  const jobs = values.jobs === undefined ? availableParallelism() : jobCount(values.jobs)
  const wanted = place.line === null ? place : { ...place, file: pathInTree(root, place.file) }
  const settings = readSettings(root, values)
  const quiet = values.quiet === true
  const progress = progressFor(quiet)
  checkKernelTree(root)
  const kept = keptIndexIn(keptIn(values), root, settings)
  const session = await openSession(root, { settings, jobs, task: { progress }, kept })
  const report = session.report({ progress }, [wanted.file])
  endProgress(quiet)
  const bare = findingsAt(report, wanted)
  const sites = bare.length > 0 ? [] : sitesAt(report, wanted, name)
  if (format === 'json') {
    const ids = new Set(sites.map(({ id }) => id))
    const findings = [...bare, ...report.findings.filter(({ site }) => site !== null && ids.has(site))]
    return `${JSON.stringify({ schema: 1, command: 'explain', sites, findings }, null, 2)}\n`
  }
  const line = sourceLines(root)
  return [
    ...sites.map((site) => proofText(site, report, line(site.file, site.line))),
    ...bare.map((finding) => findingProof(finding, line(finding.file, finding.line))),
  ].join('\n')
}

interface PlaceName {
  readonly file: string
  /** Null if it is a site's id. */
  readonly line: number | null
}

/** `FILE:LINE`, as a compiler prints it with or without a column, or a site's id. */
function placeOf(name: string): PlaceName | null {
  const [, file, line] = /^(.+?):(\d+)(?::\d*)?:?$/.exec(name) ?? []
  if (file !== undefined) return { file, line: Number(line) }
  return name.includes('#') ? { file: name.slice(0, name.indexOf('#')), line: null } : null
}

/** A file named from the tree's root or from where the user stands, as the report names it. */
function pathInTree(root: string, file: string): string {
  const candidates = isAbsolute(file) ? [file] : [join(resolve(root), file), resolve(file)]
  const found = candidates.find((path) => existsSync(path))
  const path = found === undefined ? null : relative(resolve(root), found).split(sep).join('/')
  if (path === null || path.startsWith('..'))
    throw new UserError(`no ${file} in ${root}`, 'name a file relative to the tree, and the tree with --tree ROOT')
  return path
}

/** Findings of a line that are about no single write, where no write stands. */
function findingsAt({ sites, findings }: Report, { file, line }: PlaceName): readonly Finding[] {
  if (line === null || sites.some((site) => isAt(site, file, line))) return []
  return findings.filter((finding) => finding.site === null && isAt(finding, file, line))
}

type Span = Pick<Site, 'file' | 'line' | 'endLine'>

function isAt(span: Span, file: string, line: number): boolean {
  return span.file === file && span.line <= line && line <= span.endLine
}

function sitesAt(report: Report, { file, line }: PlaceName, name: string): readonly Site[] {
  if (line === null) {
    const found = report.sites.filter(({ id }) => id === name)
    if (found.length > 0) return found
    const near = nearestNames(
      name,
      report.sites.map(({ id }) => id),
    )
    throw new UserError(
      `no write ${terminalText(name)}`,
      near.length > 0 ? `near it: ${terminalText(near.join(', '))}` : 'see scan --format json',
    )
  }
  const here = report.sites.filter((site) => site.file === file)
  const found = here.filter((site) => isAt(site, file, line))
  if (found.length > 0) return found
  const near = [...here].sort((a, b) => Math.abs(a.line - line) - Math.abs(b.line - line)).slice(0, 3)
  const places = [...new Set(near.map((site) => site.line))].sort((a, b) => a - b)
  throw new UserError(
    `no config write or MSI call at ${terminalText(`${file}:${line}`)}`,
    places.length > 0 ? `the nearest are in line ${places.join(', ')}` : 'the file has none',
  )
}

function unknownName(name: string): UserError {
  const names = [...rules.map(({ id }) => id), ...features.map((feature) => feature.name)]
  const near = nearestNames(name, names)
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `names: ${names.join(', ')}; or FILE:LINE`
  return new UserError(`no rule or feature '${terminalText(name)}'`, hint)
}
