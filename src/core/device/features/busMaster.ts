import { clear, defineFeature, set } from './defineFeature.js'
import { DMA_HARMS } from './harms.js'

const masterOff = clear('PCI_COMMAND', 'PCI_COMMAND_MASTER')
const masterOn = set('PCI_COMMAND', 'PCI_COMMAND_MASTER')

/** Bus mastering (PCIe r6.0 §7.5.1.1.3): one bit, on the device and on every bridge above it. */
export const busMaster = defineFeature({
  name: 'bus-master',
  title: 'Bus mastering',
  registers: [{ register: 'PCI_COMMAND', bits: ['PCI_COMMAND_MASTER'] }],
  owner: 'PCI core',
  decision: { is: 'preserve', source: 'V7-11' },
  page: {
    what: [
      {
        text: 'PCI_COMMAND_MASTER lets a function issue memory and I/O requests: its DMA, and its MSI and MSI-X messages, which are memory writes.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
      {
        text: 'On a bridge it lets memory and I/O requests from below pass upstream. Completions pass in both directions whatever it says, and so do requests that go downstream.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
    ],
    why: [
      {
        text: 'A preserved device goes on with DMA while the next kernel boots. With the bit cleared its DMA stops.',
        source: 'V7-11',
      },
      {
        text: 'With the bit cleared on a bridge above it, the requests of everything below that bridge stop.',
        source: 'CL0',
      },
    ],
    coldBoot: [
      {
        text: 'On the way out of a kexec pci_device_shutdown() clears the bit with pci_clear_master(), to keep the device from writing into memory that the next kernel uses.',
        source: 'Linux 6.12 drivers/pci/pci-driver.c',
      },
      {
        text: 'On the way in pci_enable_bridge() and the drivers set it with pci_set_master() once they own the device.',
        source: 'Linux 6.12 drivers/pci/pci.c',
      },
      {
        text: 'Between the two no memory request gets through. A cold boot can afford that, since nothing runs yet; this flow cannot be used for a preserved device, whose requests go on and are not repeated once refused.',
        source: 'PCIe r6.0 §7.5.1.1.3',
      },
    ],
    decided: [
      {
        text: 'Preserve it in one place only: pci_device_shutdown() leaves the bit on for devices that are handed over, and for the bridges above them.',
        source: 'V7-11',
      },
      {
        text: 'Guards inside do_pci_disable_device() and __pci_set_master() were refused: suspend and remove call them too, and their meaning would change there.',
        source: 'BH1',
      },
      {
        text: 'Leaving the bit on without preserving the IOMMU can corrupt memory: the next kernel starts with an identity domain.',
        source: 'DM1',
      },
      {
        text: 'Until the IOMMU is preserved, VFIO resets the device at freeze and turns the bit off itself.',
        source: 'VF5',
      },
    ],
  },
  scenarios: [
    {
      id: 'bus-master/clear-endpoint',
      title: 'The bit is cleared on the preserved endpoint',
      on: 'endpoint',
      phase: 'shutdown',
      writes: [masterOff],
      by: { text: 'pci_device_shutdown() calls pci_clear_master()', source: 'Linux 6.12 drivers/pci/pci-driver.c' },
    },
    {
      id: 'bus-master/clear-root-port',
      title: 'The bit is cleared on the root port above it',
      on: 'root-port',
      phase: 'shutdown',
      writes: [masterOff],
      by: {
        text: 'pci_device_shutdown() of the port calls pci_clear_master(), after pcie_portdrv_shutdown()',
        source: 'Linux 6.12 drivers/pci/pci-driver.c',
      },
    },
    {
      id: 'bus-master/set',
      title: 'The bit is set on a device that has it set',
      on: 'endpoint',
      phase: 'boot',
      writes: [masterOn],
      by: { text: 'a driver calls pci_set_master() in its probe', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'bus-master/set-root-port',
      title: 'The bit is set on a root port that has it set',
      on: 'root-port',
      phase: 'boot',
      writes: [masterOn],
      by: { text: 'pci_enable_bridge() calls pci_set_master()', source: 'Linux 6.12 drivers/pci/pci.c' },
    },
    {
      id: 'bus-master/clear-then-set',
      title: 'The bit is cleared and set back',
      on: 'endpoint',
      phase: 'userspace',
      writes: [masterOff, masterOn],
      by: {
        text: 'vfio_pci_core_enable() calls pci_clear_master(), the VM sets the bit again',
        source: 'Linux 6.12 drivers/vfio/pci/vfio_pci_core.c',
      },
    },
  ],
  reasons: {
    words: ['bus master', 'bus mastering', 'busmaster', 'bus-master', 'master bit', 'master enable'],
    harms: [...DMA_HARMS, 'msi', 'interrupt', 'forwarding'],
    justification:
      'We cannot use the cold boot flow for bus mastering because it requires PCI_COMMAND_MASTER to be cleared and that will break ongoing DMA of the device and of everything below a bridge.',
  },
})
