/** What the guards of a real series are worth, hunk by hunk, against a table that was read by hand in the source. */

import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Site } from '../../src/core/report/schema.js'
import { describeWhere } from '../fixtures/whereGiven.js'
import type { PatchedTree } from './patchedTree.js'
import { rfcSeries, scanOfRfc } from './seriesScan.js'

const golden = readFileSync(new URL('rfcGuards.golden.txt', import.meta.url), 'utf8')

interface Row {
  readonly id: string
  readonly hunk: string
  readonly incoming: string
  readonly shutdown: string
}

const rows: readonly Row[] = golden.split('\n').flatMap((line) => {
  if (line === '' || line.startsWith('#')) return []
  const [hunk = '', fn = '', call = '', incoming = '', shutdown = ''] = line.split('|').map((cell) => cell.trim())
  return [{ id: `drivers/pci/${hunk.split(' ')[0]}#${fn}#${call}`, hunk, incoming, shutdown }]
})

describeWhere(existsSync(rfcSeries), 'guards of the RFC', `there is no ${rfcSeries}, the mails of the series`, () => {
  let tree: PatchedTree
  let sites: ReadonlyMap<string, Site>

  beforeAll(() => {
    const scan = scanOfRfc()
    tree = scan.tree
    sites = new Map(scan.report.sites.map((site) => [site.id, site]))
  }, 240_000)

  afterAll(() => tree?.remove())

  test('one hunk of 20/25 fails, and two of Makefiles', () => {
    expect([...tree.failed]).toEqual([
      [1, [expect.any(String)]],
      [11, [expect.any(String)]],
      [20, [expect.stringMatching('#2')]],
    ])
  })

  test.each(rows)('$hunk $id: $incoming, in shutdown $shutdown', ({ id, incoming, shutdown }) => {
    const site = sites.get(id)
    expect(site, 'there is no such site').toBeDefined()
    const { phases } = site!
    const seen = Object.entries(phases).flatMap(([phase, at]) => (at.reachable ? [[phase, at.guard.status]] : []))
    expect(seen).toEqual(seen.map(([phase]) => [phase, phase === 'shutdown' ? shutdown : incoming]))
  })

  test('most rows are reached at boot, so that the table is put to the test', () => {
    const reached = rows.filter(({ id }) => sites.get(id)?.phases.boot.reachable)
    expect(reached.length).toBeGreaterThan(0.9 * rows.length)
  })
})
