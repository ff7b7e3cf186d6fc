import { defineFeature, value } from './defineFeature.js'
import { DMA_HARMS, TRANSLATION_HARMS } from './harms.js'

/** Process Address Space IDs (PCIe r6.0 §7.8.9). */
export const pasid = defineFeature({
  name: 'pasid',
  title: 'PASID',
  registers: [{ register: 'PCI_PASID_CTRL', bits: [] }],
  owner: 'IOMMU driver',
  decision: { is: 'owner', source: 'JG1' },
  page: {
    what: [
      {
        text: 'PCI_PASID_CTRL_ENABLE lets a function send requests that name an address space. VFs use the register of their PF. It must not change while ATS is on.',
        source: 'PCIe r6.0 §7.8.9.3',
      },
    ],
    why: [{ text: 'Without the bit requests with a PASID stop.', source: 'PCIe r6.0 §7.8.9.3' }],
    coldBoot: [
      {
        text: 'pci_enable_pasid() writes the register whole, without reading it, if the path supports prefixes and ACS redirects on it.',
        source: 'Linux 6.12 drivers/pci/ats.c',
      },
      {
        text: 'pci_disable_pasid() writes 0; neither touches a VF.',
        source: 'Linux 6.12 drivers/pci/ats.c',
      },
    ],
    decided: [
      { text: 'The IOMMU driver owns this state; see ATS.', source: 'JG1' },
      { text: 'The Intel code of v5 keeps only the first PASID table, that of traffic without PASID.', source: 'IOM' },
    ],
  },
  scenarios: [
    {
      id: 'pasid/enable',
      title: 'PASID is enabled where it is on',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_PASID_CTRL', 0x1)],
      by: { text: 'pci_enable_pasid()', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
    {
      id: 'pasid/disable',
      title: 'PASID is turned off',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_PASID_CTRL', 0)],
      by: { text: 'pci_disable_pasid()', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
  ],
  reasons: {
    words: ['pasid', 'address space', 'sva'],
    harms: [...DMA_HARMS, ...TRANSLATION_HARMS],
    justification:
      'We cannot use the cold boot flow for PASID because it requires PCI_PASID_CTRL to be rewritten while ATS is on and that will break DMA with a PASID.',
  },
})
