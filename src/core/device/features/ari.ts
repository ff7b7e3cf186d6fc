import { clear, defineFeature, set } from './defineFeature.js'
import { ROUTING_HARMS } from './harms.js'

/** Alternative Routing-ID interpretation (PCIe r6.0 §6.13). */
export const ari = defineFeature({
  name: 'ari',
  title: 'ARI',
  registers: [
    { register: 'PCI_EXP_DEVCTL2', bits: ['PCI_EXP_DEVCTL2_ARI'] },
    { register: 'PCI_ARI_CTRL', bits: [] },
  ],
  owner: 'PCI core',
  decision: { is: 'preserve', source: 'V7-09' },
  page: {
    what: [
      {
        text: 'PCI_EXP_DEVCTL2_ARI in the port above makes it pass config requests for every device number, so that functions above 7 can be reached. It is a bit of the bridge, not of the device.',
        source: 'PCIe r6.0 §7.5.3.16',
      },
    ],
    why: [
      {
        text: 'Function numbers have 8 bits with ARI; flipping it changes the addresses of functions.',
        source: 'V7-09',
      },
    ],
    coldBoot: [
      {
        text: 'pci_configure_ari(), called for function 0, sets the bit in the bridge if the device has ARI and clears it otherwise. It writes nothing with ARI disabled, or if the bridge does not support it.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'A device that is scanned differently than before would lose functions above 7.',
        source: 'PCIe r6.0 §6.13',
      },
    ],
    decided: [
      { text: 'Adopt it from PCI_EXP_DEVCTL2 of the bridge, before pcie_ari_disabled is asked.', source: 'V7-09' },
      { text: 'The RFC guarded it too, and asked about the device while it wrote the bridge.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'ari/enable',
      title: 'ARI forwarding is turned on where it is on',
      on: 'root-port',
      phase: 'boot',
      writes: [set('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_ARI')],
      by: { text: 'pci_configure_ari()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'ari/disable',
      title: 'ARI forwarding is turned off',
      on: 'root-port',
      phase: 'boot',
      writes: [clear('PCI_EXP_DEVCTL2', 'PCI_EXP_DEVCTL2_ARI')],
      by: {
        text: 'pci_configure_ari() where function 0 has no ARI capability',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    },
  ],
  reasons: {
    words: ['ari', 'alternative routing', 'function number'],
    harms: ['functions above', ...ROUTING_HARMS, 'unreachable', 'vf'],
    justification:
      'We cannot use the cold boot flow for ARI because it requires PCI_EXP_DEVCTL2_ARI of the bridge to be recomputed and that will break config access to functions above 7.',
  },
})
