/** The rules of series over a series that was reviewed: what they need of it is gathered here, once. */
import { isRuleOn, type Settings } from '../config/settings.js'
import type { GuardSite } from '../guards/guardSites.js'
import { commentsOf } from '../justification/comments.js'
import { docBefore } from '../justification/find.js'
import { withKeys } from '../report/findingKey.js'
import type { Finding, PatchInfo, Site } from '../report/schema.js'
import { shownGuard } from '../report/shownGuard.js'
import type { FunctionLines } from '../review.js'
import { findingOf, type Rule, type SeriesHit } from '../rules/defineRule.js'
import { rules } from '../rules/index.js'
import type { AddedGuard, AddedLine, PatchView, SeriesContext, StaleDoc } from '../rules/seriesContext.js'
import { decodeUtf8, Lines } from '../text/lines.js'
import { featuresChanged, isTouched } from './patchInfo.js'
import type { Series } from './series.js'
import type { SeriesStates } from './states.js'

export interface SeriesMatter {
  readonly series: Series
  readonly states: SeriesStates
  /** Behind the series. */
  readonly sites: readonly Site[]
  readonly patches: readonly PatchInfo[]
  readonly guardsOf: (path: string) => readonly GuardSite[]
  readonly functionsOf: (path: string) => readonly FunctionLines[]
}

/** A finding about a patch stands at the first line that the patch brought. */
export function judgeSeries(matter: SeriesMatter, settings: Settings): readonly Finding[] {
  const context = contextOf(matter)
  const texts = new TextLines(matter.states)
  const wanted = rules.filter(({ id, checkSeries }) => checkSeries && isRuleOn(settings.rules, id))
  const hits = wanted.flatMap((rule) => [...rule.checkSeries!(context)].map((hit) => ({ rule, hit })))
  return hits.flatMap(({ rule, hit }) => {
    const bare = findingOfHit(rule, hit, context, texts)
    const name = hit.patch?.name ?? null
    if (!bare) return []
    const [finding] = withKeys([bare], (file, line) => ({
      function: hit.place === null ? name : null,
      line: texts.line(file, line),
    }))
    const about = hit.place === null ? { about: 'message' as const } : {}
    return [{ ...finding!, state: 'introduced' as const, patch: name, ...about }]
  })
}

function findingOfHit(rule: Rule, hit: SeriesHit, context: SeriesContext, texts: TextLines) {
  const place = hit.place ?? firstLine(hit.patch === null ? context.patches : [hit.patch])
  const { message, severity, related } = hit
  return place && findingOf(rule, { site: null, place, message, severity, related }, (f, l) => texts.line(f, l))
}

function firstLine(patches: readonly PatchView[]): { readonly file: string; readonly line: number } | null {
  for (const { added, diffs } of patches) {
    const [first] = added
    if (first) return { file: first.file, line: first.line }
    const path = diffs.map(({ to, from }) => to ?? from).find((one) => one !== null)
    if (path) return { file: path, line: 1 }
  }
  return null
}

function contextOf({ series, states, sites, patches, guardsOf, functionsOf }: SeriesMatter): SeriesContext {
  const paths = states.paths.filter((path) => states.textAt(path, states.count) !== null)
  const added = linesByPatch(states, paths)
  const sources = paths.filter((path) => /\.[ch]$/.test(path))
  const guards = sources.flatMap((path) => guardsOf(path).map((guard) => addedGuard(guard, path)))
  const views = states.patches.map(({ patch, failedHunks, applies }, i): PatchView => {
    const state = i + 1
    const brought = guards.filter(({ file, line }) => states.blameAt(file, line, states.count) === state)
    const touched = sites.filter((site) => isTouched(site, state, states))
    return {
      name: `${patch.number}/${series.count}`,
      subject: patch.patch.subject.title,
      message: patch.patch.message,
      diffs: patch.files,
      failedHunks: applies === 'clean' || applies === 'fuzz' ? 0 : failedHunks.length,
      guards: patches[i]!.guards,
      features: patches[i]!.features,
      subjects: subjectsOf(touched),
      unexplained: subjectsOf(touched.filter((site) => shownGuard(site).condition !== null && !isExplained(site))),
      added: added.get(state) ?? [],
      addedGuards: brought,
      staleDocs: staleDocs(brought, states, functionsOf),
    }
  })
  return { patches: views, isWhole: states.count === series.count, baseCommit: series.baseCommit }
}

function subjectsOf(sites: readonly Site[]): readonly string[] {
  return [...new Set(sites.flatMap((site) => featuresChanged(site).slice(0, 1)))]
}

function isExplained({ justification: { status, where } }: Site): boolean {
  return status === 'given' && where !== 'commit'
}

function addedGuard({ function: name, condition, place, skipsWrite }: GuardSite, file: string): AddedGuard {
  return { file, line: place.line, function: name, condition, skipsWrite }
}

function linesByPatch(states: SeriesStates, paths: readonly string[]): ReadonlyMap<number, readonly AddedLine[]> {
  const found = new Map<number, AddedLine[]>()
  for (const file of paths) {
    const text = states.textAt(file, states.count)!
    const lines = text.split('\n')
    const blames = lines.map((_, i) => states.blameAt(file, i + 1, states.count))
    if (blames.every((blame) => blame === 0)) continue
    const [comment, code] = parted(text, /\.[chS]$/.test(file))
    for (const [i, blame] of blames.entries()) {
      if (blame === 0) continue
      const line = { file, line: i + 1, text: decodeUtf8(lines[i]!), comment: comment[i]!, code: code[i]! }
      found.set(blame, [...(found.get(blame) ?? []), line])
    }
  }
  return found
}

/** A text's lines with all but the comments blanked, and with the comments blanked. */
function parted(text: string, isC: boolean): readonly [readonly string[], readonly string[]] {
  const blank = (part: string): string => part.replace(/[^\n]/g, ' ')
  const all = isC ? commentsOf(text) : []
  let [comment, code, at] = ['', '', 0]
  for (const { start, end } of all) {
    comment += blank(text.slice(at, start)) + text.slice(start, end)
    code += text.slice(at, start) + blank(text.slice(start, end))
    at = end
  }
  const rest = text.slice(at)
  return [(comment + blank(rest)).split('\n'), (code + rest).split('\n')]
}

/** Exported functions whose guard is new and whose kernel-doc is as it was. */
function staleDocs(
  guards: readonly AddedGuard[],
  states: SeriesStates,
  functionsOf: (path: string) => readonly FunctionLines[],
): readonly StaleDoc[] {
  const seen = new Set<string>()
  return guards.flatMap((guard) => {
    const { file, function: name, skipsWrite } = guard
    if (!skipsWrite) return []
    const text = states.textAt(file, states.count) ?? ''
    const key = `${file} ${name}`
    if (seen.has(key) || !new RegExp(`^EXPORT_SYMBOL\\w*\\(${name}\\b`, 'm').test(text)) return []
    seen.add(key)
    const start = functionsOf(file).find(({ name: n, end }) => n === name && end >= guard.line)?.start
    if (start === undefined) return []
    const doc = docBefore(text, new Lines(text).offsetOf(start))
    if (doc === null || /live[ -]?update|preserv|handed over|adopt|inherit/i.test(doc)) return []
    const [first, last] = [start - doc.split('\n').length - 3, start - 1]
    for (let line = Math.max(1, first); line <= last; line++)
      if (states.blameAt(file, line, states.count) > 0) return []
    return [{ guard, exported: name, file, line: Math.max(1, start - 1) }]
  })
}

/** Lines of the tree behind a series, as UTF-16. */
class TextLines {
  private readonly files = new Map<string, readonly string[]>()

  constructor(private readonly states: SeriesStates) {}

  line(file: string, line: number): string | null {
    const known = this.files.get(file) ?? (this.states.textAt(file, this.states.count) ?? '').split('\n')
    this.files.set(file, known)
    const text = known[line - 1]
    return text === undefined ? null : decodeUtf8(text)
  }
}
