import { defineFeature, set, value } from './defineFeature.js'

/** Data Object Exchange (PCIe r6.0 §6.30): a mailbox in config space. */
export const doe = defineFeature({
  name: 'doe',
  title: 'DOE',
  registers: ['PCI_DOE_CTRL', 'PCI_DOE_STATUS', 'PCI_DOE_WRITE', 'PCI_DOE_READ'].map((register) => ({
    register,
    bits: [],
  })),
  owner: 'PCI core',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'Software writes an object, sets Go, and reads the answer. Abort drops what is in the mailbox.',
        source: 'PCIe r6.0 §6.30',
      },
    ],
    why: [
      {
        text: 'Memory traffic does not depend on it. An exchange that somebody has under way is lost.',
        source: 'PCIe r6.0 §6.30.2',
      },
    ],
    coldBoot: [
      {
        text: 'pci_doe_init() makes every mailbox, aborts it, and asks for the protocols that it knows.',
        source: 'Linux 6.12 drivers/pci/doe.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on DOE; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'doe/discovery',
      title: 'The mailbox is aborted and asked for its protocols',
      on: 'endpoint',
      phase: 'boot',
      writes: [
        value('PCI_DOE_CTRL', 0x1),
        value('PCI_DOE_WRITE', 0x1),
        value('PCI_DOE_WRITE', 0x3),
        value('PCI_DOE_WRITE', 0),
        value('PCI_DOE_CTRL', 0x80000000),
        value('PCI_DOE_READ', 0),
      ],
      by: { text: 'pci_doe_abort(), then pci_doe_send_req()', source: 'Linux 6.12 drivers/pci/doe.c' },
    },
    {
      id: 'doe/abort',
      title: 'The mailbox is aborted',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_DOE_CTRL', 'PCI_DOE_CTRL_ABORT')],
      by: { text: 'pci_doe_abort()', source: 'Linux 6.12 drivers/pci/doe.c' },
    },
  ],
  reasons: {
    words: ['doe', 'mailbox', 'data object'],
    harms: ['exchange', 'object', 'session', 'spdm'],
    justification: null,
  },
})
