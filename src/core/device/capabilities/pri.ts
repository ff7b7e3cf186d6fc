import { mark, when, whenChanged } from '../consequence.js'
import { functionOf, isSet, type PciFunction } from '../fabric.js'
import { register, type WriteEvent } from '../register.js'
import { defineCapability } from './capability.js'

const PCI_PRI_CTRL_ENABLE = 0x1

/** Page Request Interface (PCIe r6.0 §10.5.2). Its Reset bit acts only while the interface is off, and reads 0. */
export const pri = defineCapability({
  name: 'PRI',
  list: 'extended',
  id: 0x13,
  registers: () => [
    register({
      name: 'PCI_PRI_CTRL',
      offset: 0x04,
      width: 2,
      readWrite: PCI_PRI_CTRL_ENABLE,
      source: 'PCIe r6.0 §10.5.2.2',
    }),
    register({
      name: 'PCI_PRI_STATUS',
      offset: 0x06,
      width: 2,
      writeOneToClear: 0x3,
      source: 'PCIe r6.0 §10.5.2.3',
    }),
    register({ name: 'PCI_PRI_MAX_REQ', offset: 0x08, width: 4, source: 'PCIe r6.0 §10.5.2.4' }),
    register({
      name: 'PCI_PRI_ALLOC_REQ',
      offset: 0x0c,
      width: 4,
      readWrite: 0xffffffff,
      onWrite: whenChanged(
        0xffffffff,
        when(
          isOn,
          mark('pri', 'open', 'the number of outstanding page requests changed while PRI is on (PCIe r6.0 §10.5.2.5)'),
        ),
      ),
      source: 'PCIe r6.0 §10.5.2.5',
    }),
  ],
})

function isOn({ machine, on }: WriteEvent): boolean {
  return priEnabled(functionOf(machine, on))
}

export function priEnabled(of: PciFunction): boolean {
  return isSet(of, 'PCI_PRI_CTRL', PCI_PRI_CTRL_ENABLE)
}
