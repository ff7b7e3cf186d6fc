import { clear, defineFeature, set, value } from './defineFeature.js'

/** MSI (PCIe r6.0 §7.7.1). */
export const msi = defineFeature({
  name: 'msi',
  title: 'MSI',
  registers: [
    'PCI_MSI_FLAGS',
    'PCI_MSI_ADDRESS_LO',
    'PCI_MSI_ADDRESS_HI',
    'PCI_MSI_DATA_32',
    'PCI_MSI_DATA_64',
    'PCI_MSI_MASK_32',
    'PCI_MSI_MASK_64',
  ].map((register) => ({ register, bits: [] })),
  owner: 'MSI core, for VFIO',
  decision: { is: 'rewrite', source: 'JG1' },
  page: {
    what: [
      {
        text: 'Address, data and masks of the messages that a function sends in place of an interrupt, and the bit that turns them on.',
        source: 'PCIe r6.0 §7.7.1',
      },
    ],
    why: [
      {
        text: 'The vectors belong to the old kernel. Interrupts that are lost during kexec are accepted already.',
        source: 'JG1',
      },
      {
        text: 'If the write is skipped, the mask and the message that the kernel has cached no longer match hardware.',
        source: 'TG',
      },
    ],
    coldBoot: [
      {
        text: 'pci_msi_init() turns MSI off at enumeration, and writes nothing if it is off.',
        source: 'Linux 6.12 drivers/pci/msi/pcidev_msi.c',
      },
      {
        text: 'msi_capability_init() turns it off, masks all vectors, writes address and data, and turns it on again.',
        source: 'Linux 6.12 drivers/pci/msi/msi.c',
      },
      {
        text: 'This flow should be used: the new kernel clears and disables MSI, VFIO sets it up afresh.',
        source: 'JG1',
      },
    ],
    decided: [
      { text: 'The new kernel should clear and disable MSI; nothing guards that.', source: 'JG1' },
      { text: 'A rule of never writing has a nonsensical outcome here.', source: 'JG3' },
      {
        text: 'VFIO requires interrupts to be off before freeze; its RFC turned them off at freeze.',
        source: 'DM1-05',
      },
      {
        text: 'Earlier proposal: drop interrupts during the blackout and deliver one spurious interrupt at finish.',
        source: 'CL2',
      },
      { text: 'A guard around the clear needs a very good explanation; the RFC had none.', source: 'JG2' },
    ],
  },
  scenarios: [
    {
      id: 'msi/disable',
      title: 'MSI is turned off at enumeration',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_MSI_FLAGS', 'PCI_MSI_FLAGS_ENABLE')],
      by: { text: 'pci_msi_init()', source: 'Linux 6.12 drivers/pci/msi/pcidev_msi.c' },
    },
    {
      id: 'msi/setup',
      title: 'MSI is set up afresh',
      on: 'endpoint',
      phase: 'userspace',
      writes: [
        clear('PCI_MSI_FLAGS', 'PCI_MSI_FLAGS_ENABLE'),
        value('PCI_MSI_MASK_64', 1),
        value('PCI_MSI_ADDRESS_LO', 0xfee03000),
        value('PCI_MSI_ADDRESS_HI', 0),
        value('PCI_MSI_DATA_64', 0x41),
        set('PCI_MSI_FLAGS', 'PCI_MSI_FLAGS_ENABLE'),
        value('PCI_MSI_MASK_64', 0),
      ],
      by: { text: 'msi_capability_init(), then the first request_irq()', source: 'Linux 6.12 drivers/pci/msi/msi.c' },
    },
    {
      id: 'msi/message',
      title: 'Address and data are rewritten while MSI is on',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_MSI_ADDRESS_LO', 0xfee03000), value('PCI_MSI_DATA_64', 0x41)],
      by: { text: '__pci_write_msi_msg()', source: 'Linux 6.12 drivers/pci/msi/msi.c' },
    },
  ],
  reasons: {
    words: ['msi', 'message signaled', 'vector'],
    harms: ['interrupt', 'irq', 'lost', 'torn', 'spurious'],
    justification: null,
  },
})
