import { clear, defineFeature, value } from './defineFeature.js'
import { TRANSLATION_HARMS } from './harms.js'

/** Page Request Interface (PCIe r6.0 §10.5.2). */
export const pri = defineFeature({
  name: 'pri',
  title: 'PRI',
  registers: ['PCI_PRI_CTRL', 'PCI_PRI_STATUS', 'PCI_PRI_ALLOC_REQ'].map((register) => ({ register, bits: [] })),
  owner: 'IOMMU driver',
  decision: { is: 'owner', source: 'JG1' },
  page: {
    what: [
      {
        text: 'PCI_PRI_CTRL_ENABLE lets a function ask for pages that are not there. PCI_PRI_CTRL_RESET acts only while it is off, and drops all requests.',
        source: 'PCIe r6.0 §10.5.2.2',
      },
    ],
    why: [
      {
        text: 'A request whose response does not come leaves the function waiting for its page.',
        source: 'PCIe r6.0 §10.4.1',
      },
    ],
    coldBoot: [
      {
        text: 'The Intel driver calls pci_reset_pri(), which writes only the reset bit and so clears enable, then pci_enable_pri().',
        source: 'Linux 6.12 drivers/iommu/intel/iommu.c',
      },
      {
        text: 'pci_enable_pri() fails unless the interface reports that it is stopped; it writes the allocation, then the enable bit. VFs share the interface of their PF and are skipped.',
        source: 'Linux 6.12 drivers/pci/ats.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has said anything on PRI by itself; what becomes of requests under way is open.',
        source: 'SURVEY',
      },
      { text: 'It is read here with ATS, as state that the IOMMU driver owns.', source: 'JG1' },
    ],
  },
  scenarios: [
    {
      id: 'pri/reset-enable',
      title: 'PRI is reset and enabled',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_PRI_CTRL', 0x2), value('PCI_PRI_ALLOC_REQ', 32), value('PCI_PRI_CTRL', 0x1)],
      by: { text: 'pci_reset_pri(), then pci_enable_pri()', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
    {
      id: 'pri/disable',
      title: 'PRI is turned off',
      on: 'endpoint',
      phase: 'userspace',
      writes: [clear('PCI_PRI_CTRL', 'PCI_PRI_CTRL_ENABLE')],
      by: { text: 'pci_disable_pri()', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
  ],
  reasons: {
    words: ['pri', 'prq', 'page request interface'],
    harms: TRANSLATION_HARMS,
    justification:
      'We cannot use the cold boot flow for PRI because it requires PCI_PRI_CTRL to be reset and that will break page requests that wait for a response.',
  },
})
