import { clear, defineFeature, set } from './defineFeature.js'
import { LINK_HARMS } from './harms.js'

/** Active State Power Management (PCIe r6.0 §5.4.1): idle states of the link, and its clock. */
export const aspm = defineFeature({
  name: 'aspm',
  title: 'ASPM',
  registers: [{ register: 'PCI_EXP_LNKCTL', bits: ['PCI_EXP_LNKCTL_ASPMC', 'PCI_EXP_LNKCTL_CLKREQ_EN'] }],
  owner: 'PCI core (ASPM)',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'PCI_EXP_LNKCTL_ASPMC lets the link enter L0s or L1 while it is idle; it leaves them by itself when there is something to send. L0s must be enabled on neither end unless both support it.',
        source: 'PCIe r6.0 §7.5.3.7',
      },
    ],
    why: [
      {
        text: 'Traffic waits for the exit from the idle state and is not lost. L1 is to be enabled in the port first and disabled in it last.',
        source: 'PCIe r6.0 §5.4.1.4',
      },
    ],
    coldBoot: [
      {
        text: 'pcie_aspm_cap_init() turns ASPM off on both ends while it configures the substates of L1, if it was on, and back on.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
      {
        text: 'pcie_config_aspm_link() applies the policy of the new kernel, and writes nothing if the state is the one wanted.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
      {
        text: 'The common clock, which it configures too, is in the page on the link.',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has said anything on ASPM; the decision is open. Nothing upstream guards it.',
        source: 'SURVEY',
      },
      { text: 'The RFC guarded only the common clock.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'aspm/policy',
      title: 'L1 is enabled on the endpoint',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_ASPM_L1')],
      by: { text: 'pcie_config_aspm_link()', source: 'Linux 6.12 drivers/pci/pcie/aspm.c' },
    },
    {
      id: 'aspm/off-root-port',
      title: 'ASPM is turned off on the root port',
      on: 'root-port',
      phase: 'boot',
      writes: [clear('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_ASPMC')],
      by: { text: 'pcie_aspm_cap_init()', source: 'Linux 6.12 drivers/pci/pcie/aspm.c' },
    },
    {
      id: 'aspm/clock',
      title: 'Clock power management is turned off',
      on: 'endpoint',
      phase: 'boot',
      writes: [clear('PCI_EXP_LNKCTL', 'PCI_EXP_LNKCTL_CLKREQ_EN')],
      by: {
        text: 'pcie_set_clkpm_nocheck(), if the state is not the one wanted',
        source: 'Linux 6.12 drivers/pci/pcie/aspm.c',
      },
    },
  ],
  reasons: {
    words: ['aspm', 'l0s', 'l1', 'clkreq', 'clock pm'],
    harms: LINK_HARMS,
    justification: null,
  },
})
