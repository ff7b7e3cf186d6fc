import { mark, whenChanged } from '../consequence.js'
import { register } from '../register.js'
import { defineCapability } from './capability.js'

const PCI_REBAR_CTRL_BAR_SIZE = 0x3f00

/** Resizable BAR (PCIe r6.0 §7.8.6): another size moves what the BAR decodes. One pair of registers for each BAR. */
export const rebar = defineCapability({
  name: 'REBAR',
  list: 'extended',
  id: 0x15,
  registers: ({ read }) => {
    const count = Math.max(1, Math.min(6, (read(0x08, 4) & 0xe0) >> 5))
    return Array.from({ length: count }, (_, i) => [
      register({
        name: nameOf('PCI_REBAR_CAP', i),
        offset: 0x04 + i * 8,
        width: 4,
        source: 'PCIe r6.0 §7.8.6.2',
      }),
      register({
        name: nameOf('PCI_REBAR_CTRL', i),
        offset: 0x08 + i * 8,
        width: 4,
        readWrite: PCI_REBAR_CTRL_BAR_SIZE,
        onWrite: whenChanged(
          PCI_REBAR_CTRL_BAR_SIZE,
          mark('bar', 'cut', 'the BAR has another size, its address must be written anew (PCIe r6.0 §7.8.6.3)'),
        ),
        source: 'PCIe r6.0 §7.8.6.3',
      }),
    ]).flat()
  },
})

function nameOf(name: string, index: number): string {
  return index === 0 ? name : `${name}[${index}]`
}
