/** What the rules say of a real series: every defect that was found in it by reading, and a reason asked for each guard. */

import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Finding, PHASES, type Site } from '../../src/core/report/schema.js'
import { describeWhere } from '../fixtures/whereGiven.js'
import { breaches } from './contract.js'
import { rfcSeries, type SeriesScan, scanOfRfc } from './seriesScan.js'

/** Rule, place as `file function`, and words of the message. */
const EXPECTED: readonly (readonly [string, string, RegExp])[] = [
  ['WRONG_DEVICE_GUARD', 'pci.c pci_configure_ari', /asks about another device than bridge.*pcie_capability_set_word/],
  ['WRONG_DEVICE_GUARD', 'pci.c pci_configure_ari', /pcie_capability_clear_word.*breaks config/],
  ['WRITE_BEFORE_GUARD', 'setup-bus.c pci_setup_bridge_mmio_pref', /PCI_PREF_LIMIT_UPPER32 of bridge before/],
  ['CRASH_GUARD', 'msi/msi.c pci_msix_clear_and_set_ctrl', /takes the machine down/],
  ['CRASH_GUARD', 'msi/msi.c __pci_restore_msix_state', /takes the machine down/],
  ['CRASH_GUARD', 'pci.c pci_reset_secondary_bus', /takes the machine down/],
  ['INERT_GUARD', 'setup-bus.c pci_setup_bridge_io', /not true for a bridge/],
  ['INERT_GUARD', 'setup-bus.c pci_setup_bridge_mmio', /not true for a bridge/],
  ['INERT_GUARD', 'setup-bus.c pci_setup_bridge_mmio_pref', /not true for a bridge/],
  ['INERT_GUARD', 'setup-bus.c __pci_setup_bridge', /not true for a bridge/],
  ['INERT_GUARD', 'probe.c pci_scan_bridge_extend', /not true for a bridge/],
  ['INERT_GUARD', 'probe.c pci_enable_rrs_sv', /not true for a bridge/],
  ['INERT_GUARD', 'pcie/pme.c pcie_pme_interrupt_enable', /not true for a bridge/],
  ['INERT_GUARD', 'pci.c __pci_set_master', /cannot be true while the old kernel goes down/],
  ['MSI_PRESERVED', 'msi/pcidev_msi.c pci_msi_init', /turn it off and set it up afresh/],
  ['MSI_PRESERVED', 'msi/pcidev_msi.c pci_msix_init', /MSI-X/],
  ['MSI_PRESERVED', 'msi/msi.c pci_write_msg_msi', /5 writes/],
  ['MSI_PRESERVED', 'msi/msi.c pci_write_msg_msix', /MSI-X/],
  ['MSI_PRESERVED', 'msi/msi.c pci_msi_set_enable', /on MSI/],
  ['NEEDLESS_GUARD', 'pci-acpi.c program_hpx_type0', /PCI_CACHE_LINE_SIZE, PCI_LATENCY_TIMER/],
  ['NEEDLESS_GUARD', 'pci.c pci_set_mwi', /harms no traffic/],
  ['IOMMU_OWNED', 'ats.c pci_enable_ats', /the IOMMU driver owns/],
  ['IOMMU_OWNED', 'ats.c pci_prepare_ats', /the IOMMU driver owns/],
  ['SCATTERED_GUARD', 'msi/msi.c msix_capability_init', /pci_msix_clear_and_set_ctrl\(\) is guarded at 5 of its calls/],
]

describeWhere(existsSync(rfcSeries), 'findings on the RFC', `there is no ${rfcSeries}, the mails of the series`, () => {
  let scan: SeriesScan
  let sites: ReadonlyMap<string | null, Site>

  beforeAll(() => {
    scan = scanOfRfc()
    sites = new Map(scan.report.sites.map((site) => [site.id, site]))
  }, 240_000)

  afterAll(() => scan?.tree.remove())

  const placeOf = ({ file, site }: Finding): string =>
    `${file.replace('drivers/pci/', '')} ${sites.get(site)?.function ?? ''}`

  test('keep the contract', () => {
    expect(breaches(scan.report)).toEqual([])
  })

  test.each(EXPECTED)('%s in %s: %s', (rule, place, message) => {
    const found = scan.report.findings.filter((finding) => finding.rule === rule && placeOf(finding) === place)
    expect(found.map((finding) => finding.message)).toContainEqual(expect.stringMatching(message))
  })

  test('there are two guards on the wrong device, three crashes and one write too early, and no more', () => {
    const count = (rule: string) => scan.report.findings.filter((finding) => finding.rule === rule).length
    expect(['WRONG_DEVICE_GUARD', 'CRASH_GUARD', 'WRITE_BEFORE_GUARD'].map(count)).toEqual([2, 3, 1])
  })

  test('every guard is asked for its reason, since the patch gives none', () => {
    const asked = new Set(
      scan.report.findings
        .filter(({ rule }) => rule === 'MISSING_JUSTIFICATION' || rule === 'VACUOUS_JUSTIFICATION')
        .map(({ file, line }) => `${file}:${line}`),
    )
    const guards = scan.report.sites.flatMap(({ guard, phases }) => {
      const all = PHASES.flatMap((phase) => (phases[phase].reachable ? [phases[phase].guard] : []))
      return [guard, ...all].flatMap(({ file, line }) => (file === null ? [] : [`${file}:${line}`]))
    })
    expect(guards.length).toBeGreaterThan(60)
    expect([...new Set(guards)].filter((place) => !asked.has(place))).toEqual([])
  })
})
