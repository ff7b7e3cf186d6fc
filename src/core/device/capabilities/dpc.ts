import { resetsBelow, whenChanged } from '../consequence.js'
import { isSet, type PciFunction } from '../fabric.js'
import { register } from '../register.js'
import { defineCapability } from './capability.js'

export const PCI_EXP_DPC_STATUS_TRIGGER = 0x1

/**
 * Downstream Port Containment (PCIe r6.0 §6.2.11, §7.9.14). The trigger bits act on errors that are detected from
 * then on; clearing Trigger Status lets the link come up again, with everything below reset.
 */
export const dpc = defineCapability({
  name: 'DPC',
  prefix: 'PCI_EXP_DPC_',
  list: 'extended',
  id: 0x1d,
  registers: ({ read }) => {
    const extensions = (read(0x04, 2) & 0x20) !== 0
    const inRootPort = (name: string, offset: number, readWrite: number, writeOneToClear: number, clause: string) =>
      register({
        name,
        offset,
        width: 4,
        readWrite,
        writeOneToClear,
        sticky: 0xffffffff,
        source: `PCIe r6.0 §7.9.14.${clause}`,
      })
    return [
      register({ name: 'PCI_EXP_DPC_CAP', offset: 0x04, width: 2, source: 'PCIe r6.0 §7.9.14.2' }),
      register({
        name: 'PCI_EXP_DPC_CTL',
        offset: 0x06,
        width: 2,
        readWrite: 0xbf,
        source: 'PCIe r6.0 §7.9.14.3',
      }),
      register({
        name: 'PCI_EXP_DPC_STATUS',
        offset: 0x08,
        width: 2,
        writeOneToClear: 0x9,
        sticky: 0xffff,
        onWrite: whenChanged(
          PCI_EXP_DPC_STATUS_TRIGGER,
          resetsBelow('the link was down while the port contained an error (PCIe r6.0 §6.2.11)'),
        ),
        source: 'PCIe r6.0 §7.9.14.4',
      }),
      register({ name: 'PCI_EXP_DPC_SOURCE_ID', offset: 0x0a, width: 2, source: 'PCIe r6.0 §7.9.14.5' }),
      ...(extensions
        ? [
            inRootPort('PCI_EXP_DPC_RP_PIO_STATUS', 0x0c, 0, 0x70707, '6'),
            inRootPort('PCI_EXP_DPC_RP_PIO_MASK', 0x10, 0x70707, 0, '7'),
            inRootPort('PCI_EXP_DPC_RP_PIO_SEVERITY', 0x14, 0x70707, 0, '8'),
            inRootPort('PCI_EXP_DPC_RP_PIO_SYSERROR', 0x18, 0x70707, 0, '9'),
            inRootPort('PCI_EXP_DPC_RP_PIO_EXCEPTION', 0x1c, 0x70707, 0, '10'),
          ]
        : []),
    ]
  },
})

export function containsError(port: PciFunction): boolean {
  return isSet(port, 'PCI_EXP_DPC_STATUS', PCI_EXP_DPC_STATUS_TRIGGER)
}
