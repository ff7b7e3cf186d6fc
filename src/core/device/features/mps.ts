import { defineFeature, value } from './defineFeature.js'
import { DMA_HARMS } from './harms.js'

const PAYLOAD = 0xe0

/** Max_Payload_Size (PCIe r6.0 §7.5.3.4). */
export const mps = defineFeature({
  name: 'mps',
  title: 'Maximum payload size',
  registers: [{ register: 'PCI_EXP_DEVCTL', bits: ['PCI_EXP_DEVCTL_PAYLOAD'] }],
  owner: 'PCI core',
  decision: { is: 'open', source: 'JG2' },
  page: {
    what: [
      {
        text: 'The largest payload that a function may send and must accept. A larger one is a malformed TLP for its receiver.',
        source: 'PCIe r6.0 §2.2.2',
      },
    ],
    why: [
      {
        text: 'Lowered on one end with TLPs in flight, that end refuses what the other still sends.',
        source: 'PCIe r6.0 §2.2.2',
      },
    ],
    coldBoot: [
      {
        text: 'pci_configure_mps() returns if device and port have the same size, for VFs, and unless the bus policy is the default. Else it sets the device to the size of the port, or lowers a root port whose device cannot follow.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'With another policy (pci=pcie_bus_safe and others) pcie_bus_configure_settings() writes all of a bus, without asking for the present value.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has spoken of payload sizes. The general rule: write as a cold boot does, and explain every exception.',
        source: 'JG2',
      },
      { text: 'The RFC skipped the write in pcie_set_mps() and returned success.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'mps/same',
      title: 'The size is written as it is',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_EXP_DEVCTL', 0x20, PAYLOAD)],
      by: {
        text: 'pcie_set_mps(); pci_configure_mps() skips it when both ends are equal',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    },
    {
      id: 'mps/lower',
      title: 'The size of the endpoint is lowered',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_EXP_DEVCTL', 0x00, PAYLOAD)],
      by: { text: 'pcie_set_mps()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'mps/lower-root-port',
      title: 'The size of the root port is lowered',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_EXP_DEVCTL', 0x00, PAYLOAD)],
      by: { text: 'pci_configure_mps() calls pcie_set_mps()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
  ],
  reasons: {
    words: ['mps', 'payload', 'max payload', 'payload size'],
    harms: [...DMA_HARMS, 'malformed'],
    justification:
      'We cannot use the cold boot flow for MPS because it requires PCI_EXP_DEVCTL_PAYLOAD of one end to be lowered and that will break ongoing DMA: TLPs in flight become malformed.',
  },
})
