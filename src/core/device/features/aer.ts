import { clear, defineFeature, set } from './defineFeature.js'

/** Error reporting (PCIe r6.0 §6.2): the bits of the device, AER, and the root port's part. */
export const aer = defineFeature({
  name: 'aer',
  title: 'Error reporting (AER)',
  registers: [
    { register: 'PCI_COMMAND', bits: ['PCI_COMMAND_SERR'] },
    {
      register: 'PCI_EXP_DEVCTL',
      bits: ['PCI_EXP_DEVCTL_CERE', 'PCI_EXP_DEVCTL_NFERE', 'PCI_EXP_DEVCTL_FERE', 'PCI_EXP_DEVCTL_URRE'],
    },
    {
      register: 'PCI_EXP_RTCTL',
      bits: ['PCI_EXP_RTCTL_SECEE', 'PCI_EXP_RTCTL_SENFEE', 'PCI_EXP_RTCTL_SEFEE'],
    },
    ...[
      'PCI_ERR_UNCOR_STATUS',
      'PCI_ERR_UNCOR_MASK',
      'PCI_ERR_UNCOR_SEVER',
      'PCI_ERR_COR_STATUS',
      'PCI_ERR_COR_MASK',
      'PCI_ERR_CAP',
      'PCI_ERR_ROOT_COMMAND',
      'PCI_ERR_ROOT_STATUS',
    ].map((register) => ({ register, bits: [] })),
  ],
  owner: 'PCI core; the AER service of the root port',
  decision: { is: 'open', source: 'SURVEY' },
  page: {
    what: [
      {
        text: 'Which errors are reported, how severe they count, and what has been seen. Status bits are cleared by writing 1.',
        source: 'PCIe r6.0 §7.8.4',
      },
    ],
    why: [
      {
        text: 'No request waits for these registers. Reporting that is turned on may tell of an error that was latent, and DPC may answer it (see DPC).',
        source: 'PCIe r6.0 §6.2.11',
      },
    ],
    coldBoot: [
      {
        text: 'pci_aer_init() clears the status of every function and sets the reporting bits, if AER is native.',
        source: 'Linux 6.12 drivers/pci/pcie/aer.c',
      },
      {
        text: 'The AER service of a root port clears its status and that of all below if an error is pending, and turns interrupts on; its removal, at shutdown too, turns them off.',
        source: 'Linux 6.12 drivers/pci/pcie/aer.c',
      },
      {
        text: 'Firmware may set masks and severities through _HPX.',
        source: 'Linux 6.12 drivers/pci/pci-acpi.c',
      },
    ],
    decided: [{ text: 'No reviewer has said anything on AER; the decision is open.', source: 'SURVEY' }],
  },
  scenarios: [
    {
      id: 'aer/reporting',
      title: 'Reporting is turned on',
      on: 'endpoint',
      phase: 'boot',
      writes: [
        set(
          'PCI_EXP_DEVCTL',
          'PCI_EXP_DEVCTL_CERE',
          'PCI_EXP_DEVCTL_NFERE',
          'PCI_EXP_DEVCTL_FERE',
          'PCI_EXP_DEVCTL_URRE',
        ),
      ],
      by: { text: 'pci_enable_pcie_error_reporting()', source: 'Linux 6.12 drivers/pci/pcie/aer.c' },
    },
    {
      id: 'aer/status',
      title: 'The status is cleared',
      on: 'endpoint',
      phase: 'boot',
      writes: [set('PCI_ERR_UNCOR_STATUS', 'PCI_ERR_UNC_UNSUP'), set('PCI_ERR_COR_STATUS', 'PCI_ERR_COR_ADV_NFAT')],
      by: { text: 'pci_aer_clear_status()', source: 'Linux 6.12 drivers/pci/pcie/aer.c' },
    },
    {
      id: 'aer/root-off',
      title: 'The root port no longer interrupts for errors',
      on: 'root-port',
      phase: 'shutdown',
      writes: [
        clear(
          'PCI_ERR_ROOT_COMMAND',
          'PCI_ERR_ROOT_CMD_COR_EN',
          'PCI_ERR_ROOT_CMD_NONFATAL_EN',
          'PCI_ERR_ROOT_CMD_FATAL_EN',
        ),
      ],
      by: { text: 'aer_remove(), from pcie_portdrv_shutdown()', source: 'Linux 6.12 drivers/pci/pcie/aer.c' },
    },
  ],
  reasons: {
    words: ['fatal error', 'aer', 'error reporting', 'serr', 'ecrc'],
    harms: ['error', 'containment', 'recovery', 'latent'],
    justification: null,
  },
})
