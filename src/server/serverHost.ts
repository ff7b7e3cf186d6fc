import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Task } from '../core/cancel.js'
import type { Settings } from '../core/config/settings.js'
import { withTreeConfig } from '../core/config/treeConfig.js'
import type { ReviewSession } from '../core/review.js'
import { reviewSeriesWithPauses, type SeriesReview } from '../core/series/reviewSeries.js'
import { cacheFolder } from '../node/cacheFolder.js'
import { type HeadText, headText } from '../node/changedLines.js'
import { KeptIndex } from '../node/keptIndex.js'
import { basedOn } from '../node/seriesBase.js'
import { readSeries } from '../node/seriesFiles.js'
import { openSession } from '../node/session.js'
import { loadTreeConfig } from '../node/treeConfig.js'

/** All that the server asks of the machine it runs on; tests put another in its place. */
export interface ServerHost {
  openSession(
    root: string,
    options: { readonly settings: Settings; readonly jobs?: number | undefined; readonly task?: Task | undefined },
  ): Promise<ReviewSession>
  /** The series in some files on a tree. Throws UserError for what is no series. */
  reviewSeries(
    root: string,
    session: ReviewSession,
    files: readonly string[],
    task: Task,
    pause: () => Promise<void>,
  ): Promise<SeriesReview>
  isKernelTree(root: string): boolean
  headText(root: string, path: string): Promise<HeadText>
  /** Null if the file cannot be read. */
  diskText(root: string, path: string): Promise<string | null>
  /** Quiet time after a keystroke before a file is reviewed again, in milliseconds. */
  readonly debounce: number
}

export const machineHost: ServerHost = {
  openSession: async (root, options) => {
    const settings = withTreeConfig(options.settings, loadTreeConfig(root))
    return openSession(root, { ...options, settings, kept: new KeptIndex(cacheFolder(), root, settings) })
  },
  reviewSeries: (root, session, files, task, pause) => {
    const series = readSeries(files)
    const { input, base } = basedOn(root, session.input, series)
    return reviewSeriesWithPauses(input, series, base, { ...task, listed: 'near' }, pause)
  },
  isKernelTree: (root) => existsSync(join(root, 'drivers', 'pci', 'pci.h')),
  headText,
  diskText: (root, path) => readFile(join(root, path), 'utf8').catch(() => null),
  debounce: 60,
}
