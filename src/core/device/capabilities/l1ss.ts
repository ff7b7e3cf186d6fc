import { mark, when, whenChanged } from '../consequence.js'
import { functionOf, readRegister } from '../fabric.js'
import { register, type WriteEvent } from '../register.js'
import { defineCapability } from './capability.js'

const L1_2_ENABLES = 0x5
/** Common_Mode_Restore_Time and LTR_L1.2_THRESHOLD. */
const L1_2_TIMES = 0xe3ffff00

/** L1 PM substates (PCIe r6.0 §5.5, §7.8.3). Entering and leaving is the link's own; the times must not change under L1.2. */
export const l1ss = defineCapability({
  name: 'L1SS',
  list: 'extended',
  id: 0x1e,
  registers: ({ read }) => [
    register({ name: 'PCI_L1SS_CAP', offset: 0x04, width: 4, source: 'PCIe r6.0 §7.8.3.2' }),
    register({
      name: 'PCI_L1SS_CTL1',
      offset: 0x08,
      width: 4,
      readWrite: ((read(0x04, 4) & 0xf) | L1_2_TIMES) >>> 0,
      onWrite: whenChanged(L1_2_TIMES, when(l12WasOn, timesChanged())),
      source: 'PCIe r6.0 §7.8.3.3',
    }),
    register({
      name: 'PCI_L1SS_CTL2',
      offset: 0x0c,
      width: 4,
      readWrite: 0xfb,
      onWrite: whenChanged(0xfb, when(l12WasOn, timesChanged())),
      source: 'PCIe r6.0 §7.8.3.4',
    }),
  ],
})

function l12WasOn({ earlier, on }: WriteEvent): boolean {
  return (readRegister(functionOf(earlier, on), 'PCI_L1SS_CTL1') & L1_2_ENABLES) !== 0
}

function timesChanged() {
  return mark('link', 'open', 'times of L1.2 changed while it is on, which is undefined (PCIe r6.0 §5.5.4)')
}
