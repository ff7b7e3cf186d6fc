import { clear, defineFeature, set, value } from './defineFeature.js'
import { LINK_HARMS, RESET_HARMS } from './harms.js'

/** Link control (PCIe r6.0 §7.5.3.7, §7.5.3.19), ASPM apart. */
export const link = defineFeature({
  name: 'link',
  title: 'Link',
  registers: [
    {
      register: 'PCI_EXP_LNKCTL',
      bits: [
        'PCI_EXP_LNKCTL_RCB',
        'PCI_EXP_LNKCTL_LD',
        'PCI_EXP_LNKCTL_RL',
        'PCI_EXP_LNKCTL_CCC',
        'PCI_EXP_LNKCTL_ES',
        'PCI_EXP_LNKCTL_HAWD',
        'PCI_EXP_LNKCTL_LBMIE',
        'PCI_EXP_LNKCTL_LABIE',
      ],
    },
    { register: 'PCI_EXP_LNKSTA', bits: [] },
    { register: 'PCI_EXP_LNKCTL2', bits: [] },
    { register: 'PCI_EXP_LNKSTA2', bits: [] },
  ],
  owner: 'PCI core; pciehp for a slot',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'Retrain Link makes the link go through Recovery. Common clock and target speed act only then. Link Disable takes the link down, which resets what is below.',
        source: 'PCIe r6.0 §7.5.3.7',
      },
    ],
    why: [
      {
        text: 'What is under way while a link retrains is held and replayed. Link Disable loses all of it.',
        source: 'PCIe r6.0 §3.6.2.1',
      },
      {
        text: 'The read completion boundary of an endpoint may be set only if it is set in the root port.',
        source: 'PCIe r6.0 §7.5.3.7',
      },
    ],
    coldBoot: [
      {
        text: 'pcie_aspm_configure_common_clock() writes the bit on both ends and retrains; it returns before that if both ends have it set and share a clock.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
      {
        text: 'pci_configure_rcb() copies the read completion boundary of the root port to endpoints, whether it differs or not.',
        source: 'Linux 6.12 drivers/pci/probe.c',
      },
      {
        text: 'pcie_retrain_link() clears the bandwidth status after it.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'pcie_failed_link_retrain() limits the speed of a port whose link does not come up, and retrains; a link that is up is left alone.',
        source: 'Linux 6.12 drivers/pci/quirks.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has said anything on the link; the decision is open. Nothing upstream guards it.',
        source: 'SURVEY',
      },
      { text: 'The RFC guarded the common clock without a reason.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'link/common-clock',
      title: 'Common clock is set and the link retrained',
      on: 'root-port',
      phase: 'boot',
      writes: [
        set('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_CCC'),
        set('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_RL'),
        value('PCI_EXP_LNKSTA', 0x4000),
      ],
      by: {
        text: 'pcie_aspm_configure_common_clock(), then pcie_retrain_link()',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
    },
    {
      id: 'link/speed',
      title: 'The target speed is lowered and the link retrained',
      on: 'root-port',
      phase: 'boot',
      writes: [value('PCI_EXP_LNKCTL2', 0x1, 0xf), set('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_RL')],
      by: {
        text: 'pcie_failed_link_retrain(), for a port whose link does not come up',
        source: 'Linux 6.12 drivers/pci/quirks.c',
      },
    },
    {
      id: 'link/boundary',
      title: 'The read completion boundary is written as the root port has it',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_RCB')],
      by: { text: 'pci_configure_rcb()', source: 'Linux 6.12 drivers/pci/probe.c' },
    },
    {
      id: 'link/disable',
      title: 'The link is disabled',
      on: 'root-port',
      phase: 'userspace',
      writes: [set('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_LD')],
      by: { text: '__pciehp_link_set()', source: 'Linux 6.12 drivers/pci/hotplug/pciehp_hpc.c' },
    },
  ],
  reasons: {
    words: ['link', 'common clock', 'link speed', 'rcb'],
    harms: [...LINK_HARMS, ...RESET_HARMS],
    justification:
      'We cannot use the cold boot flow for the link because a change of the common clock requires the link to be retrained and that will break the flow of ongoing DMA with a stall until everything in flight is replayed.',
  },
})
