import { mark, when, whenChanged } from '../consequence.js'
import { functionOf, isSet, type PciFunction, readRegister } from '../fabric.js'
import { type Register, register, type WriteEvent } from '../register.js'
import { defineCapability } from './capability.js'

const PCI_MSI_FLAGS_ENABLE = 0x1
const PCI_MSI_FLAGS_QSIZE = 0x70
const PCI_MSI_FLAGS_64BIT = 0x80
const PCI_MSI_FLAGS_MASKBIT = 0x100

/** MSI (PCIe r6.0 §7.7.1): where address, data and mask stand depends on the two capability bits of the flags. */
export const msi = defineCapability({
  name: 'MSI',
  list: 'standard',
  id: 0x05,
  registers: ({ read }) => {
    const flags = read(0x02, 2)
    const wide = (flags & PCI_MSI_FLAGS_64BIT) !== 0
    const vectors = 2 ** ((flags >> 1) & 0x7)
    const data = wide ? 0x0c : 0x08
    const suffix = wide ? '64' : '32'
    return [
      register({
        name: 'PCI_MSI_FLAGS',
        offset: 0x02,
        width: 2,
        readWrite: PCI_MSI_FLAGS_ENABLE | enabledVectorBits((flags >> 1) & 0x7),
        onWrite: whenChanged(
          PCI_MSI_FLAGS_QSIZE,
          when(
            wasEnabled,
            mark('interrupt', 'open', 'the number of vectors changed while MSI is enabled (PCIe r6.0 §7.7.1.2)'),
          ),
        ),
        source: 'PCIe r6.0 §7.7.1.2',
      }),
      message('PCI_MSI_ADDRESS_LO', 0x04, 4, 0xfffffffc, 'PCIe r6.0 §7.7.1.3'),
      ...(wide ? [message('PCI_MSI_ADDRESS_HI', 0x08, 4, 0xffffffff, 'PCIe r6.0 §7.7.1.4')] : []),
      message(`PCI_MSI_DATA_${suffix}`, data, 2, 0xffff, 'PCIe r6.0 §7.7.1.5'),
      ...((flags & PCI_MSI_FLAGS_MASKBIT) === 0
        ? []
        : [
            register({
              name: `PCI_MSI_MASK_${suffix}`,
              offset: data + 4,
              width: 4,
              readWrite: 2 ** Math.min(vectors, 32) - 1,
              source: 'PCIe r6.0 §7.7.1.7',
            }),
            register({
              name: `PCI_MSI_PENDING_${suffix}`,
              offset: data + 8,
              width: 4,
              source: 'PCIe r6.0 §7.7.1.8',
            }),
          ]),
    ]
  },
})

/** As many bits as the largest number that Multiple Message Enable may hold, the one that the capability gives. */
function enabledVectorBits(capable: number): number {
  return ((2 ** Math.ceil(Math.log2(Math.max(capable, 1) + 1)) - 1) << 4) & (capable === 0 ? 0 : PCI_MSI_FLAGS_QSIZE)
}

/** Address and data are several writes; a message sent between them, or under the old data, goes where nobody waits. */
function message(name: string, offset: number, width: 2 | 4, readWrite: number, source: string): Register {
  return register({
    name,
    offset,
    width,
    readWrite,
    onWrite: whenChanged(
      readWrite,
      when(
        isLive,
        mark(
          'interrupt',
          'cut',
          `${name} was rewritten while MSI is enabled and the vector unmasked: a torn or misdirected message (PCIe r6.0 §6.1.4)`,
        ),
      ),
    ),
    source,
  })
}

function wasEnabled({ before }: WriteEvent): boolean {
  return (before & PCI_MSI_FLAGS_ENABLE) !== 0
}

function isLive({ earlier, on }: WriteEvent): boolean {
  const of = functionOf(earlier, on)
  return msiEnabled(of) && !msiMasked(of)
}

export function msiEnabled(of: PciFunction): boolean {
  return isSet(of, 'PCI_MSI_FLAGS', PCI_MSI_FLAGS_ENABLE)
}

/** Whether the vector that is in use is masked; a message then waits in the pending bits. */
export function msiMasked(of: PciFunction): boolean {
  return isSet(of, 'PCI_MSI_MASK_64', 0x1) || isSet(of, 'PCI_MSI_MASK_32', 0x1)
}

export function msiAddress(of: PciFunction): number {
  return readRegister(of, 'PCI_MSI_ADDRESS_HI') * 2 ** 32 + readRegister(of, 'PCI_MSI_ADDRESS_LO')
}
