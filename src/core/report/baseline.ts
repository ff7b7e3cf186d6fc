/**
 * A baseline remembers the findings of an earlier run by their keys. What it knows is set apart from the findings, so
 * that it neither counts nor fails; what it knows and the run no longer finds is absent. Sorted, one entry a line, so
 * that a change of it reads well in a diff.
 */
import { isRuleOn, type Settings } from '../config/settings.js'
import { type JsonNode, type JsonValue, readJson } from '../text/jsonPlaces.js'
import { inPaths, withFindings } from './build.js'
import { type BaselineEntry, PHASES, type Report } from './schema.js'

export interface BaselineScope {
  readonly settings: Settings
  /** The files or folders that the run was limited to; none for the whole tree. */
  readonly paths: readonly string[]
}

export function readBaseline(text: string): readonly BaselineEntry[] | { readonly problem: string } {
  const root = readJson(text)
  if ('problem' in root) return { problem: `line ${root.line}: it is no JSON: ${root.problem}` }
  const schema = member(root.value, 'schema')?.value
  const list = member(root.value, 'findings')?.value
  if (schema !== 1 || !Array.isArray(list))
    return { problem: 'it is no baseline: it has no "schema": 1 and "findings"' }
  const entries: BaselineEntry[] = []
  for (const node of list as readonly JsonNode[]) {
    const [key, rule, file, message] = ['key', 'rule', 'file', 'message'].map((name) => member(node.value, name)?.value)
    if (typeof key !== 'string' || typeof rule !== 'string' || typeof file !== 'string' || typeof message !== 'string')
      return { problem: `line ${node.line}: an entry has no key, rule, file and message` }
    entries.push({ key, rule, file, message })
  }
  return entries
}

function member(value: JsonValue, name: string): JsonNode | undefined {
  return value instanceof Map ? (value as ReadonlyMap<string, JsonNode>).get(name) : undefined
}

export function againstBaseline(report: Report, entries: readonly BaselineEntry[], scope: BaselineScope): Report {
  const keys = new Set(entries.map(({ key }) => key))
  const isKnown = ({ key }: { readonly key: string }): boolean => keys.has(key)
  const known = report.findings.filter(isKnown)
  // What has been suppressed since is still found: it is answered, not gone.
  const found = new Set([...known, ...(report.suppressed ?? [])].map(({ key }) => key))
  const absent = entries.filter((entry) => !found.has(entry.key) && isReviewed(entry, scope))
  return {
    ...withFindings(
      report,
      report.findings.filter((finding) => !isKnown(finding)),
    ),
    baseline: { known, absent },
  }
}

/** Whether this run would have found it: of other files, rules and phases it says nothing. */
function isReviewed({ file, rule }: BaselineEntry, { settings, paths }: BaselineScope): boolean {
  const allPhases = PHASES.every((phase) => settings.phases.includes(phase))
  return allPhases && isRuleOn(settings.rules, rule) && inPaths(file, paths)
}

export interface UpdatedBaseline {
  readonly text: string
  readonly added: number
  readonly pruned: number
  readonly total: number
}

/** The baseline that knows every finding of the report; what is absent is pruned, what was not reviewed is kept. */
export function updatedBaseline(
  report: Report,
  before: readonly BaselineEntry[],
  scope: BaselineScope,
): UpdatedBaseline {
  const { findings, baseline } = againstBaseline(report, before, scope)
  const gone = new Set(baseline!.absent.map(({ key }) => key))
  const entries = new Map(before.filter(({ key }) => !gone.has(key)).map((entry) => [entry.key, entry]))
  const kept = entries.size
  for (const { key, rule, file, message } of [...baseline!.known, ...findings])
    entries.set(key, { key, rule, file, message })
  const sorted = [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const lines = sorted.map((entry) => `    ${JSON.stringify(entry)}`)
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`
  return {
    text: `{\n  "schema": 1,\n  "findings": ${list}\n}\n`,
    added: entries.size - kept,
    pruned: before.length - kept,
    total: entries.size,
  }
}
