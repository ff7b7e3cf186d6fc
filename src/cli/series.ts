/** `series`: patches from the list on the tree at --tree. */
import { mailReport } from '../core/report/mail.js'
import type { Report } from '../core/report/schema.js'
import { type Listed, reviewSeries, type SeriesReview, type SeriesTask } from '../core/series/reviewSeries.js'
import type { Series } from '../core/series/series.js'
import { decodeUtf8 } from '../core/text/lines.js'
import { terminalText } from '../core/text/terminal.js'
import { keptIndexIn } from '../node/keptIndex.js'
import { basedOn, basedOnRange, seriesOfRange } from '../node/seriesBase.js'
import { readSeries } from '../node/seriesFiles.js'
import { openTree } from '../node/session.js'
import { checkKernelTree } from '../node/treeFiles.js'
import { UserError } from '../node/userError.js'
import { loadBaseline, withBaseline } from './baselineFile.js'
import { type Format, readSeriesOptions, type SeriesOptions } from './options.js'
import { writeOut } from './outputFile.js'
import { endProgress, progressFor } from './progress.js'
import { rendered } from './render.js'
import { exitStatus, note, writeStats } from './scan.js'
import { SERIES_USAGE } from './usage.js'

export async function series(args: readonly string[]): Promise<number> {
  const options = readSeriesOptions(args, process.stdout.isTTY === true)
  if (options === null) {
    process.stdout.write(SERIES_USAGE)
    return 0
  }
  const { root, settings, quiet, color, output } = options
  checkKernelTree(root)
  const baseline = loadBaseline(options)
  const { patches, from } = patchesToReview(options)
  const review = await reviewed(options, patches, from, {
    progress: progressFor(quiet),
    listed: LISTED[options.format],
  })
  endProgress(quiet)
  const report = withBaseline(review.report, baseline, options, { settings, paths: [] }, note)
  tellWhatFailed(report)
  const { states } = review
  const lines = new Map<string, readonly string[]>()
  const sourceLine = (file: string, line: number): string | null => {
    const known = lines.get(file) ?? decodeUtf8(states.textAt(file, states.count) ?? '').split('\n')
    lines.set(file, known)
    return known[line - 1] ?? null
  }
  writeOut(
    options.format === 'mail'
      ? mailReport({ report, series: patches, states })
      : rendered(options.format, report, { color, sourceLine }),
    output,
  )
  if (options.stats) writeStats(report)
  return exitStatus(report.findings, options.failOn)
}

/** Formats that show writes without a finding: as data, or in the audit of every feature. */
const LISTED: Readonly<Record<Format, Listed>> = {
  json: 'all',
  sarif: 'all',
  markdown: 'all',
  html: 'all',
  text: 'near',
  terse: 'near',
  github: 'near',
  mail: 'near',
}

/** The patches, and the commit that they follow if they come from git. */
function patchesToReview({ root, inputs, range }: SeriesOptions): { patches: Series; from: string | null } {
  if (range === null) return { patches: readSeries(inputs), from: null }
  const { series: patches, from } = seriesOfRange(root, range)
  return { patches, from }
}

async function reviewed(
  options: SeriesOptions,
  patches: Series,
  from: string | null,
  task: SeriesTask,
): Promise<SeriesReview> {
  const { root, settings, jobs, cache } = options
  const kept = keptIndexIn(cache, root, settings)
  const tree = await openTree(root, { settings, jobs, task, kept })
  const { input, base } = from === null ? basedOn(root, tree, patches) : basedOnRange(root, tree, from)
  const review = reviewSeries(input, patches, base, task)
  const { patches: applied } = review.states
  if (applied.every(({ applies }) => applies === 'no')) {
    const [first] = applied.flatMap(({ failedHunks }) => failedHunks)
    const why = first ? ` (${first.file}: ${first.why})` : ''
    throw new UserError(`nothing of the series applies to ${root}${terminalText(why)}`, 'name its base with --tree')
  }
  return review
}

/** On stderr, whatever the format: a report does not say what was not reviewed. */
function tellWhatFailed({ series: about }: Report): void {
  for (const text of about?.notes ?? []) note(terminalText(text))
  for (const { number, failedHunks, strayHunks } of about?.patches ?? []) {
    const of = `${number}/${about!.count}`
    for (const { file, hunk, why } of failedHunks)
      note(terminalText(`${of}: ${file}: ${hunk === 0 ? 'not applied' : `hunk ${hunk} does not apply`}: ${why}`))
    for (const { file, hunk, line, said, found } of strayHunks)
      note(terminalText(`${of}: ${file}:${line}: hunk ${hunk} is for ${said}() and lands in ${found}()`))
  }
}
