import { clear, defineFeature, set, value } from './defineFeature.js'

/** Power Management Events (PCIe r6.0 §5.3.3): a device's wish to be woken. */
export const pme = defineFeature({
  name: 'pme',
  title: 'PME',
  registers: [
    { register: 'PCI_PM_CTRL', bits: ['PCI_PM_CTRL_PME_ENABLE', 'PCI_PM_CTRL_PME_STATUS'] },
    { register: 'PCI_EXP_RTCTL', bits: ['PCI_EXP_RTCTL_PMEIE'] },
    { register: 'PCI_EXP_RTSTA', bits: [] },
  ],
  owner: 'PCI core; the PME service of the root port',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'PME_En lets a function send PME; PME_Status holds that it has, until a 1 is written to it. The root port keeps the last request in PCI_EXP_RTSTA and may interrupt for it.',
        source: 'PCIe r6.0 §7.5.2.2',
      },
    ],
    why: [
      {
        text: 'A wake that is pending is lost with PME_Status, or with the status in the root port. DMA does not depend on it.',
        source: 'PCIe r6.0 §5.3.3',
      },
    ],
    coldBoot: [
      {
        text: 'pci_pm_init() clears PME_En and PME_Status of every function that supports PME, in one write.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'The port driver turns the interrupt off before the PME service probes; the service clears the status and turns it on. Its removal, at shutdown too, turns it off and clears the status.',
        source: 'Linux 6.12 drivers/pci/pcie/pme.c',
      },
      {
        text: 'The PME poll clears PME_Status, and PME_En with it, if it finds the status set.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
    ],
    decided: [
      {
        text: 'No reviewer has said anything on PME; the decision is open. Nothing upstream guards it.',
        source: 'SURVEY',
      },
      { text: 'The RFC guarded it with the power state.', source: 'RFC20' },
    ],
  },
  scenarios: [
    {
      id: 'pme/disable',
      title: 'PME is turned off and its status cleared',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_PM_CTRL', 0x8000, 0x8100)],
      by: { text: 'pci_pm_init() calls pci_pme_active()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'pme/root-probe',
      title: 'The root port forgets the last request',
      on: 'root-port',
      phase: 'boot',
      writes: [
        clear('PCI_EXP_RTCTL', 'PCI_EXP_RTCTL_PMEIE'),
        set('PCI_EXP_RTSTA', 'PCI_EXP_RTSTA_PME'),
        set('PCI_EXP_RTCTL', 'PCI_EXP_RTCTL_PMEIE'),
      ],
      by: { text: 'pcie_pme_probe()', source: 'Linux 6.12 drivers/pci/pcie/pme.c' },
    },
    {
      id: 'pme/root-remove',
      title: 'The root port no longer interrupts for PME',
      on: 'root-port',
      phase: 'shutdown',
      writes: [clear('PCI_EXP_RTCTL', 'PCI_EXP_RTCTL_PMEIE'), set('PCI_EXP_RTSTA', 'PCI_EXP_RTSTA_PME')],
      by: {
        text: 'pcie_pme_remove(), from pcie_portdrv_shutdown()',
        source: 'Linux 6.12 drivers/pci/pcie/pme.c',
      },
    },
  ],
  reasons: {
    words: ['pme', 'power management event'],
    harms: ['wake', 'wakeup', 'wake-up', 'pending', 'lost'],
    justification:
      'We cannot use the cold boot flow for PME because it requires PME_Status to be cleared and that will break a wake that is pending.',
  },
})
