import { clear, defineFeature, set } from './defineFeature.js'

/** Precision Time Measurement (PCIe r6.0 §6.21). */
export const ptm = defineFeature({
  name: 'ptm',
  title: 'PTM',
  registers: [{ register: 'PCI_PTM_CTRL', bits: [] }],
  owner: 'PCI core; drivers for an endpoint',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'Messages by which a function learns the time of the root. A requester must be enabled after the ports above it.',
        source: 'PCIe r6.0 §6.21',
      },
    ],
    why: [
      {
        text: 'A device that has its time from PTM loses it with the bit. DMA does not depend on it.',
        source: 'PCIe r6.0 §7.9.15.3',
      },
    ],
    coldBoot: [
      {
        text: 'pci_ptm_init() enables PTM on root ports and upstream ports of switches, and writes the register whether it is enabled or not. Endpoints are left to their drivers.',
        source: 'Linux 6.12 drivers/pci/pcie/ptm.c',
      },
      {
        text: 'pci_suspend_ptm() turns it off when a device is suspended.',
        source: 'Linux 6.12 drivers/pci/pcie/ptm.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on PTM; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'ptm/enable-root-port',
      title: 'PTM is enabled on the root port',
      on: 'root-port',
      phase: 'boot',
      writes: [set('PCI_PTM_CTRL', 'PCI_PTM_CTRL_ENABLE', 'PCI_PTM_CTRL_ROOT')],
      by: { text: 'pci_ptm_init() calls pci_enable_ptm()', source: 'Linux 6.12 drivers/pci/pcie/ptm.c' },
    },
    {
      id: 'ptm/disable',
      title: 'PTM is turned off on the endpoint',
      on: 'endpoint',
      phase: 'userspace',
      writes: [clear('PCI_PTM_CTRL', 'PCI_PTM_CTRL_ENABLE')],
      by: { text: 'pci_suspend_ptm(), from runtime suspend', source: 'Linux 6.12 drivers/pci/pcie/ptm.c' },
    },
  ],
  reasons: { words: ['ptm', 'precision time'], harms: ['time', 'clock', 'timestamp'], justification: null },
})
