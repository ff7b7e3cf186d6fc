import { clear, defineFeature, value } from './defineFeature.js'
import { DMA_HARMS, TRANSLATION_HARMS } from './harms.js'

/** Address Translation Services (PCIe r6.0 §10.5.1). */
export const ats = defineFeature({
  name: 'ats',
  title: 'ATS',
  registers: [{ register: 'PCI_ATS_CTRL', bits: [] }],
  owner: 'IOMMU driver',
  decision: { is: 'owner', source: 'JG1' },
  page: {
    what: [
      {
        text: 'With PCI_ATS_CTRL_ENABLE set a function may ask for translations, keep them, and send requests with translated addresses. The smallest translation unit (STU) is the size of page it asks for; a VF uses that of its PF.',
        source: 'PCIe r6.0 §10.5.1.3',
      },
    ],
    why: [
      {
        text: 'ATS off makes the function fall back to untranslated requests. Another STU while it is on changes what the translations in use mean.',
        source: 'PCIe r6.0 §10.5.1.3',
      },
    ],
    coldBoot: [
      {
        text: 'pci_prepare_ats() writes the STU with the enable bit clear, on PFs only; the new kernel does not know that ATS is on.',
        source: 'Linux 6.12 drivers/pci/ats.c',
      },
      { text: 'pci_enable_ats() then writes STU and enable bit in one.', source: 'Linux 6.12 drivers/pci/ats.c' },
      {
        text: 'The Intel driver calls the first while it probes a device, the second when it attaches it to a domain.',
        source: 'Linux 6.12 drivers/iommu/intel/iommu.c',
      },
    ],
    decided: [
      {
        text: 'The IOMMU driver owns this state: it must affirm what is in use and clean up. Better speak of a target state, ATS on with page size X, than of enable and disable.',
        source: 'JG1',
      },
      { text: 'It is "far harder than just if\'ing around" the write (quote).', source: 'JG2' },
      { text: 'Leave it out of the first series.', source: 'JG3' },
      {
        text: 'The IOMMU series preserves domain, context and PASID tables; the PCI series does nothing.',
        source: 'IOM',
      },
    ],
  },
  scenarios: [
    {
      id: 'ats/prepare',
      title: 'The STU is written with the enable bit clear, then ATS is enabled',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_ATS_CTRL', 0), value('PCI_ATS_CTRL', 0x8000)],
      by: { text: 'pci_prepare_ats(), then pci_enable_ats()', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
    {
      id: 'ats/other-unit',
      title: 'ATS is enabled with another STU',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_ATS_CTRL', 0x8001)],
      by: { text: 'pci_enable_ats() with another page shift', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
    {
      id: 'ats/disable',
      title: 'ATS is turned off',
      on: 'endpoint',
      phase: 'userspace',
      writes: [clear('PCI_ATS_CTRL', 'PCI_ATS_CTRL_ENABLE')],
      by: { text: 'pci_disable_ats()', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
    {
      id: 'ats/enable-vf',
      title: 'ATS is enabled on a VF that has it on',
      on: 'vf',
      phase: 'boot',
      writes: [value('PCI_ATS_CTRL', 0x8000)],
      by: { text: 'pci_enable_ats(), without STU for a VF', source: 'Linux 6.12 drivers/pci/ats.c' },
    },
  ],
  reasons: {
    words: ['ats', 'stu', 'smallest translation unit'],
    harms: [...DMA_HARMS, ...TRANSLATION_HARMS],
    justification:
      'We cannot use the cold boot flow for ATS because preparing it requires PCI_ATS_CTRL to be written with the enable bit clear and that will break DMA that uses translations the device holds.',
  },
})
