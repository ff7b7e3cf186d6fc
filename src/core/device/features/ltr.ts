import { defineFeature, set, value } from './defineFeature.js'

/** Latency Tolerance Reporting (PCIe r6.0 §6.18). */
export const ltr = defineFeature({
  name: 'ltr',
  title: 'LTR',
  registers: [
    { register: 'PCI_EXP_DEVCTL2', bits: ['PCI_EXP_DEVCTL2_LTR_EN'] },
    { register: 'PCI_LTR_MAX_SNOOP_LAT', bits: [] },
    { register: 'PCI_LTR_MAX_NOSNOOP_LAT', bits: [] },
  ],
  owner: 'PCI core (ASPM)',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'With LTR a function tells how long its requests may wait. The platform uses that to choose how deep it idles. It may be enabled in an endpoint only if the whole path has it.',
        source: 'PCIe r6.0 §6.18',
      },
    ],
    why: [{ text: 'The messages go beside the traffic; no request waits for them.', source: 'PCIe r6.0 §6.18' }],
    coldBoot: [
      {
        text: 'pci_configure_ltr() sets the bit from the root port down, if the firmware leaves LTR to the kernel. Where it is set it writes nothing.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
      {
        text: 'The largest latencies are written only when saved state is restored.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on LTR; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'ltr/enable',
      title: 'LTR is enabled on the endpoint',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_LTR_EN')],
      by: { text: 'pci_configure_ltr()', source: 'Linux 6.12 drivers/pci/pcie/aspm.c' },
    },
    {
      id: 'ltr/restore',
      title: 'The largest latencies are restored',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_LTR_MAX_SNOOP_LAT', 0x1003), value('PCI_LTR_MAX_NOSNOOP_LAT', 0x1003)],
      by: {
        text: 'pci_restore_ltr_state() after a reset, both registers in one dword',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
    },
  ],
  reasons: { words: ['ltr', 'latency tolerance'], harms: ['latency', 'power state'], justification: null },
})
