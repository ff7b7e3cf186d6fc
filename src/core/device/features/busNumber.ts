import { defineFeature, value } from './defineFeature.js'
import { DMA_HARMS, ROUTING_HARMS } from './harms.js'

const numbers = (primary: number, secondary: number, subordinate: number) => [
  value('PCI_PRIMARY_BUS', primary),
  value('PCI_SECONDARY_BUS', secondary),
  value('PCI_SUBORDINATE_BUS', subordinate),
]

/** Bus numbers of a bridge (PCIe r6.0 §7.5.1.3.2 to .4). */
export const busNumber = defineFeature({
  name: 'bus-number',
  title: 'Bus numbers',
  registers: ['PCI_PRIMARY_BUS', 'PCI_SECONDARY_BUS', 'PCI_SUBORDINATE_BUS'].map((register) => ({
    register,
    bits: [],
  })),
  owner: 'PCI core',
  decision: { is: 'preserve', source: 'V9' },
  page: {
    what: [
      {
        text: 'Secondary and subordinate number say which config requests and completions a bridge passes downstream.',
        source: 'PCIe r6.0 §7.5.1.3.3',
      },
      {
        text: 'A function takes its bus number, and so its requester id, from each Type 0 config write that it receives.',
        source: 'PCIe r6.0 §2.2.6.2',
      },
    ],
    why: [
      {
        text: 'The bus number is in the requester id, which the IOMMU looks up and by which completions find their way back.',
        source: 'JG5a',
      },
      { text: 'Neither the device nor the ranges of the bridges above it may change.', source: 'JG5d' },
    ],
    coldBoot: [
      {
        text: 'pci_scan_bridge_extend() keeps numbers that make sense and writes none. If they do not, or with pci=assign-busses, it writes 0 in its first pass and new ones in its second.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'A bridge that came up without numbers gets the whole rest of the range first, and its real subordinate number after the scan.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    ],
    decided: [
      {
        text: 'If anything was preserved, all bridges keep their numbers for the life of the kernel; pci=assign-busses is ignored.',
        source: 'V9',
      },
      {
        text: 'If a preserved bridge comes up without numbers, nothing on that bus gets any. Hot-added bridges still do.',
        source: 'V9',
      },
      { text: 'It cannot be combined with CardBus.', source: 'V7-05' },
      { text: 'Identity by the path from the root was suggested, because numbers can change.', source: 'LW4' },
      { text: 'Refused: it would only hide bugs; disable such options instead.', source: 'JG5a' },
    ],
  },
  scenarios: [
    {
      id: 'bus-number/same',
      title: 'The numbers are written as they are',
      on: 'root-port',
      phase: 'boot',
      writes: numbers(0, 1, 1),
      by: {
        text: 'pci_scan_bridge_extend(), second pass, all three in one dword',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    },
    {
      id: 'bus-number/zero',
      title: 'The numbers are cleared before the second pass',
      on: 'root-port',
      phase: 'boot',
      writes: numbers(0, 0, 0),
      by: {
        text: 'pci_scan_bridge_extend(), first pass, with pci=assign-busses or numbers that make no sense',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    },
    {
      id: 'bus-number/renumbered',
      title: 'The bus below gets another number',
      on: 'root-port',
      phase: 'boot',
      writes: numbers(0, 2, 2),
      by: { text: 'pci_scan_bridge_extend(), second pass', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'bus-number/renumbered-above-switch',
      title: 'The bus above a switch gets another number',
      on: 'switch-upstream',
      phase: 'boot',
      writes: numbers(1, 5, 7),
      by: { text: 'pci_scan_bridge_extend(), second pass', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'bus-number/widened',
      title: 'The range is opened for the scan and closed again',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_SUBORDINATE_BUS', 0xff), value('PCI_SUBORDINATE_BUS', 1)],
      by: { text: 'pci_scan_bridge_extend(), second pass', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
  ],
  reasons: {
    words: ['bus number', 'busnr', 'secondary', 'subordinate', 'bus range', 'renumber'],
    harms: [...DMA_HARMS, ...ROUTING_HARMS],
    justification:
      'We cannot use the cold boot flow for bus numbers because assigning them requires PCI_SECONDARY_BUS and PCI_SUBORDINATE_BUS to be rewritten and that will break ongoing DMA: the requester id changes under the IOMMU and completions are misrouted.',
  },
})
