import { clear, defineFeature, set } from './defineFeature.js'

/** Routing of the legacy VGA ranges (PCIe r6.0 §7.5.1.3.13). */
export const vga = defineFeature({
  name: 'vga',
  title: 'VGA routing',
  registers: [
    { register: 'PCI_COMMAND', bits: ['PCI_COMMAND_VGA_PALETTE'] },
    { register: 'PCI_BRIDGE_CONTROL', bits: ['PCI_BRIDGE_CTL_VGA', 'PCI_BRIDGE_CTL_VGA_16BIT'] },
  ],
  owner: 'VGA arbiter',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [
      {
        text: 'PCI_BRIDGE_CTL_VGA makes a bridge pass the VGA memory and I/O ranges downstream, whatever its windows say. Palette snooping is hardwired to 0 on PCI Express.',
        source: 'PCIe r6.0 §7.5.1.3.13',
      },
    ],
    why: [
      {
        text: 'Only a VGA device answers in these ranges. For all others the bit changes nothing.',
        source: 'PCIe r6.0 §7.5.1.3.13',
      },
    ],
    coldBoot: [
      {
        text: 'pci_set_vga_state() sets or clears the bit on every bridge above a VGA device when the arbiter moves the ranges; with it come I/O and memory decode of the device (see decode).',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of VGA. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'The RFC guarded it without a reason.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'vga/route',
      title: 'The VGA ranges are routed to the bus of the device',
      on: 'root-port',
      phase: 'boot',
      writes: [set('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_VGA')],
      by: { text: 'pci_set_vga_state()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'vga/unroute',
      title: 'The VGA ranges are routed elsewhere',
      on: 'root-port',
      phase: 'boot',
      writes: [clear('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_VGA')],
      by: { text: 'pci_set_vga_state()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
  ],
  reasons: {
    words: ['vga', 'palette', 'legacy range'],
    harms: ['mmio', 'decode', 'display'],
    justification:
      'We cannot use the cold boot flow for VGA routing because moving the ranges requires PCI_BRIDGE_CTL_VGA to be changed and that will break MMIO to a preserved VGA device.',
  },
})
