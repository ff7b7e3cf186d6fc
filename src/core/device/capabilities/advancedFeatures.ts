import { resets, whenWrittenOne } from '../consequence.js'
import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** Conventional PCI's Advanced Features (PCI ECN 2006): a function level reset without PCI Express. */
export const advancedFeatures = defineCapability({
  name: 'AF',
  list: 'standard',
  id: 0x13,
  registers: ({ read }) => [
    register({ name: 'PCI_AF_CAP', offset: 0x03, width: 1, source: 'PCIe r6.0 §7.9.21.2' }),
    register({
      name: 'PCI_AF_CTRL',
      offset: 0x04,
      width: 1,
      onWrite: read(0x03, 1) & 0x2 ? whenWrittenOne(0x1, resets('a function level reset cleared its state')) : null,
      source: 'PCIe r6.0 §7.9.21.3',
    }),
    register({ name: 'PCI_AF_STATUS', offset: 0x05, width: 1, source: 'PCIe r6.0 §7.9.21.4' }),
  ],
})
