import { defineFeature, set, value } from './defineFeature.js'

/** Virtual Channels (PCIe r6.0 §6.3). */
export const vc = defineFeature({
  name: 'vc',
  title: 'Virtual channels',
  registers: ['PCI_VC_PORT_CTRL', 'PCI_VC_RES_CTRL'].map((register) => ({ register, bits: [] })),
  owner: 'Firmware; PCI core when it restores state',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'Which traffic classes share which channel. VC0 is always on and always carries TC0.',
        source: 'PCIe r6.0 §7.9.1.7',
      },
    ],
    why: [
      {
        text: 'A class that is mapped to other channels on the two ends of a link does not get through; TC0 does.',
        source: 'PCIe r6.0 §6.3.1',
      },
    ],
    coldBoot: [
      {
        text: 'Enumeration only reserves room to save the state. pci_restore_vc_state() writes it back after a reset or resume.',
        source: 'Linux 6.12 drivers/pci/vc.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on virtual channels; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'vc/restore',
      title: 'The mapping is written as it was and the table loaded',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_VC_RES_CTRL', 0x800000ff), set('PCI_VC_PORT_CTRL', 'PCI_VC_PORT_CTRL_LOAD_TABLE')],
      by: { text: 'pci_restore_vc_state()', source: 'Linux 6.12 drivers/pci/vc.c' },
    },
  ],
  reasons: {
    words: ['virtual channel', 'traffic class', 'vc0', 'arbitration'],
    harms: ['isochronous', 'bandwidth', 'priority'],
    justification: null,
  },
})
