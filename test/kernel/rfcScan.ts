/** The RFC's patches 1 to 20 on the newest kernel, scanned: what its tests judge. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Report } from '../../src/core/report/schema.js'
import { cli, NEWEST } from './kernelTree.js'
import { type PatchedTree, patchedTree, sharedData } from './patchedTree.js'

export const rfcSeries = join(sharedData, 'series', 'rfc-v1')

export interface RfcScan {
  readonly tree: PatchedTree
  readonly report: Report
}

/** Throws if the series or a tool is missing; who calls it removes the tree. */
export function scanOfRfc(): RfcScan {
  const tree = patchedTree(NEWEST, rfcSeries, 20)
  const args = [cli, 'scan', tree.root, '--format', 'json', '--no-cache', '--quiet', '--fail-on', 'never']
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 29 })
  return { tree, report: JSON.parse(stdout) as Report }
}
