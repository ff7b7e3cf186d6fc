import { isSet, type PciFunction } from '../fabric.js'
import { register } from '../register.js'
import { defineCapability } from './capability.js'

const PCI_MSIX_FLAGS_MASKALL = 0x4000
const PCI_MSIX_FLAGS_ENABLE = 0x8000

/** MSI-X (PCIe r6.0 §7.7.2). Its table stands in a BAR: messages and vector masks are no config space. */
export const msix = defineCapability({
  name: 'MSIX',
  list: 'standard',
  id: 0x11,
  registers: () => [
    register({
      name: 'PCI_MSIX_FLAGS',
      offset: 0x02,
      width: 2,
      readWrite: PCI_MSIX_FLAGS_MASKALL | PCI_MSIX_FLAGS_ENABLE,
      source: 'PCIe r6.0 §7.7.2.2',
    }),
    register({ name: 'PCI_MSIX_TABLE', offset: 0x04, width: 4, source: 'PCIe r6.0 §7.7.2.3' }),
    register({ name: 'PCI_MSIX_PBA', offset: 0x08, width: 4, source: 'PCIe r6.0 §7.7.2.4' }),
  ],
})

export function msixEnabled(of: PciFunction): boolean {
  return isSet(of, 'PCI_MSIX_FLAGS', PCI_MSIX_FLAGS_ENABLE)
}

/** Every vector is masked; messages wait in the pending bit array. */
export function msixMasked(of: PciFunction): boolean {
  return isSet(of, 'PCI_MSIX_FLAGS', PCI_MSIX_FLAGS_MASKALL)
}
