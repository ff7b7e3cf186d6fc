/** Series from the list on the newest kernel, scanned: what their tests judge. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Report } from '../../src/core/report/schema.js'
import { cli, NEWEST } from './kernelTree.js'
import { type PatchedTree, patchedTree, sharedData } from './patchedTree.js'

export const rfcSeries = join(sharedData, 'series', 'rfc-v1')
export const secondSeries = join(sharedData, 'series', 'v2')

export interface SeriesScan {
  readonly tree: PatchedTree
  readonly report: Report
}

/** The RFC up to its patch 20/25, the one with the guards. */
export function scanOfRfc(): SeriesScan {
  return scanOf(rfcSeries, 20)
}

export function scanOfSecond(): SeriesScan {
  return scanOf(secondSeries, 10)
}

/** Throws if the series or a tool is missing; who calls it removes the tree. */
function scanOf(series: string, last: number): SeriesScan {
  const tree = patchedTree(NEWEST, series, last)
  const args = [cli, 'scan', tree.root, '--format', 'json', '--no-cache', '--quiet', '--fail-on', 'never']
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 29 })
  return { tree, report: JSON.parse(stdout) as Report }
}
