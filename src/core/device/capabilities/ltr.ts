import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** Latency Tolerance Reporting (PCIe r6.0 §7.8.2): the most that a function may ask for. It sets how deep idle may be. */
export const ltr = defineCapability({
  name: 'LTR',
  list: 'extended',
  id: 0x18,
  registers: () => [
    register({
      name: 'PCI_LTR_MAX_SNOOP_LAT',
      offset: 0x04,
      width: 2,
      readWrite: 0x1fff,
      source: 'PCIe r6.0 §7.8.2.2',
    }),
    register({
      name: 'PCI_LTR_MAX_NOSNOOP_LAT',
      offset: 0x06,
      width: 2,
      readWrite: 0x1fff,
      source: 'PCIe r6.0 §7.8.2.3',
    }),
  ],
})
