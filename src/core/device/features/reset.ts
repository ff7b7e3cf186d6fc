import { clear, defineFeature, set, value } from './defineFeature.js'
import { DMA_HARMS, RESET_HARMS } from './harms.js'

/** Resets that a config write starts (PCIe r6.0 §6.6). */
export const reset = defineFeature({
  name: 'reset',
  title: 'Reset',
  registers: [
    { register: 'PCI_EXP_DEVCTL', bits: ['PCI_EXP_DEVCTL_BCR_FLR'] },
    { register: 'PCI_BRIDGE_CONTROL', bits: ['PCI_BRIDGE_CTL_BUS_RESET'] },
    { register: 'PCI_AF_CTRL', bits: [] },
  ],
  owner: 'PCI core, asked by VFIO and by drivers',
  decision: { is: 'open', source: 'VF5' },
  page: {
    what: [
      {
        text: 'A function level reset clears one function; of a PF, its VFs too. A secondary bus reset clears everything below a bridge. D3hot and back is a reset too, without No_Soft_Reset.',
        source: 'PCIe r6.0 §6.6.2',
      },
    ],
    why: [
      {
        text: 'A reset loses the state of the device, which is what a live update wants to keep.',
        source: 'PCIe r6.0 §6.6.2',
      },
    ],
    coldBoot: [
      {
        text: 'vfio_pci_core_enable() resets a device when it is opened: pci_dev_save_and_disable() writes PCI_COMMAND, then the first method that works is taken.',
        source: 'Linux 6.12 drivers/vfio/pci/vfio_pci_core.c',
      },
      {
        text: 'pcie_flr() does not look whether the function is in use; pci_pm_reset() refuses with No_Soft_Reset.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      { text: 'Enumeration resets nothing by itself; quirks may.', source: 'Linux 6.12 drivers/pci/quirks.c' },
    ],
    decided: [
      { text: 'As a first step VFIO resets the device on purpose at freeze.', source: 'VF5' },
      { text: 'The roadmap has a second phase without resets.', source: 'DM1-05' },
      { text: 'The RFC of VFIO skipped the reset on open and handed reset_works along.', source: 'VS-14' },
      { text: 'The RFC of PCI answered a secondary bus reset with BUG_ON.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'reset/function',
      title: 'VFIO opens the device and resets it',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_COMMAND', 0x400), set('PCI_EXP_DEVCTL', 'PCI_EXP_DEVCTL_BCR_FLR')],
      by: {
        text: 'pci_try_reset_function(): pci_dev_save_and_disable(), then pcie_flr()',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    },
    {
      id: 'reset/power',
      title: 'Reset by D3hot and back',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_PM_CTRL', 0x3, 0x3), value('PCI_PM_CTRL', 0, 0x3)],
      by: { text: 'pci_pm_reset()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'reset/bus',
      title: 'Secondary bus reset of the port above',
      on: 'root-port',
      phase: 'userspace',
      writes: [
        set('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_BUS_RESET'),
        clear('PCI_BRIDGE_CONTROL', 'PCI_BRIDGE_CTL_BUS_RESET'),
      ],
      by: { text: 'pci_reset_secondary_bus()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
  ],
  reasons: {
    words: ['reset', 'flr', 'bus reset', 'hot reset'],
    harms: [...DMA_HARMS, ...RESET_HARMS],
    justification:
      'We cannot use the cold boot flow for reset because a reset requires PCI_EXP_DEVCTL_BCR_FLR or the bus reset bit to be set and that will break ongoing DMA and lose the state of the device.',
  },
})
