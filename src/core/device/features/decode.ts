import { clear, defineFeature, set } from './defineFeature.js'
import { P2P_HARMS } from './harms.js'

const off = clear('PCI_COMMAND', 'PCI_COMMAND_IO', 'PCI_COMMAND_MEMORY')
const on = set('PCI_COMMAND', 'PCI_COMMAND_IO', 'PCI_COMMAND_MEMORY')

/** I/O and memory decode (PCIe r6.0 §7.5.1.1.3): what a function answers, and what a bridge passes downstream. */
export const decode = defineFeature({
  name: 'decode',
  title: 'I/O and memory decode',
  registers: [
    {
      register: 'PCI_COMMAND',
      bits: [
        'PCI_COMMAND_IO',
        'PCI_COMMAND_MEMORY',
        'PCI_COMMAND_SPECIAL',
        'PCI_COMMAND_WAIT',
        'PCI_COMMAND_FAST_BACK',
      ],
    },
  ],
  owner: 'PCI core',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [
      {
        text: 'PCI_COMMAND_IO and PCI_COMMAND_MEMORY let a function answer requests to its BARs, and let a bridge pass such requests downstream. Requests that the function itself sends do not depend on them.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
      {
        text: 'The bits for special cycles, stepping and fast back-to-back are hardwired to 0 on PCI Express.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
    ],
    why: [
      {
        text: 'While memory decode is off, peers and the VM cannot reach the device. Its DMA goes on.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
    ],
    coldBoot: [
      {
        text: '__pci_read_base() turns decode off around the sizing of each BAR and puts it back; it skips both if decode was off, or for mmio_always_on.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'pci_std_update_resource() turns memory decode off while it writes a 64-bit BAR.',
        source: 'Linux 6.12 drivers/pci/setup-res.c',
      },
      {
        text: 'pci_enable_resources() turns decode on, and writes nothing if the bits are set already.',
        source: 'Linux 6.12 drivers/pci/setup-res.c',
      },
      {
        text: 'pci_reassigndev_resource_alignment() leaves memory decode off, but only for devices named in pci=resource_alignment=.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of decode by itself. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'The RFC guarded it where resource alignment is applied, without a reason.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'decode/sizing',
      title: 'Decode is off while a BAR is sized',
      on: 'endpoint',
      phase: 'boot',
      writes: [off, on],
      by: { text: '__pci_read_base(), once for each BAR', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'decode/sizing-root-port',
      title: 'Decode of the root port is off while its own BARs are sized',
      on: 'root-port',
      phase: 'boot',
      writes: [off, on],
      by: { text: '__pci_read_base(), for the two BARs of a bridge', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'decode/off',
      title: 'Memory decode is turned off and stays off',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_COMMAND', 'PCI_COMMAND_MEMORY')],
      by: {
        text: 'pci_reassigndev_resource_alignment() for a device named on the command line',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    },
    {
      id: 'decode/enable',
      title: 'Decode is turned on where it is on',
      on: 'endpoint',
      phase: 'boot',
      writes: [on],
      by: { text: 'pci_enable_resources()', source: 'Linux 6.12 drivers/pci/setup-res.c' },
    },
  ],
  reasons: {
    words: ['decode', 'decoding', 'memory space', 'io space', 'command'],
    harms: P2P_HARMS,
    justification:
      'We cannot use the cold boot flow for decode because it requires PCI_COMMAND_MEMORY to be cleared and that will break ongoing P2P DMA to the device.',
  },
})
