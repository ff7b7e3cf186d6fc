import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** Precision Time Measurement (PCIe r6.0 §7.9.15): clock messages beside the traffic. */
export const ptm = defineCapability({
  name: 'PTM',
  list: 'extended',
  id: 0x1f,
  registers: ({ read }) => [
    register({ name: 'PCI_PTM_CAP', offset: 0x04, width: 4, source: 'PCIe r6.0 §7.9.15.2' }),
    register({
      name: 'PCI_PTM_CTRL',
      offset: 0x08,
      width: 4,
      readWrite: 0x1 | (read(0x04, 4) & 0x4 ? 0x2 : 0) | (read(0x04, 4) & 0x1 ? 0xff00 : 0),
      source: 'PCIe r6.0 §7.9.15.3',
    }),
  ],
})
