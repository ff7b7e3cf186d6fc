import { defineFeature, value } from './defineFeature.js'

const READRQ = 0x7000

/** Max_Read_Request_Size (PCIe r6.0 §7.5.3.4), and its like in PCI-X. */
export const mrrs = defineFeature({
  name: 'mrrs',
  title: 'Maximum read request size',
  registers: [
    { register: 'PCI_EXP_DEVCTL', bits: ['PCI_EXP_DEVCTL_READRQ'] },
    { register: 'PCI_X_CMD', bits: [] },
  ],
  owner: 'PCI core; drivers',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [{ text: 'The largest read that a function may ask for in one request.', source: 'PCIe r6.0 §7.5.3.4' }],
    why: [
      {
        text: 'It limits requests still to come. Those that are under way complete as they were sent.',
        source: 'PCIe r6.0 §7.5.3.4',
      },
    ],
    coldBoot: [
      {
        text: 'pcie_set_readrq() writes without asking for the present value. Drivers call it; the core does only for the bus policy "performance".',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of read request sizes. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'The RFC skipped the write in pcie_set_readrq() and returned success.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'mrrs/lower',
      title: 'The size is lowered',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_EXP_DEVCTL', 0x0000, READRQ)],
      by: { text: 'pcie_set_readrq()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'mrrs/raise',
      title: 'The size is raised',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_EXP_DEVCTL', 0x5000, READRQ)],
      by: { text: 'pcie_set_readrq()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
  ],
  reasons: {
    words: ['mrrs', 'readrq', 'read request'],
    harms: ['dma', 'read', 'completion'],
    justification: null,
  },
})
