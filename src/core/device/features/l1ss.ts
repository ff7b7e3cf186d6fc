import { clear, defineFeature, set, value } from './defineFeature.js'
import { LINK_HARMS } from './harms.js'

const l12Off = clear('PCI_L1SS_CTL1', 'PCI_L1SS_CTL1_L1_2_MASK')

/** Substates of L1 (PCIe r6.0 §5.5). */
export const l1ss = defineFeature({
  name: 'l1ss',
  title: 'L1 PM substates',
  registers: [
    { register: 'PCI_L1SS_CTL1', bits: [] },
    { register: 'PCI_L1SS_CTL2', bits: [] },
  ],
  owner: 'PCI core (ASPM)',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'L1.1 and L1.2 turn off more of an idle link. The times of L1.2 must not change while it is enabled on either end.',
        source: 'PCIe r6.0 §5.5.4',
      },
    ],
    why: [
      {
        text: 'Times that change under an enabled L1.2 leave open how the link comes back; with L1.2 off they are harmless.',
        source: 'PCIe r6.0 §5.5.4',
      },
    ],
    coldBoot: [
      {
        text: 'aspm_calc_l12_info() computes the times for both ends and returns if they are set already. If not, it turns L1.2 off first and back on at the end.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
      {
        text: 'pcie_config_aspm_l1ss() turns all substates off, the child first, and on what the policy wants, the parent first.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on L1 substates; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'l1ss/times',
      title: 'The times of L1.2 are programmed with L1.2 off',
      on: 'endpoint',
      phase: 'boot',
      writes: [l12Off, value('PCI_L1SS_CTL2', 0x28, 0xfb), value('PCI_L1SS_CTL1', 0x40050000, 0xe3ff0000)],
      by: { text: 'aspm_calc_l12_info()', source: 'Linux 6.12 drivers/pci/pcie/aspm.c' },
    },
    {
      id: 'l1ss/policy',
      title: 'All substates are turned off, then those of ASPM on',
      on: 'endpoint',
      phase: 'boot',
      writes: [
        clear('PCI_L1SS_CTL1', 'PCI_L1SS_CTL1_L1SS_MASK'),
        set('PCI_L1SS_CTL1', 'PCI_L1SS_CTL1_ASPM_L1_1', 'PCI_L1SS_CTL1_ASPM_L1_2'),
      ],
      by: { text: 'pcie_config_aspm_l1ss()', source: 'Linux 6.12 drivers/pci/pcie/aspm.c' },
    },
  ],
  reasons: {
    words: ['l1ss', 'l1.2', 'l1.1', 'substate', 't_power_on'],
    harms: LINK_HARMS,
    justification: null,
  },
})
