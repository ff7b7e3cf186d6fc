import { clear, defineFeature, set, value } from './defineFeature.js'

/** Legacy interrupts (PCIe r6.0 §6.1.2): the disable bit, and the line that software keeps for itself. */
export const intx = defineFeature({
  name: 'intx',
  title: 'INTx',
  registers: [
    { register: 'PCI_COMMAND', bits: ['PCI_COMMAND_INTX_DISABLE'] },
    { register: 'PCI_INTERRUPT_LINE', bits: [], isNote: true },
    { register: 'PCI_INTERRUPT_PIN', bits: [] },
  ],
  owner: 'PCI core; VFIO for a device it owns',
  decision: { is: 'open', source: 'V9p' },
  page: {
    what: [
      {
        text: 'With PCI_COMMAND_INTX_DISABLE set a function does not assert INTx; it deasserts what it has asserted.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
      { text: 'PCI_INTERRUPT_LINE is for software; hardware does not use it.', source: 'PCIe r6.0 §7.5.1.1.12' },
    ],
    why: [
      {
        text: 'Only a device that signals with INTx can lose anything. MSI and MSI-X do not depend on the bit.',
        source: 'PCIe r6.0 §6.1.2',
      },
      { text: 'Interrupts that are lost during kexec are accepted already.', source: 'JG1' },
    ],
    coldBoot: [
      {
        text: 'pci_intx_mask_broken() flips the bit and puts it back, in every pci_setup_device(); nothing makes it skip a device.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'do_pci_enable_device() clears the bit for a device with an interrupt pin, unless MSI or MSI-X is on in the kernel or the bit is clear.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      { text: 'pci_assign_irq() writes PCI_INTERRUPT_LINE.', source: 'Linux 6.12 drivers/pci/irq.c' },
      {
        text: 'vfio_pci_core_enable() clears the bit if the device can mask INTx.',
        source: 'Linux 6.12 drivers/vfio/pci/vfio_pci_core.c',
      },
    ],
    decided: [
      { text: 'pci_enable would touch the bit; that is not needed on a preserved device.', source: 'VS1' },
      { text: 'v9 does not guard it; the toggle at enumeration is still there.', source: 'V9p' },
    ],
  },
  scenarios: [
    {
      id: 'intx/toggle',
      title: 'The bit is flipped and put back',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_COMMAND', 'PCI_COMMAND_INTX_DISABLE'), clear('PCI_COMMAND', 'PCI_COMMAND_INTX_DISABLE')],
      by: { text: 'pci_intx_mask_broken()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'intx/enable',
      title: 'The bit is cleared',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_COMMAND', 'PCI_COMMAND_INTX_DISABLE')],
      by: { text: 'do_pci_enable_device()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'intx/line',
      title: 'The interrupt line is written',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_INTERRUPT_LINE', 11)],
      by: { text: 'pci_assign_irq()', source: 'Linux 6.12 drivers/pci/irq.c' },
    },
  ],
  reasons: {
    words: ['intx', 'legacy interrupt', 'interrupt pin', 'interrupt line'],
    harms: ['interrupt', 'irq', 'lost', 'spurious', 'level'],
    justification:
      'We cannot use the cold boot flow for INTx because it requires PCI_COMMAND_INTX_DISABLE to be toggled and that will break delivery of an interrupt that the device has asserted.',
  },
})
