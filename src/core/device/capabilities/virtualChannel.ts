import { register } from '../register.js'
import { defineCapability } from './capability.js'

/**
 * Virtual Channels (PCIe r6.0 §7.9.1). VC0 cannot be turned off and TC0 stays mapped to it, so that traffic of TC0,
 * which is all that the model has, goes on whatever the other classes are mapped to.
 */
export const virtualChannel = defineCapability({
  name: 'VC',
  list: 'extended',
  id: 0x02,
  registers: ({ read }) => {
    const channels = 1 + (read(0x04, 4) & 0x7)
    return [
      register({ name: 'PCI_VC_PORT_CAP1', offset: 0x04, width: 4, source: 'PCIe r6.0 §7.9.1.2' }),
      register({ name: 'PCI_VC_PORT_CAP2', offset: 0x08, width: 4, source: 'PCIe r6.0 §7.9.1.3' }),
      register({
        name: 'PCI_VC_PORT_CTRL',
        offset: 0x0c,
        width: 2,
        readWrite: 0xe,
        source: 'PCIe r6.0 §7.9.1.4',
      }),
      register({ name: 'PCI_VC_PORT_STATUS', offset: 0x0e, width: 2, source: 'PCIe r6.0 §7.9.1.5' }),
      ...Array.from({ length: channels }, (_, i) => {
        const suffix = i === 0 ? '' : `[${i}]`
        const at = 0x10 + i * 0x0c
        return [
          register({ name: `PCI_VC_RES_CAP${suffix}`, offset: at, width: 4, source: 'PCIe r6.0 §7.9.1.6' }),
          register({
            name: `PCI_VC_RES_CTRL${suffix}`,
            offset: at + 0x04,
            width: 4,
            readWrite: i === 0 ? 0xfe : 0x870000ff,
            source: 'PCIe r6.0 §7.9.1.7',
          }),
          register({ name: `PCI_VC_RES_STATUS${suffix}`, offset: at + 0x0a, width: 2, source: 'PCIe r6.0 §7.9.1.8' }),
        ]
      }).flat(),
    ]
  },
})
