import { clear, defineFeature, set } from './defineFeature.js'

/** Bridge Control (PCIe r6.0 §7.5.1.3.13), its VGA bits and the bus reset apart. */
export const bridgeControl = defineFeature({
  name: 'bridge-control',
  title: 'Bridge control',
  registers: [
    {
      register: 'PCI_BRIDGE_CONTROL',
      bits: [
        'PCI_BRIDGE_CTL_PARITY',
        'PCI_BRIDGE_CTL_SERR',
        'PCI_BRIDGE_CTL_ISA',
        'PCI_BRIDGE_CTL_MASTER_ABORT',
        'PCI_BRIDGE_CTL_FAST_BACK',
      ],
    },
  ],
  owner: 'PCI core',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [
      {
        text: 'How a bridge reports errors of its secondary side, and whether it keeps ISA aliases from passing. Master-abort mode and fast back-to-back are hardwired to 0 on PCI Express.',
        source: 'PCIe r6.0 §7.5.1.3.13',
      },
    ],
    why: [
      {
        text: 'The bits decide what is reported of errors, not whether memory requests pass. The ISA bit concerns I/O addresses only.',
        source: 'PCIe r6.0 §7.5.1.3.13',
      },
    ],
    coldBoot: [
      {
        text: 'pci_scan_bridge_extend() clears master-abort mode for the scan and writes the old value back at its end, for every bridge.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'pci_configure_serr() sets SERR on bridges that do not have it set.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: '__pci_setup_bridge() writes the value that the scan has read.',
        source: 'Linux 6.12 drivers/pci/setup-bus.c',
      },
      {
        text: 'program_hpx_type0() sets parity detection if the firmware asks for it.',
        source: 'Linux 6.12 drivers/pci/pci-acpi.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of these bits. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'v9 still writes the register at the end of every bridge scan.', source: 'V9p' },
    ],
  },
  scenarios: [
    {
      id: 'bridge-control/scan',
      title: 'Master-abort mode is cleared for the scan',
      on: 'root-port',
      phase: 'boot',
      writes: [clear('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_MASTER_ABORT')],
      by: { text: 'pci_scan_bridge_extend()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'bridge-control/serr',
      title: 'Forwarding of error messages is turned on',
      on: 'root-port',
      phase: 'boot',
      writes: [set('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_SERR')],
      by: { text: 'pci_configure_serr()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
  ],
  reasons: {
    words: ['bridge control', 'master abort', 'serr', 'parity'],
    harms: ['error', 'forwarding'],
    justification: null,
  },
})
