import { clear, defineFeature, set, value } from './defineFeature.js'
import { P2P_HARMS } from './harms.js'

const decodeOff = clear('PCI_COMMAND', 'PCI_COMMAND_IO', 'PCI_COMMAND_MEMORY')
const decodeOn = set('PCI_COMMAND', 'PCI_COMMAND_IO', 'PCI_COMMAND_MEMORY')
const memoryOff = clear('PCI_COMMAND', 'PCI_COMMAND_MEMORY')
const memoryOn = set('PCI_COMMAND', 'PCI_COMMAND_MEMORY')

/** Base Address Registers (PCIe r6.0 §7.5.1.2.1): their sizing and their assignment. */
export const bar = defineFeature({
  name: 'bar',
  title: 'BAR sizing and assignment',
  registers: [0, 1, 2, 3, 4, 5].map((index) => ({ register: `PCI_BASE_ADDRESS_${index}`, bits: [] })),
  owner: 'PCI core',
  decision: { is: 'open', source: 'V7' },
  page: {
    what: [
      {
        text: 'A BAR holds the address at which the device answers. Its size is found by writing all ones and reading back which bits stay.',
        source: 'PCIe r6.0 §7.5.1.2.1',
      },
    ],
    why: [
      { text: 'Sizing changes the register, which breaks ongoing P2P DMA.', source: 'JG1' },
      {
        text: 'With decode off meanwhile, any MMIO to the device fails.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
      { text: 'MMIO must not be reassigned while the device runs.', source: 'JG5c' },
      {
        text: 'Whether a given device survives a moved BAR could not be said; better not to change it.',
        source: 'CL2',
      },
    ],
    coldBoot: [
      {
        text: '__pci_read_base() sizes every BAR with decode off, writes the old value back and turns decode on again. pci_read_bases() skips VFs and devices with non_compliant_bars, but no BAR for what it holds.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'pci_std_update_resource() writes what resource assignment has chosen, 64-bit BARs in two halves with memory decode off. It skips VFs, unset and fixed resources, but not a BAR that has the address already.',
        source: 'Linux 6.12 drivers/pci/setup-res.c',
      },
      { text: 'Without P2P the cold boot flow can be used.', source: 'JG1' },
    ],
    decided: [
      { text: 'Nothing keeps BARs from being sized or moved yet; a later series on P2P is to do it.', source: 'V7' },
      { text: 'The same answer on v4.', source: 'DM2' },
      { text: 'VFIO does not preserve its shadow BARs until the addresses are kept.', source: 'DM1' },
    ],
  },
  scenarios: [
    {
      id: 'bar/sizing',
      title: 'A 32-bit BAR is sized',
      on: 'endpoint',
      phase: 'boot',
      writes: [decodeOff, value('PCI_BASE_ADDRESS_0', 0xffffffff), value('PCI_BASE_ADDRESS_0', 0xfe800000), decodeOn],
      by: { text: '__pci_read_base(), from pci_setup_device()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'bar/sizing-64',
      title: 'A 64-bit BAR that a peer uses is sized',
      on: 'endpoint',
      phase: 'boot',
      writes: [
        decodeOff,
        value('PCI_BASE_ADDRESS_2', 0xffffffff),
        value('PCI_BASE_ADDRESS_2', 0x0000000c),
        value('PCI_BASE_ADDRESS_3', 0xffffffff),
        value('PCI_BASE_ADDRESS_3', 0x60),
        decodeOn,
      ],
      by: { text: '__pci_read_base(), from pci_setup_device()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'bar/same-address',
      title: 'A 64-bit BAR is assigned the address that it has',
      on: 'endpoint',
      phase: 'boot',
      writes: [memoryOff, value('PCI_BASE_ADDRESS_2', 0x0000000c), value('PCI_BASE_ADDRESS_3', 0x60), memoryOn],
      by: { text: 'pci_std_update_resource()', source: 'Linux 6.12 drivers/pci/setup-res.c' },
    },
    {
      id: 'bar/moved',
      title: 'A 64-bit BAR is moved within the window above it',
      on: 'endpoint',
      phase: 'boot',
      writes: [memoryOff, value('PCI_BASE_ADDRESS_2', 0x0080000c), value('PCI_BASE_ADDRESS_3', 0x60), memoryOn],
      by: { text: 'pci_std_update_resource()', source: 'Linux 6.12 drivers/pci/setup-res.c' },
    },
  ],
  reasons: {
    words: ['bar', 'base address', 'sizing', 'resource', 'mmio address'],
    harms: P2P_HARMS,
    justification:
      'We cannot use the cold boot flow for BAR sizing because sizing requires all ones to be written to the BAR and that will break P2P DMA that peers have under way.',
  },
})
