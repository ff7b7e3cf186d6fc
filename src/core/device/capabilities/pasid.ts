import { all, mark, when, whenChanged } from '../consequence.js'
import { functionOf, isSet, type PciFunction } from '../fabric.js'
import { register, type WriteEvent } from '../register.js'
import { atsEnabled } from './ats.js'
import { defineCapability } from './capability.js'

const PCI_PASID_CTRL_ENABLE = 0x1
const PCI_PASID_CTRL_PERMISSIONS = 0x6

/** Process Address Space ID (PCIe r6.0 §7.8.9). VFs use the PF's. */
export const pasid = defineCapability({
  name: 'PASID',
  list: 'extended',
  id: 0x1b,
  registers: ({ read }) => [
    register({ name: 'PCI_PASID_CAP', offset: 0x04, width: 2, source: 'PCIe r6.0 §7.8.9.2' }),
    register({
      name: 'PCI_PASID_CTRL',
      offset: 0x06,
      width: 2,
      readWrite: PCI_PASID_CTRL_ENABLE | (read(0x04, 2) & PCI_PASID_CTRL_PERMISSIONS),
      onWrite: all(
        whenChanged(
          PCI_PASID_CTRL_ENABLE,
          when(
            atsIsOn,
            mark('ats', 'open', 'PASID Enable changed while ATS is on, which is undefined (PCIe r6.0 §7.8.9.3)'),
          ),
        ),
        whenChanged(
          PCI_PASID_CTRL_PERMISSIONS,
          when(
            ({ before }) => (before & PCI_PASID_CTRL_ENABLE) !== 0,
            mark('pasid', 'open', 'a permission bit changed while PASID is on (PCIe r6.0 §7.8.9.3)'),
          ),
        ),
      ),
      source: 'PCIe r6.0 §7.8.9.3',
    }),
  ],
})

function atsIsOn({ machine, on }: WriteEvent): boolean {
  return atsEnabled(functionOf(machine, on))
}

export function pasidEnabled(of: PciFunction): boolean {
  return isSet(of, 'PCI_PASID_CTRL', PCI_PASID_CTRL_ENABLE)
}
