/**
 * How a patch that touches several features could be sent as one for each: its hunks by the feature of the writes in
 * them, what belongs to none first. A hunk that holds several stays whole, with the first; who splits it by hand is told.
 */
import type { PatchSplit, Site } from '../report/schema.js'
import { shownGuard } from '../report/shownGuard.js'
import { applyHunks } from './apply.js'
import type { Hunk } from './diff.js'
import { featuresChanged } from './patchInfo.js'
import type { AppliedPatch, PatchedFile, SeriesStates } from './states.js'

interface PlacedHunk {
  readonly file: string
  readonly hunk: Hunk
  readonly features: readonly string[]
}

/** Null for a patch of one feature or none, and for one whose parts would not apply one after the other. */
export function splitOf(
  applied: AppliedPatch,
  state: number,
  sites: readonly Site[],
  states: SeriesStates,
): readonly PatchSplit[] | null {
  const lines = linesOfFeatures(state, sites, states)
  const hunks = applied.files.flatMap((file) => placedHunks(file, lines))
  const parts = partsOf(hunks)
  if (parts.filter(({ feature }) => feature !== null).length < 2) return null
  return applies(applied, parts, state, states) ? parts.map(told) : null
}

interface Part {
  readonly feature: string | null
  readonly hunks: PlacedHunk[]
}

function told({ feature, hunks }: Part): PatchSplit {
  return {
    feature,
    hunks: hunks.map(({ file, hunk, features }) => ({
      file,
      hunk: hunk.number,
      also: features.filter((name) => name !== feature),
    })),
  }
}

/** The features of the writes at, or guarded at, the lines that a patch brought, by `file:line` behind the patch. */
function linesOfFeatures(
  state: number,
  sites: readonly Site[],
  states: SeriesStates,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  const add = (file: string, line: number, feature: string): void => {
    if (states.blameAt(file, line, states.count) !== state) return
    const at = states.lineBefore(file, line, states.count, state)
    if (!at) return
    const key = `${at.path}:${at.line}`
    found.set(key, (found.get(key) ?? new Set()).add(feature))
  }
  for (const site of sites) {
    const [feature] = featuresChanged(site)
    if (feature === undefined) continue
    for (let line = site.line; line <= site.endLine; line++) add(site.file, line, feature)
    const { file, line } = shownGuard(site)
    if (file !== null && line !== null) add(file, line, feature)
  }
  return found
}

function placedHunks(
  { path, from, hunks }: PatchedFile,
  lines: ReadonlyMap<string, ReadonlySet<string>>,
): readonly PlacedHunk[] {
  const file = path ?? from
  if (file === null) return []
  return hunks.flatMap(({ hunk, line: start }) => {
    if (start === null) return []
    const features = new Set<string>()
    let line = start - 1
    for (const { kind } of hunk.lines) {
      if (kind !== '-') line++
      if (kind === '+') for (const feature of lines.get(`${file}:${line}`) ?? []) features.add(feature)
    }
    return [{ file, hunk, features: [...features] }]
  })
}

/** What belongs to no feature first: later parts may need it. Then the features, as the patch comes to them. */
function partsOf(hunks: readonly PlacedHunk[]): readonly Part[] {
  const parts = new Map<string | null, Part>()
  const alone = new Set(hunks.flatMap(({ features }) => (features.length === 1 ? features : [])))
  for (const placed of hunks) {
    // A hunk of several features makes no part of its own where one of them has one anyway.
    const feature = placed.features.find((name) => alone.has(name)) ?? placed.features[0] ?? null
    const part = parts.get(feature) ?? { feature, hunks: [] }
    parts.set(feature, part)
    part.hunks.push(placed)
  }
  const all = [...parts.values()]
  return [...all.filter(({ feature }) => feature === null), ...all.filter(({ feature }) => feature !== null)]
}

/** Whether the parts, one after the other, come to the same as the patch. */
function applies({ files }: AppliedPatch, parts: readonly Part[], state: number, states: SeriesStates): boolean {
  return files.every(({ path, from, hunks }) => {
    if (path === null || from === null || path !== from) return true
    let text = states.textAt(from, state - 1) ?? ''
    for (const part of parts) {
      const own = part.hunks.filter(({ file }) => file === path).map(({ hunk }) => hunk)
      const result = applyHunks(text, own)
      if (result.hunks.some(({ how }) => how === 'failed')) return false
      text = result.text
    }
    return hunks.length === 0 || text === states.textAt(path, state)
  })
}
