import { clear, defineFeature, set, value } from './defineFeature.js'
import { LINK_HARMS, RESET_HARMS } from './harms.js'

/** Downstream Port Containment (PCIe r6.0 §6.2.11). */
export const dpc = defineFeature({
  name: 'dpc',
  title: 'DPC',
  registers: [
    'PCI_EXP_DPC_CTL',
    'PCI_EXP_DPC_STATUS',
    'PCI_EXP_DPC_RP_PIO_STATUS',
    'PCI_EXP_DPC_RP_PIO_MASK',
    'PCI_EXP_DPC_RP_PIO_SEVERITY',
    'PCI_EXP_DPC_RP_PIO_SYSERROR',
    'PCI_EXP_DPC_RP_PIO_EXCEPTION',
  ].map((register) => ({ register, bits: [] })),
  owner: 'PCI core; the DPC service of the port',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'A port with DPC on takes its link down when it detects an uncorrectable error or is told of one from below, and keeps it down until Trigger Status is cleared.',
        source: 'PCIe r6.0 §6.2.11',
      },
    ],
    why: [
      {
        text: 'Turned on, it makes any fatal error end everything below the port. Turned off, an error is no longer contained. Neither stops traffic by itself.',
        source: 'PCIe r6.0 §6.2.11',
      },
    ],
    coldBoot: [
      {
        text: 'dpc_enable() clears the interrupt status and turns containment on for fatal errors.',
        source: 'Linux 6.12 drivers/pci/pcie/dpc.c',
      },
      {
        text: 'dpc_disable() turns it off, from the removal of the service at shutdown.',
        source: 'Linux 6.12 drivers/pci/pcie/dpc.c',
      },
      {
        text: 'dpc_reset_link() clears Trigger Status once the cause has been handled.',
        source: 'Linux 6.12 drivers/pci/pcie/dpc.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on DPC; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'dpc/enable',
      title: 'Containment is turned on for fatal errors',
      on: 'root-port',
      phase: 'boot',
      writes: [
        value('PCI_EXP_DPC_STATUS', 0x8),
        set('PCI_EXP_DPC_CTL', 'PCI_EXP_DPC_CTL_EN_FATAL', 'PCI_EXP_DPC_CTL_INT_EN'),
      ],
      by: { text: 'dpc_enable()', source: 'Linux 6.12 drivers/pci/pcie/dpc.c' },
    },
    {
      id: 'dpc/disable',
      title: 'Containment is turned off',
      on: 'root-port',
      phase: 'shutdown',
      writes: [clear('PCI_EXP_DPC_CTL', 'PCI_EXP_DPC_CTL_EN_FATAL', 'PCI_EXP_DPC_CTL_INT_EN')],
      by: { text: 'dpc_remove(), from pcie_portdrv_shutdown()', source: 'Linux 6.12 drivers/pci/pcie/dpc.c' },
    },
    {
      id: 'dpc/release',
      title: 'Trigger Status is cleared while nothing is contained',
      on: 'root-port',
      phase: 'userspace',
      writes: [value('PCI_EXP_DPC_STATUS', 0x1)],
      by: { text: 'dpc_reset_link()', source: 'Linux 6.12 drivers/pci/pcie/dpc.c' },
    },
  ],
  reasons: {
    words: ['dpc', 'downstream port containment'],
    harms: [...LINK_HARMS, ...RESET_HARMS, 'error', 'containment'],
    justification: null,
  },
})
