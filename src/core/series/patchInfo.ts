/** What a report tells of one patch. */
import { knownGuards } from '../guards/guardTable.js'
import type { PatchInfo, Site } from '../report/schema.js'
import { shownGuard } from '../report/shownGuard.js'
import type { SeriesPatch } from './series.js'
import type { AppliedPatch, SeriesStates } from './states.js'

export function patchInfo(
  { patch, applies, failedHunks, strayHunks, wasApplied }: AppliedPatch,
  state: number,
  sites: readonly Site[],
  states: SeriesStates,
): PatchInfo {
  const touched = sites.filter((site) => isTouched(site, state, states))
  return {
    number: patch.number,
    subject: patch.patch.subject.title,
    author: patch.patch.author,
    messageId: patch.patch.mail.messageId,
    applies,
    failedHunks,
    strayHunks,
    wasApplied,
    features: [...new Set(touched.flatMap(featuresChanged))].sort(),
    guards: guardsAdded(patch),
  }
}

/** Whether a patch has written a line of a write, or of the guard over it. */
export function isTouched(site: Site, state: number, states: SeriesStates): boolean {
  const isOf = (file: string, line: number): boolean => states.blameAt(file, line, states.count) === state
  for (let line = site.line; line <= site.endLine; line++) if (isOf(site.file, line)) return true
  const { file, line } = shownGuard(site)
  return file !== null && line !== null && isOf(file, line)
}

/** What a write is about: bits that it only writes back as they were belong to it where it has no others. */
export function featuresChanged({ fields }: Site): readonly string[] {
  const changed = fields.filter(({ change }) => change !== 'as-read')
  return [...new Set((changed.length > 0 ? changed : fields).map(({ feature }) => feature))]
}

/** Guards asked in the lines that a patch adds, without those that it takes away; what defines one asks none. */
function guardsAdded({ files }: SeriesPatch): number {
  const count = (kind: string): number =>
    files
      .map(({ to, from, hunks }) => ({
        isHeader: /\.h$/.test(to ?? from ?? ''),
        text: hunks.flatMap(({ lines }) => lines.flatMap((line) => (line.kind === kind ? [line.text] : []))).join(''),
      }))
      .reduce((sum, { isHeader, text }) => sum + guardsIn(text, isHeader), 0)
  return Math.max(0, count('+') - count('-'))
}

function guardsIn(text: string, isHeader: boolean): number {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '').replace(/^#\s*define\b.*$/gm, '')
  return [...code.matchAll(new RegExp(knownGuards.pattern, 'g'))].filter(({ 0: found, index }) => {
    const isCall = found.endsWith('(')
    const isDefinition = /^\s*(?:(?:const\s+)?(?:struct|enum|union)\b|void\s*\))/.test(code.slice(index + found.length))
    return isCall ? !isDefinition : !isHeader
  }).length
}
