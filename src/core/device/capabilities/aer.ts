import { register } from '../register.js'
import { defineCapability } from './capability.js'

/** Advanced Error Reporting (PCIe r6.0 §7.8.4): what is reported of errors. No traffic waits for it. */
export const aer = defineCapability({
  name: 'ERR',
  list: 'extended',
  id: 0x01,
  registers: ({ read, kind, isVf }) => {
    const ecrc = ((read(0x18, 4) & 0x20) !== 0 ? 0x40 : 0) | ((read(0x18, 4) & 0x80) !== 0 ? 0x100 : 0)
    const multiple = (read(0x18, 4) & 0x200) !== 0 ? 0x400 : 0
    const one = (name: string, offset: number, readWrite: number, writeOneToClear: number, clause: string) =>
      register({
        name,
        offset,
        width: 4,
        readWrite: isVf ? 0 : readWrite,
        writeOneToClear,
        sticky: 0xffffffff,
        source: `PCIe r6.0 §7.8.4.${clause}`,
      })
    return [
      one('PCI_ERR_UNCOR_STATUS', 0x04, 0, UNCORRECTABLE, '2'),
      one('PCI_ERR_UNCOR_MASK', 0x08, UNCORRECTABLE, 0, '3'),
      one('PCI_ERR_UNCOR_SEVER', 0x0c, UNCORRECTABLE, 0, '4'),
      one('PCI_ERR_COR_STATUS', 0x10, 0, CORRECTABLE, '5'),
      one('PCI_ERR_COR_MASK', 0x14, CORRECTABLE, 0, '6'),
      one('PCI_ERR_CAP', 0x18, ecrc | multiple, 0, '7'),
      one('PCI_ERR_HEADER_LOG', 0x1c, 0, 0, '8'),
      ...(kind === 'root-port'
        ? [
            register({
              name: 'PCI_ERR_ROOT_COMMAND',
              offset: 0x2c,
              width: 4,
              readWrite: 0x7,
              source: 'PCIe r6.0 §7.8.4.9',
            }),
            one('PCI_ERR_ROOT_STATUS', 0x30, 0, 0x7f, '10'),
            register({ name: 'PCI_ERR_ROOT_ERR_SRC', offset: 0x34, width: 4, source: 'PCIe r6.0 §7.8.4.11' }),
          ]
        : []),
    ]
  },
})

/** The errors that every kind of function may have; the optional ones may be hardwired. */
const UNCORRECTABLE = 0x07fff030
const CORRECTABLE = 0xf1c1
