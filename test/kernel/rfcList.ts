/** Defects of the RFC's patch 20/25 that were found by reading it: what a scan behind it and a review of the series must say. */
import type { Finding, Report } from '../../src/core/report/schema.js'

/** Rule, place as `file function` below drivers/pci, and words of the message. */
export type Defect = readonly [rule: string, place: string, message: RegExp]

export const FOUND_IN_RFC: readonly Defect[] = [
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
  ['GUARD_WITHOUT_WRITE', 'pci.c', /way of pci_get_dsn\(\)/],
  ['SCATTERED_GUARD', 'msi/msi.c msix_capability_init', /pci_msix_clear_and_set_ctrl\(\) is guarded at 5 of its calls/],
]

/** The findings of a report that tell a defect. */
export function ofRfc([rule, place, message]: Defect, { findings, sites }: Report): readonly Finding[] {
  const functions = new Map<string | null, string>(sites.map((site) => [site.id, site.function]))
  return findings.filter(({ rule: found, file, site, message: said }) => {
    const at = `${file.replace('drivers/pci/', '')} ${functions.get(site) ?? ''}`.trim()
    return found === rule && at === place && message.test(said)
  })
}
