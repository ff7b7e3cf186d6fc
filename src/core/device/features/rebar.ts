import { defineFeature, value } from './defineFeature.js'
import { P2P_HARMS } from './harms.js'

/** Resizable BAR (PCIe r6.0 §7.8.6), and its twin for VFs. */
export const rebar = defineFeature({
  name: 'rebar',
  title: 'Resizable BAR',
  registers: [
    { register: 'PCI_REBAR_CTRL', bits: [] },
    { register: 'PCI_VF_REBAR_CTRL', bits: [] },
  ],
  owner: 'PCI core',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'The control register chooses the size of a BAR. Memory decode must be off when it is written, and the address of the BAR must be written anew afterwards.',
        source: 'PCIe r6.0 §7.8.6.3',
      },
    ],
    why: [
      {
        text: 'Another size changes what the BAR decodes under peers and the VM that use it, as with BAR sizing.',
        source: 'PCIe r6.0 §7.8.6.3',
      },
    ],
    coldBoot: [
      {
        text: 'Enumeration does not write it. Drivers do through pci_resize_resource(), which refuses while memory decode is on.',
        source: 'Linux 6.12 drivers/pci/rebar.c',
      },
      {
        text: 'After a reset pci_restore_rebar_state() writes the sizes that the resources have.',
        source: 'Linux 6.12 drivers/pci/rebar.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on resizable BARs; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'rebar/grow',
      title: 'A BAR that a peer uses gets another size',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_REBAR_CTRL', 0x300, 0x1f00)],
      by: { text: 'pci_rebar_set_size()', source: 'Linux 6.12 drivers/pci/rebar.c' },
    },
    {
      id: 'rebar/restore',
      title: 'The size that the BAR has is written again',
      on: 'endpoint',
      phase: 'userspace',
      writes: [value('PCI_REBAR_CTRL', 0x200, 0x1f00)],
      by: { text: 'pci_restore_rebar_state()', source: 'Linux 6.12 drivers/pci/rebar.c' },
    },
  ],
  reasons: {
    words: ['resizing', 'rebar', 'resizable', 'resize', 'bar size'],
    harms: P2P_HARMS,
    justification:
      'We cannot use the cold boot flow for resizable BARs because a resize requires PCI_REBAR_CTRL and the BAR to be rewritten and that will break ongoing P2P DMA.',
  },
})
