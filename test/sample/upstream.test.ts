/** A tree in upstream's shape is quiet: no error, and every warning is named here with the reason why it stays. */
import { beforeAll, expect, test } from 'vitest'
import type { Report } from '../../src/core/report/schema.js'
import { sessionOf } from '../fixtures/memoryTree.js'
import { upstreamFiles } from '../fixtures/upstreamShape.js'

/** By rule, file and function: why a reviewer would want to be told. */
const WARNINGS: Readonly<Record<string, string>> = {
  'UNGUARDED_WRITE drivers/pci/pci.c pcie_retrain_link':
    'Retrain Link holds the DMA of everything below for as long as the link trains; no series guards it, and nobody has said that it may be',
}

let report: Report

beforeAll(async () => {
  report = (await sessionOf(upstreamFiles)).report()
})

test.each([
  ['bus numbers', 'pci_scan_bridge_extend', 'boot', 'pci_liveupdate_preserve_bus_numbers()'],
  ['bus numbers that are lost', 'pci_scan_bridge_extend', 'boot', 'pci_liveupdate_refuse_bus_numbers(bus, dev)'],
  ['ACS', 'pci_enable_acs', 'boot', 'pci_liveupdate_adopt_acs(dev)'],
  ['ARI', 'pci_configure_ari', 'boot', 'pci_liveupdate_adopt_ari(dev)'],
  ['bus mastering', '__pci_set_master', 'shutdown', 'pci_dev->liveupdate.frozen'],
] as const)('the guard of %s is seen, with its reason', (_, fn, phase, condition) => {
  const guarded = report.sites.filter((site) => {
    const at = site.phases[phase]
    return site.function === fn && at.reachable && at.guard.status === 'guarded' && at.guard.condition === condition
  })
  expect(guarded.map(({ justification }) => justification.status)).toContain('given')
})

test('there is no error', () => {
  expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
})

test('every warning is one that is named', () => {
  const functions = new Map(report.sites.map((site) => [site.id, site.function]))
  const found = report.findings
    .filter(({ severity }) => severity === 'warning')
    .map(({ rule, file, site, message }) => [`${rule} ${file} ${functions.get(site ?? '') ?? ''}`, message])
  expect(found.map(([key]) => key)).toEqual(Object.keys(WARNINGS))
})
