import { clear, defineFeature, set, value } from './defineFeature.js'
import { P2P_HARMS } from './harms.js'

/** The expansion ROM's address (PCIe r6.0 §7.5.1.2.4). */
export const rom = defineFeature({
  name: 'rom',
  title: 'Expansion ROM',
  registers: [
    { register: 'PCI_ROM_ADDRESS', bits: [] },
    { register: 'PCI_ROM_ADDRESS1', bits: [] },
  ],
  owner: 'PCI core',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'The register holds the address of the ROM and a bit that enables it. A device may share one decoder between the ROM and its BARs.',
        source: 'PCIe r6.0 §7.5.1.2.4',
      },
    ],
    why: [
      {
        text: 'Nothing reads the ROM of a running device; the harm is decode being off while the ROM is sized, and BARs that go dark on devices with a shared decoder.',
        source: 'PCIe r6.0 §7.5.1.2.4',
      },
    ],
    coldBoot: [
      {
        text: '__pci_read_base() sizes the ROM as it sizes a BAR, with decode off, and leaves the enable bit as it was.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'pci_std_update_resource() writes the address only if the ROM is enabled, or overlaps a BAR.',
        source: 'Linux 6.12 drivers/pci/setup-res.c',
      },
      {
        text: 'pci_map_rom() enables the ROM and pci_unmap_rom() disables it; neither writes for a shadow copy in RAM.',
        source: 'Linux 6.12 drivers/pci/rom.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has said anything on the ROM by itself; the decision is open. See decode and BAR sizing.',
        source: 'SURVEY',
      },
      { text: 'The RFC guarded its sizing with that of the BARs.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'rom/sizing',
      title: 'The ROM is sized',
      on: 'endpoint',
      phase: 'boot',
      writes: [
        clear('PCI_COMMAND', 'PCI_COMMAND_IO', 'PCI_COMMAND_MEMORY'),
        value('PCI_ROM_ADDRESS', 0xfffff800),
        value('PCI_ROM_ADDRESS', 0),
        set('PCI_COMMAND', 'PCI_COMMAND_IO', 'PCI_COMMAND_MEMORY'),
      ],
      by: { text: '__pci_read_base(), from pci_read_bases()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'rom/read',
      title: 'The ROM is enabled, read and disabled',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_ROM_ADDRESS', 0xfe810001), clear('PCI_ROM_ADDRESS', 'PCI_ROM_ADDRESS_ENABLE')],
      by: { text: 'pci_enable_rom() and pci_disable_rom()', source: 'Linux 6.12 drivers/pci/rom.c' },
    },
  ],
  reasons: {
    words: ['rom', 'expansion rom', 'option rom'],
    harms: P2P_HARMS,
    justification:
      'We cannot use the cold boot flow for the ROM because sizing it requires PCI_COMMAND_MEMORY to be cleared and that will break ongoing P2P DMA to the device.',
  },
})
