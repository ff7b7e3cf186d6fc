import { clear, defineFeature, set, value } from './defineFeature.js'
import { DMA_HARMS, ROUTING_HARMS } from './harms.js'

/** Access Control Services (PCIe r6.0 §6.12). */
export const acs = defineFeature({
  name: 'acs',
  title: 'ACS',
  registers: ['PCI_ACS_CTRL', 'PCI_ACS_EGRESS_CTL_V'].map((register) => ({ register, bits: [] })),
  owner: 'PCI core; IOMMU groups depend on it',
  decision: { is: 'preserve', source: 'V9' },
  page: {
    what: [
      {
        text: 'What a port does with requests from below: check their source, send them up instead of to a sibling, block those with translated addresses.',
        source: 'PCIe r6.0 §6.12',
      },
    ],
    why: [
      {
        text: 'Routing rules would change with transactions in flight, and IOMMU groups could split or merge.',
        source: 'V7-08',
      },
      {
        text: 'Without redirect a DMA address that equals the BAR of a sibling goes to that sibling. With translation blocking, requests of a device with ATS are errors.',
        source: 'PCIe r6.0 §6.12.1.1',
      },
    ],
    coldBoot: [
      {
        text: 'pci_enable_acs() sets validation, both redirects and upstream forwarding if an IOMMU is in use, applies the command line, and writes the register even if nothing changes.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'Translation blocking is set for untrusted and external-facing devices, and with ATS disabled.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'So the outcome depends on command line and configuration of the new kernel, which cannot be used for a preserved device.',
        source: 'V7-08',
      },
    ],
    decided: [
      {
        text: 'Adopt what hardware has, for the life of the device. v7 wrote it back, v9 does not write at all and adds save and restore, so that a reset reapplies it.',
        source: 'V9',
      },
      { text: 'Devices that need ACS quirks are refused.', source: 'V7-08' },
      { text: 'Firmware could lie about the register.', source: 'PS' },
      { text: 'Hostile devices can ignore ACS anyway; out of scope.', source: 'JG6' },
    ],
  },
  scenarios: [
    {
      id: 'acs/same',
      title: 'The controls are written as they are',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_ACS_CTRL', 0x1d)],
      by: { text: 'pci_enable_acs()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'acs/no-redirect',
      title: 'Redirect is cleared on a port of a switch',
      on: 'switch-downstream',
      phase: 'boot',
      writes: [clear('PCI_ACS_CTRL', 'PCI_ACS_RR', 'PCI_ACS_CR', 'PCI_ACS_EC')],
      by: { text: 'pci_enable_acs() with pci=disable_acs_redir=', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'acs/block-translated',
      title: 'Translation blocking is set',
      on: 'root-port',
      phase: 'boot',
      writes: [set('PCI_ACS_CTRL', 'PCI_ACS_TB')],
      by: { text: 'pci_std_enable_acs() for an external-facing port', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
  ],
  reasons: {
    words: ['acs', 'access control', 'redirect', 'isolation', 'iommu group', 'source validation'],
    harms: [...DMA_HARMS, ...ROUTING_HARMS, 'group', 'translated', 'p2p'],
    justification:
      'We cannot use the cold boot flow for ACS because it requires PCI_ACS_CTRL to be recomputed and rewritten and that will break the routing of transactions in flight and the IOMMU groups.',
  },
})
