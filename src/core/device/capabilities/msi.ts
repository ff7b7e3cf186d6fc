import { register } from '../register.js'
import { defineCapability } from './capability.js'

export const PCI_MSI_FLAGS_ENABLE = 0x1
const PCI_MSI_FLAGS_QSIZE = 0x70
const PCI_MSI_FLAGS_64BIT = 0x80
const PCI_MSI_FLAGS_MASKBIT = 0x100

/**
 * MSI with 64-bit address and per-vector mask (PCIe r6.0 §7.7.1). Handed over enabled, one vector, unmasked.
 * The model carries the enable bit only: address, data, vector count and mask changed under an enabled device
 * can give a torn message, which is for the MSI feature to add.
 */
export const msi = defineCapability({
  name: 'MSI',
  id: 0x05,
  registers: [
    register({
      name: 'PCI_MSI_FLAGS',
      offset: 0x02,
      width: 2,
      initial: PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_64BIT | PCI_MSI_FLAGS_MASKBIT,
      readWrite: PCI_MSI_FLAGS_ENABLE | PCI_MSI_FLAGS_QSIZE,
      bits: { PCI_MSI_FLAGS_ENABLE, PCI_MSI_FLAGS_QSIZE, PCI_MSI_FLAGS_64BIT, PCI_MSI_FLAGS_MASKBIT },
      uncarried: PCI_MSI_FLAGS_QSIZE,
      source: 'PCIe r6.0 §7.7.1.2',
    }),
    register({
      name: 'PCI_MSI_ADDRESS_LO',
      offset: 0x04,
      width: 4,
      initial: 0xfee01000,
      readWrite: 0xfffffffc,
      uncarried: 0xfffffffc,
      source: 'PCIe r6.0 §7.7.1.3',
    }),
    register({
      name: 'PCI_MSI_ADDRESS_HI',
      offset: 0x08,
      width: 4,
      readWrite: 0xffffffff,
      uncarried: 0xffffffff,
      source: 'PCIe r6.0 §7.7.1.4',
    }),
    register({
      name: 'PCI_MSI_DATA_64',
      offset: 0x0c,
      width: 2,
      initial: 0x0025,
      readWrite: 0xffff,
      uncarried: 0xffff,
      source: 'PCIe r6.0 §7.7.1.5',
    }),
    register({
      name: 'PCI_MSI_MASK_64',
      offset: 0x10,
      width: 4,
      readWrite: 0x1,
      uncarried: 0x1,
      source: 'PCIe r6.0 §7.7.1.7',
    }),
    register({ name: 'PCI_MSI_PENDING_64', offset: 0x14, width: 4, source: 'PCIe r6.0 §7.7.1.8' }),
  ],
})
