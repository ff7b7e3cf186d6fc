/** The real series on a real kernel: all of it in one run, what reviewers said of it found again, and patch(1) as the oracle. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Finding, Report, Site } from '../../src/core/report/schema.js'
import { describeWhere } from '../fixtures/whereGiven.js'
import { cli, NEWEST, treeOf } from './kernelTree.js'
import { type PatchedTree, patchedTree, sharedData } from './patchedTree.js'
import { FOUND_IN_RFC, ofRfc } from './rfcList.js'
import { rfcSeries } from './seriesScan.js'

const secondVersion = join(sharedData, 'series', 'v2')

function reviewed(series: string): Report {
  const args = [cli, 'series', series, '--tree', treeOf(NEWEST), '--format', 'json', '--quiet', '--fail-on', 'never']
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 29 })
  return JSON.parse(stdout) as Report
}

function scanned(root: string): Report {
  const args = [cli, 'scan', root, '--format', 'json', '--no-cache', '--quiet', '--fail-on', 'never']
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 29 })
  return JSON.parse(stdout) as Report
}

/** A commit message can give a reason that the tree does not. */
function withoutReason({ justification: _, ...site }: Site): Omit<Site, 'justification'> {
  return site
}

/** What Thomas Gleixner said of 20/25 on 28 Jul 2025, in the order of his mail: rule, and where in drivers/pci/msi/msi.c. */
const REPLY: readonly (readonly [said: string, rule: string, file: RegExp, fn: string | null])[] = [
  ['the changelog is too meagre', 'MEAGER_CHANGELOG', /./, null],
  ['guards in files of different purposes', 'SERIES_TOO_BROAD', /./, null],
  ['no explanation of the instances', 'MISSING_JUSTIFICATION', /msi\.c$/, 'pci_msi_update_mask'],
  ['the cached mask and the hardware differ', 'STALE_SHADOW', /msi\.c$/, 'pci_msi_update_mask'],
  ['the new message is not written', 'MSI_PRESERVED', /msi\.c$/, 'pci_write_msg_msi'],
  ['the new message is not written', 'MSI_PRESERVED', /msi\.c$/, 'pci_write_msg_msix'],
  ['the placement is arbitrary', 'MIXED_PLACEMENT', /msi\.c$/, 'pci_msi_update_mask'],
  ['BUG() is not going to happen', 'CRASH_GUARD', /msi\.c$/, 'pci_msix_clear_and_set_ctrl'],
  ['at every caller in place of the function', 'SCATTERED_GUARD', /msi\.c$/, 'msix_capability_init'],
]

describeWhere(existsSync(rfcSeries), 'the RFC', `there is no ${rfcSeries}, the mails of the series`, () => {
  let report: Report
  let tree: PatchedTree
  const of20 = (): readonly Finding[] =>
    report.findings.filter(({ patch, state }) => patch === '20/25' && state === 'introduced')

  beforeAll(() => {
    report = reviewed(rfcSeries)
    tree = patchedTree(NEWEST, rfcSeries, 25)
  }, 400_000)
  afterAll(() => tree?.remove())

  test('is reviewed whole, and the hunks that do not apply are those that patch(1) refuses', () => {
    const { series } = report
    expect(series).toMatchObject({ version: 1, count: 25, title: 'Live Update Orchestrator: PCI subsystem' })
    expect(series?.patches.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1))
    const ours = series!.patches.flatMap(({ number, failedHunks }) =>
      failedHunks.map(({ hunk }) => `${number} #${hunk}`),
    )
    const theirs = [...tree.failed].flatMap(([number, lines]) =>
      lines.map((line) => `${number} ${/#\d+/.exec(line)?.[0]}`),
    )
    expect(ours).toEqual(theirs)
    expect(series?.patches[19]?.strayHunks).toContainEqual(
      expect.objectContaining({
        file: 'drivers/pci/probe.c',
        hunk: 1,
        said: 'pci_read_bases',
        found: '__pci_read_base',
      }),
    )
  })

  test('gives the sites that a scan gives where patch(1) has applied it', () => {
    expect(report.sites.map(withoutReason)).toEqual(scanned(tree.root).sites.map(withoutReason))
  }, 400_000)

  test('20/25 has a changelog that is too short, more than ten features, and something unfinished', () => {
    const rules = of20().map(({ rule }) => rule)
    expect(rules).toEqual(expect.arrayContaining(['MEAGER_CHANGELOG', 'SERIES_TOO_BROAD', 'UNFINISHED']))
    const { guards, features, split } = report.series!.patches[19]!
    expect({ guards, isBroad: features.length > 10 }).toEqual({ guards: 74, isBroad: true })
    const broad = of20().find(({ rule }) => rule === 'SERIES_TOO_BROAD')!
    for (const feature of features) expect(broad.message).toContain(feature)
    expect(split!.length).toBeGreaterThan(10)
  })

  test.each(FOUND_IN_RFC)('20/25 brings %s in %s: %s', (...defect) => {
    const found = ofRfc(defect, report)
    expect(found).not.toEqual([])
    expect(found.filter(({ patch, state }) => patch !== '20/25' || state !== 'introduced')).toEqual([])
  })

  test('has no documentation, as was said of it', () => {
    expect(report.findings.filter(({ rule }) => rule === 'MISSING_DOCUMENTATION').map(({ patch }) => patch)).toEqual([
      null,
    ])
  })

  test.each(REPLY)('20/25: %s is found as %s', (_, rule, file, fn) => {
    const functionOf = new Map(report.sites.map((site) => [site.id, site.function]))
    const found = of20().filter((finding) => finding.rule === rule && file.test(finding.file))
    if (fn === null) expect(found).toHaveLength(1)
    else {
      const functions = found.map(({ site, related, line, file: path }) => {
        const near = report.sites.find(
          (one) => one.file === path && [line, ...related.map((place) => place.line)].includes(one.guard.line ?? -1),
        )
        return functionOf.get(site ?? '') ?? near?.function
      })
      expect(functions).toContain(fn)
    }
  })
})

describeWhere(existsSync(secondVersion), 'v2', `there is no ${secondVersion}, the mails of the series`, () => {
  test('09/10 acts in suspend and when a driver lets go, with the path, as Bjorn Helgaas said of it', () => {
    const { series, findings } = reviewed(secondVersion)
    expect(series).toMatchObject({ version: 2, count: 10 })
    const found = findings.filter(({ rule, patch }) => rule === 'GUARD_OUTSIDE_WINDOW' && patch === '9/10')
    const messages = found.map(({ message }) => message)
    expect(messages).toContainEqual(expect.stringMatching(/do_pci_disable_device\(\).*suspend \(pci_pm_suspend\(\) > /))
    expect(found.every(({ state }) => state === 'introduced')).toBe(true)
  }, 400_000)
})
