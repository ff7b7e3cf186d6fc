import { defineFeature, set, value } from './defineFeature.js'

/** Cache line size and latency timer of conventional PCI (PCIe r6.0 §7.5.1.1.7, .8). */
export const cacheline = defineFeature({
  name: 'cacheline',
  title: 'Cache line size and latency timer',
  registers: [
    { register: 'PCI_CACHE_LINE_SIZE', bits: [] },
    { register: 'PCI_LATENCY_TIMER', bits: [] },
    { register: 'PCI_SEC_LATENCY_TIMER', bits: [] },
    { register: 'PCI_COMMAND', bits: ['PCI_COMMAND_INVALIDATE'] },
  ],
  owner: 'PCI core',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [
      {
        text: 'Parameters of the conventional bus. On PCI Express the cache line size has no effect, the latency timers and Memory Write and Invalidate are hardwired to 0.',
        source: 'PCIe r6.0 §7.5.1.1.7',
      },
    ],
    why: [{ text: 'On PCI Express nothing depends on them.', source: 'PCIe r6.0 §7.5.1.1.7' }],
    coldBoot: [
      {
        text: 'program_hpx_type0() writes cache line size and latency timer, from the firmware or from defaults.',
        source: 'Linux 6.12 drivers/pci/pci-acpi.c',
      },
      {
        text: 'pci_set_cacheline_size() keeps a value that is a multiple of the right one; pci_set_mwi() keeps the bit if set; pcibios_set_master() leaves the latency timer alone on PCI Express.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of these registers. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'The RFC guarded them without a reason.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'cacheline/firmware',
      title: 'Cache line size and latency timer are programmed',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_CACHE_LINE_SIZE', 8), value('PCI_LATENCY_TIMER', 0x40)],
      by: { text: 'program_hpx_type0()', source: 'Linux 6.12 drivers/pci/pci-acpi.c' },
    },
    {
      id: 'cacheline/invalidate',
      title: 'A driver asks for Memory Write and Invalidate',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_COMMAND', 'PCI_COMMAND_INVALIDATE')],
      by: { text: 'pci_set_mwi()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
  ],
  reasons: {
    words: ['cache line', 'cacheline', 'latency timer', 'mwi', 'write and invalidate'],
    harms: ['dma', 'burst'],
    justification: null,
  },
})
