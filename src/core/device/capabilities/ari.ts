import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** Alternative Routing-ID (PCIe r6.0 §7.8.8). What makes functions above 7 reachable is the port's PCI_EXP_DEVCTL2_ARI. */
export const ari = defineCapability({
  name: 'ARI',
  list: 'extended',
  id: 0x0e,
  registers: ({ read, isVf }) => {
    const groups = read(0x04, 2) & 0x3
    return [
      register({ name: 'PCI_ARI_CAP', offset: 0x04, width: 2, source: 'PCIe r6.0 §7.8.8.2' }),
      register({
        name: 'PCI_ARI_CTRL',
        offset: 0x06,
        width: 2,
        readWrite: isVf || groups === 0 ? 0 : groups | 0x70,
        source: 'PCIe r6.0 §7.8.8.3: function groups, for arbitration and ACS between functions of one device',
      }),
    ]
  },
})
