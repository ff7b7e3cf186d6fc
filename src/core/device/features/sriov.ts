import { clear, defineFeature, value } from './defineFeature.js'
import { DMA_HARMS, ROUTING_HARMS } from './harms.js'

/** Single Root I/O Virtualization (PCIe r6.0 §9.3.3), in the PF. */
export const sriov = defineFeature({
  name: 'sriov',
  title: 'SR-IOV',
  registers: [
    'PCI_SRIOV_CTRL',
    'PCI_SRIOV_STATUS',
    'PCI_SRIOV_NUM_VF',
    'PCI_SRIOV_SYS_PGSIZE',
    'PCI_SRIOV_BAR',
    'PCI_SRIOV_VFM',
  ].map((register) => ({ register, bits: [] })),
  owner: 'PCI core; the driver of the PF turns VFs on',
  decision: { is: 'open', source: 'V9' },
  page: {
    what: [
      {
        text: 'Whether VFs exist, how many, where their BARs are, and, by the ARI-hierarchy bit, which addresses they have.',
        source: 'PCIe r6.0 §9.3.3',
      },
    ],
    why: [
      { text: 'VF Enable off takes the VFs away with all their state.', source: 'PCIe r6.0 §9.3.3.3.1' },
      { text: 'A write to NumVFs while VF Enable is set is undefined.', source: 'PCIe r6.0 §9.3.3.7' },
      { text: 'A PF may tolerate other writes, but not those to the registers of the VF count.', source: 'CL1' },
    ],
    coldBoot: [
      {
        text: 'sriov_init() writes 0 to the control register if VFs are on, then the ARI-hierarchy bit and the page size, and sizes the VF BARs.',
        source: 'Linux 6.12 drivers/pci/iov.c',
      },
      {
        text: 'compute_max_vf_buses() writes every possible NumVFs to learn offset and stride, and 0 at the end.',
        source: 'Linux 6.12 drivers/pci/iov.c',
      },
      { text: 'sriov_enable() writes NumVFs, then VF Enable and VF MSE.', source: 'Linux 6.12 drivers/pci/iov.c' },
    ],
    decided: [
      {
        text: 'VFs cannot be preserved yet. Later: keep the configuration of the PF, enumerate the VFs after it.',
        source: 'V9',
      },
      { text: 'The RFC wanted stub drivers for PFs; vfio-pci should be the stub.', source: 'JG4c' },
    ],
  },
  scenarios: [
    {
      id: 'sriov/init',
      title: 'VFs are turned off at enumeration',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_SRIOV_CTRL', 0), value('PCI_SRIOV_CTRL', 0x10), value('PCI_SRIOV_SYS_PGSIZE', 1)],
      by: { text: 'sriov_init()', source: 'Linux 6.12 drivers/pci/iov.c' },
    },
    {
      id: 'sriov/count',
      title: 'NumVFs is written as it is, with the VFs on',
      on: 'endpoint',
      phase: 'boot',
      writes: [value('PCI_SRIOV_NUM_VF', 1)],
      by: { text: 'pci_iov_set_numvfs()', source: 'Linux 6.12 drivers/pci/iov.c' },
    },
    {
      id: 'sriov/disable',
      title: 'The VFs are turned off',
      on: 'endpoint',
      phase: 'shutdown',
      writes: [clear('PCI_SRIOV_CTRL', 'PCI_SRIOV_CTRL_VFE', 'PCI_SRIOV_CTRL_MSE'), value('PCI_SRIOV_NUM_VF', 0)],
      by: {
        text: 'pci_disable_sriov(), from the shutdown of a driver that turns its VFs off',
        source: 'Linux 6.12 drivers/pci/iov.c',
      },
    },
  ],
  reasons: {
    words: ['sriov', 'sr-iov', 'vf', 'virtual function', 'numvfs', 'num_vf'],
    harms: [...DMA_HARMS, ...ROUTING_HARMS, 'disappear', 'go away'],
    justification:
      'We cannot use the cold boot flow for SR-IOV because initializing it requires PCI_SRIOV_CTRL to be cleared and NumVFs to be rewritten and that will break DMA of all VFs.',
  },
})
