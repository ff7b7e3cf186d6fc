import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** Data Object Exchange (PCIe r6.0 §7.9.24): a mailbox beside the traffic. */
export const doe = defineCapability({
  name: 'DOE',
  list: 'extended',
  id: 0x2e,
  registers: ({ read }) => [
    register({ name: 'PCI_DOE_CAP', offset: 0x04, width: 4, source: 'PCIe r6.0 §7.9.24.2' }),
    register({
      name: 'PCI_DOE_CTRL',
      offset: 0x08,
      width: 4,
      // Abort and Go act when written and read 0.
      readWrite: read(0x04, 4) & 0x1 ? 0x2 : 0,
      source: 'PCIe r6.0 §7.9.24.3',
    }),
    register({ name: 'PCI_DOE_STATUS', offset: 0x0c, width: 4, writeOneToClear: 0x2, source: 'PCIe r6.0 §7.9.24.4' }),
    register({ name: 'PCI_DOE_WRITE', offset: 0x10, width: 4, source: 'PCIe r6.0 §7.9.24.5: a mailbox, reads 0' }),
    register({ name: 'PCI_DOE_READ', offset: 0x14, width: 4, source: 'PCIe r6.0 §7.9.24.6' }),
  ],
})
