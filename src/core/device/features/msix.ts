import { clear, defineFeature, set } from './defineFeature.js'

/** MSI-X (PCIe r6.0 §7.7.2): the control word in config space; messages and masks stand in a table in a BAR. */
export const msix = defineFeature({
  name: 'msix',
  title: 'MSI-X',
  registers: ['PCI_MSIX_FLAGS', 'PCI_MSIX_TABLE', 'PCI_MSIX_PBA'].map((register) => ({ register, bits: [] })),
  owner: 'MSI core, for VFIO',
  decision: { is: 'rewrite', source: 'JG1' },
  page: {
    what: [
      {
        text: 'PCI_MSIX_FLAGS turns MSI-X on and masks all vectors at once. The messages and the mask of each vector are in a table in a BAR.',
        source: 'PCIe r6.0 §7.7.2',
      },
    ],
    why: [
      {
        text: 'As with MSI: the vectors belong to the old kernel, and interrupts that are lost during kexec are accepted already.',
        source: 'JG1',
      },
    ],
    coldBoot: [
      {
        text: 'pci_msix_init() turns MSI-X off at enumeration, and writes nothing if it is off.',
        source: 'Linux 6.12 drivers/pci/msi/pcidev_msi.c',
      },
      {
        text: 'msix_capability_init() turns it on with all vectors masked, fills the table, and lifts the mask.',
        source: 'Linux 6.12 drivers/pci/msi/msi.c',
      },
      { text: 'The table is written by MMIO, so memory decode must be on for it.', source: 'PCIe r6.0 §7.7.2' },
    ],
    decided: [
      { text: 'As MSI: the new kernel clears and disables it, VFIO sets it up afresh.', source: 'JG1' },
      { text: 'A BUG_ON in place of handling it was refused.', source: 'TG' },
      { text: 'VFIO requires interrupts to be off before freeze.', source: 'DM1-05' },
    ],
  },
  scenarios: [
    {
      id: 'msix/disable',
      title: 'MSI-X is turned off at enumeration',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_MSIX_FLAGS', 'PCI_MSIX_FLAGS_ENABLE')],
      by: { text: 'pci_msix_init()', source: 'Linux 6.12 drivers/pci/msi/pcidev_msi.c' },
    },
    {
      id: 'msix/setup',
      title: 'MSI-X is set up with all vectors masked, then the mask is lifted',
      on: 'endpoint',
      phase: 'userspace',
      writes: [
        set('PCI_MSIX_FLAGS', 'PCI_MSIX_FLAGS_MASKALL', 'PCI_MSIX_FLAGS_ENABLE'),
        clear('PCI_MSIX_FLAGS', 'PCI_MSIX_FLAGS_MASKALL'),
      ],
      by: { text: 'msix_capability_init()', source: 'Linux 6.12 drivers/pci/msi/msi.c' },
    },
  ],
  reasons: {
    words: ['msi-x', 'msix', 'vector'],
    harms: ['interrupt', 'irq', 'lost', 'torn', 'spurious'],
    justification: null,
  },
})
