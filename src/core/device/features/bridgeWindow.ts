import { defineFeature, value } from './defineFeature.js'
import { P2P_HARMS } from './harms.js'

const REGISTERS = [
  'PCI_IO_BASE',
  'PCI_IO_LIMIT',
  'PCI_IO_BASE_UPPER16',
  'PCI_IO_LIMIT_UPPER16',
  'PCI_MEMORY_BASE',
  'PCI_MEMORY_LIMIT',
  'PCI_PREF_MEMORY_BASE',
  'PCI_PREF_MEMORY_LIMIT',
  'PCI_PREF_BASE_UPPER32',
  'PCI_PREF_LIMIT_UPPER32',
]

/** Windows of a bridge (PCIe r6.0 §7.5.1.3.6 to .11): the addresses that it passes downstream. */
export const bridgeWindow = defineFeature({
  name: 'bridge-window',
  title: 'Bridge windows',
  registers: REGISTERS.map((register) => ({ register, bits: [] })),
  owner: 'PCI core',
  decision: { is: 'open', source: 'V7' },
  page: {
    what: [
      {
        text: 'A bridge passes requests to addresses in its windows downstream, and requests from below to all other addresses upstream.',
        source: 'PCIe r6.0 §7.5.1.3.8',
      },
    ],
    why: [
      { text: 'Any change of a window breaks P2P.', source: 'JG1' },
      {
        text: 'A window laid over an address that a device below uses for DMA keeps its requests from going up, unless ACS redirects them.',
        source: 'PCIe r6.0 §6.12.1.1',
      },
    ],
    coldBoot: [
      {
        text: 'pci_setup_bridge() writes every window of a bridge that is not enabled yet, with the same values or with others, and closes the I/O and the prefetchable one in between.',
        source: 'Linux 6.12 drivers/pci/setup-bus.c',
      },
      {
        text: 'pci_read_bridge_windows() tests whether PCI_PREF_BASE_UPPER32 can be written, on every bridge with a 64-bit window, and the I/O and prefetchable windows where they read 0.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      { text: 'An author must also explain why a cold boot would change the windows at all.', source: 'JG1' },
    ],
    decided: [
      { text: 'Not needed without P2P.', source: 'JG1' },
      { text: 'Left to a later series on P2P.', source: 'V7' },
    ],
  },
  scenarios: [
    {
      id: 'bridge-window/same-memory',
      title: 'The memory window is written as it is',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_MEMORY_BASE', 0xfe80), value('PCI_MEMORY_LIMIT', 0xfe80)],
      by: {
        text: 'pci_setup_bridge_mmio(), both registers in one dword',
        source: 'Linux 6.12 drivers/pci/setup-bus.c',
      },
    },
    {
      id: 'bridge-window/same-prefetchable',
      title: 'The prefetchable window is closed and written as it was',
      on: 'root-port',
      phase: 'boot',
      writes: [
        value('PCI_PREF_LIMIT_UPPER32', 0),
        value('PCI_PREF_MEMORY_BASE', 0x0000),
        value('PCI_PREF_MEMORY_LIMIT', 0x00f0),
        value('PCI_PREF_BASE_UPPER32', 0x60),
        value('PCI_PREF_LIMIT_UPPER32', 0x60),
      ],
      by: { text: 'pci_setup_bridge_mmio_pref()', source: 'Linux 6.12 drivers/pci/setup-bus.c' },
    },
    {
      id: 'bridge-window/upper-test',
      title: 'The upper half of the prefetchable window is tested',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_PREF_BASE_UPPER32', 0xffffffff), value('PCI_PREF_BASE_UPPER32', 0x60)],
      by: { text: 'pci_read_bridge_windows()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'bridge-window/closed',
      title: 'The windows are closed',
      on: 'root-port',
      phase: 'boot',
      writes: [
        value('PCI_MEMORY_BASE', 0xfff0),
        value('PCI_MEMORY_LIMIT', 0),
        value('PCI_PREF_LIMIT_UPPER32', 0),
        value('PCI_PREF_MEMORY_BASE', 0xfff0),
        value('PCI_PREF_MEMORY_LIMIT', 0),
        value('PCI_PREF_BASE_UPPER32', 0xffffffff),
      ],
      by: {
        text: 'pci_disable_bridge_window(), for bridges named in pci=resource_alignment=',
        source: 'Linux 6.12 drivers/pci/setup-res.c',
      },
    },
  ],
  reasons: {
    words: ['window', 'bridge window', 'memory base', 'memory limit', 'io base', 'prefetchable'],
    harms: P2P_HARMS,
    justification:
      'We cannot use the cold boot flow for bridge windows because setting up the bridge requires the base and limit registers to be rewritten and that will break ongoing P2P DMA through the bridge.',
  },
})
