import { clear, defineFeature } from './defineFeature.js'

/** TLP Processing Hints (PCIe r6.0 §6.17). */
export const tph = defineFeature({
  name: 'tph',
  title: 'TPH',
  registers: [{ register: 'PCI_TPH_CTRL', bits: [] }],
  owner: 'Drivers',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'Hints in requests that tell into which cache data should go. Requests without a hint arrive all the same.',
        source: 'PCIe r6.0 §6.17',
      },
    ],
    why: [{ text: 'Hints steer data and do not decide whether it arrives.', source: 'PCIe r6.0 §6.17' }],
    coldBoot: [
      {
        text: 'No code of this kernel writes the control register; only user space can, through sysfs.',
        source: 'Linux 6.12 drivers/pci/pci-sysfs.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on TPH; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'tph/off',
      title: 'Hints are turned off',
      on: 'endpoint',
      phase: 'userspace',
      writes: [clear('PCI_TPH_CTRL', 'PCI_TPH_CTRL_REQ_EN_MASK')],
      by: { text: 'pci_write_config(), the file config in sysfs', source: 'Linux 6.12 drivers/pci/pci-sysfs.c' },
    },
  ],
  reasons: {
    words: ['tph', 'processing hint'],
    harms: ['steering', 'cache', 'latency'],
    justification: null,
  },
})
