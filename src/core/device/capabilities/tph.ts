import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** TPH Requester (PCIe r6.0 §7.9.13): hints into which cache a write should go. Without them it arrives all the same. */
export const tph = defineCapability({
  name: 'TPH',
  list: 'extended',
  id: 0x17,
  registers: () => [
    register({ name: 'PCI_TPH_CAP', offset: 0x04, width: 4, source: 'PCIe r6.0 §7.9.13.2' }),
    register({
      name: 'PCI_TPH_CTRL',
      offset: 0x08,
      width: 4,
      readWrite: 0x307,
      source: 'PCIe r6.0 §7.9.13.3',
    }),
  ],
})
