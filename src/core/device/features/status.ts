import { clear, defineFeature, value } from './defineFeature.js'

/** Status registers whose bits a written 1 clears (PCIe r6.0 §7.5.1.1.4). */
export const status = defineFeature({
  name: 'status',
  title: 'Status',
  registers: [
    { register: 'PCI_STATUS', bits: [] },
    { register: 'PCI_SEC_STATUS', bits: [] },
    { register: 'PCI_EXP_DEVSTA', bits: [] },
    { register: 'PCI_COMMAND', bits: ['PCI_COMMAND_PARITY'] },
  ],
  owner: 'PCI core',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [
      {
        text: 'What errors a function has seen; a written 1 clears a bit. PCI_COMMAND_PARITY decides whether poisoned data is noted as a parity error.',
        source: 'PCIe r6.0 §7.5.1.1.4',
      },
    ],
    why: [{ text: 'Only the record of errors is lost. No traffic depends on it.', source: 'PCIe r6.0 §7.5.1.1.4' }],
    coldBoot: [
      {
        text: 'pci_scan_bridge_extend() writes 0xffff to PCI_SEC_STATUS of every bridge, and to PCI_STATUS of those that get bus numbers.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'pcie_clear_device_status() clears PCI_EXP_DEVSTA when errors are handled.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of status registers. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'v9 still clears PCI_SEC_STATUS at the end of every bridge scan.', source: 'V9p' },
    ],
  },
  scenarios: [
    {
      id: 'status/secondary',
      title: 'The secondary status is cleared',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_SEC_STATUS', 0xffff)],
      by: { text: 'pci_scan_bridge_extend()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'status/primary',
      title: 'The status is cleared',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_STATUS', 0xffff)],
      by: { text: 'pci_scan_bridge_extend(), second pass', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'status/device',
      title: 'The device status is cleared',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_EXP_DEVSTA', 0xf)],
      by: { text: 'pcie_clear_device_status()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'status/parity',
      title: 'Parity checking is turned off',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_COMMAND', 'PCI_COMMAND_PARITY')],
      by: { text: 'pci_disable_parity(), called by quirks', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
  ],
  reasons: { words: ['status', 'parity', 'error bits'], harms: ['error record', 'log', 'lost'], justification: null },
})
