import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** Vital Product Data (PCIe r6.0 §7.9.18): a window to a small memory beside the traffic. */
export const vpd = defineCapability({
  name: 'VPD',
  list: 'standard',
  id: 0x03,
  registers: () => [
    register({
      name: 'PCI_VPD_ADDR',
      offset: 0x02,
      width: 2,
      readWrite: 0xffff,
      source: 'PCIe r6.0 §7.9.18.1',
    }),
    register({
      name: 'PCI_VPD_DATA',
      offset: 0x04,
      width: 4,
      readWrite: 0xffffffff,
      source: 'PCIe r6.0 §7.9.18.2',
    }),
  ],
})
