/**
 * Whether the tree behind a series tells what the tree before it found. It does not where paths or guards that only the
 * tree before had could make a difference: the series changes functions that asked guards, takes calls away, or a
 * finding's path leads through a line that the series brought and the finding is not new.
 */
import type { FileFacts } from '../index/facts.js'
import { FileIndexer, factsOfText } from '../index/indexFile.js'
import type { Finding, Hop, Site } from '../report/schema.js'
import type { SessionInput, TreeSession } from '../review.js'
import type { Life } from './lives.js'
import { callsIn, losesFacts } from './lostFacts.js'
import type { SeriesStates } from './states.js'

export interface Told {
  readonly states: SeriesStates
  /** Behind the series. */
  readonly session: TreeSession
  /** C files that the series touches. */
  readonly sources: readonly string[]
  /** Of the tree before it. */
  readonly input: SessionInput
  /** Files in the folders that the series changes. */
  readonly isNear: (path: string) => boolean
  readonly sites: readonly Site[]
  readonly ends: readonly Finding[]
  readonly lives: readonly Life[]
}

export function canTellBefore(told: Told): boolean {
  const { session, input, isNear } = told
  const before = factsBefore(told)
  if (changesGuards(told, before)) return false
  let leading: ReadonlySet<number> | null = null
  const leadsToWrite = (name: number): boolean => {
    leading ??= session.namesLeadingToWrites(isNear)
    return leading.has(name)
  }
  for (const [path, facts] of before)
    if (losesFacts(facts, session.factsOf(path), input.index.names, leadsToWrite)) return false
  return !hasDoubtfulPaths(told, before)
}

/** Facts of the series' files as the tree had them before it. */
function factsBefore({ states, sources, input }: Told): ReadonlyMap<string, FileFacts> {
  const indexer = new FileIndexer(input.index.names, input.settings.config)
  return new Map(
    sources.flatMap((path) => {
      const text = states.textAt(path, 0)
      return text === null ? [] : [[path, factsOfText(indexer, text, path)] as const]
    }),
  )
}

/** A function that asked a guard is another one behind the series, or a line outside of functions that names one is gone. */
function changesGuards({ states, session, sources }: Told, before: ReadonlyMap<string, FileFacts>): boolean {
  const { guardPattern } = session
  const asking = [...before].map(([path, facts]) => ({ path, facts, text: states.textAt(path, 0)! }))
  const all = asking.filter(({ text }) => guardPattern.test(text))
  if (all.length === 0) return false
  const kept = new Set(
    sources.flatMap((path) => {
      const facts = session.factsOf(path)
      return facts ? functionTexts(states.textAt(path, states.count) ?? '', facts) : []
    }),
  )
  return all.some(
    ({ path, facts, text }) =>
      functionTexts(text, facts).some((body) => guardPattern.test(body) && !kept.has(body)) ||
      text.split('\n').some((line, i) => guardPattern.test(line) && isGone(path, i + 1, states)),
  )
}

function isGone(path: string, line: number, states: SeriesStates): boolean {
  return states.lineAfter(path, line, 0, states.count) === null
}

function functionTexts(text: string, facts: FileFacts): readonly string[] {
  const functions = facts.rows('functions')
  return Array.from({ length: functions.count }, (_, row) =>
    text.slice(functions.get(row, 'start'), functions.get(row, 'end')),
  )
}

/** Whether a finding that is not new is of a write whose path leads through a line that the series brought. */
function hasDoubtfulPaths(
  { states, input, sites, ends, lives }: Told,
  before: ReadonlyMap<string, FileFacts>,
): boolean {
  const calls = new Set([...before.values()].flatMap((facts) => callsIn(facts, input.index.names)))
  const isNew = (file: string, line: number): boolean => states.blameAt(file, line, states.count) > 0
  const isNewHop = ({ function: name, file, line, call }: Hop, caller: Hop | undefined): boolean =>
    call ? isNew(call.file, call.line) && !calls.has(`${caller?.function} ${name}`) : isNew(file, line)
  const doubtful = new Set(
    sites.flatMap(({ id, phases }) => {
      const paths = Object.values(phases).flatMap((at) => (at.reachable && at.counts ? [at.path] : []))
      return paths.some((path) => path.some((hop, i) => isNewHop(hop, path[i - 1]))) ? [id] : []
    }),
  )
  const born = new Set(lives.flatMap((life) => (life.born > 0 ? [life.finding.key] : [])))
  return ends.some(({ site, key }) => site !== null && doubtful.has(site) && !born.has(key))
}
