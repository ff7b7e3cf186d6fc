import { defineFeature, set, value } from './defineFeature.js'
import { DMA_HARMS, RESET_HARMS } from './harms.js'

/** Power states (PCIe r6.0 §5.3), and the power of a slot. */
export const power = defineFeature({
  name: 'power',
  title: 'Power states',
  registers: [
    { register: 'PCI_PM_CTRL', bits: ['PCI_PM_CTRL_STATE_MASK', 'PCI_PM_CTRL_DATA_SEL_MASK'] },
    { register: 'PCI_PM_PPB_EXTENSIONS', bits: [] },
    { register: 'PCI_EXP_SLTCTL', bits: ['PCI_EXP_SLTCTL_PCC'] },
  ],
  owner: 'PCI core; runtime PM of the driver',
  decision: { is: 'open', source: 'V7-10' },
  page: {
    what: [
      {
        text: 'In D3hot a function takes config requests only, and sends nothing but PME. A port in D3hot stops everything below it.',
        source: 'PCIe r6.0 §5.3.1.4.1',
      },
      {
        text: 'Back in D0 the function has lost its state, unless No_Soft_Reset says that it keeps it.',
        source: 'PCIe r6.0 §5.3.1.4.1',
      },
    ],
    why: [{ text: 'D3hot stops DMA, and coming back may be a reset.', source: 'PCIe r6.0 §5.3.1.4.1' }],
    coldBoot: [
      {
        text: 'pci_power_up() writes 0 to PCI_PM_CTRL, which also clears PME_En; it writes nothing if the function is in D0.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'Runtime PM puts an idle device into D3hot with pci_set_low_power_state(); ports too, where bridge_d3 allows.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'pci_device_shutdown() first resumes a suspended device.',
        source: 'Linux 6.12 drivers/pci/pci-driver.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has argued on power states by register, and nothing guards them. A device is resumed before its shutdown.',
        source: 'V7-10',
      },
      { text: 'v9 writes PCI_PM_CTRL at power-up only if the device is not in D0.', source: 'V9' },
    ],
  },
  scenarios: [
    {
      id: 'power/up',
      title: 'PCI_PM_CTRL is written 0 in D0',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_PM_CTRL', 0)],
      by: { text: 'pci_power_up(), which skips it in D0', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'power/d3hot',
      title: 'The device is suspended and resumed',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_PM_CTRL', 0x3, 0x3), value('PCI_PM_CTRL', 0)],
      by: {
        text: 'pci_set_low_power_state() by runtime PM, then pci_power_up()',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    },
    {
      id: 'power/d3hot-root-port',
      title: 'The port above is suspended',
      on: 'root-port',
      phase: 'userspace',
      writes: [value('PCI_PM_CTRL', 0x3, 0x3)],
      by: { text: 'runtime PM of the port, where bridge_d3 is set', source: 'Linux 6.12 drivers/pci/pcie/portdrv.c' },
    },
    {
      id: 'power/slot',
      title: 'The slot loses its power',
      on: 'root-port',
      phase: 'userspace',
      writes: [set('PCI_EXP_SLTCTL', 'PCI_EXP_SLTCTL_PCC')],
      by: { text: 'pciehp_power_off_slot()', source: 'Linux 6.12 drivers/pci/hotplug/pciehp_hpc.c' },
    },
  ],
  reasons: {
    words: ['power', 'd3', 'd3hot', 'd0', 'suspend', 'resume', 'runtime pm', 'pmcsr'],
    harms: [...DMA_HARMS, ...RESET_HARMS],
    justification:
      'We cannot use the cold boot flow for power states because it requires PCI_PM_CTRL to be changed and that will break ongoing DMA and lose the state of the device.',
  },
})
