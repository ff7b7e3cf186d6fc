import { mark, when, whenChanged } from '../consequence.js'
import { isSet, type PciFunction } from '../fabric.js'
import { register, type WriteEvent } from '../register.js'
import { defineCapability } from './capability.js'

const PCI_ATS_CTRL_STU = 0x1f
const PCI_ATS_CTRL_ENABLE = 0x8000

/** Address Translation Services (PCIe r6.0 §10.5.1). A VF turns it on by itself; the smallest unit is the PF's. */
export const ats = defineCapability({
  name: 'ATS',
  list: 'extended',
  id: 0x0f,
  registers: ({ isVf }) => [
    register({ name: 'PCI_ATS_CAP', offset: 0x04, width: 2, source: 'PCIe r6.0 §10.5.1.2' }),
    register({
      name: 'PCI_ATS_CTRL',
      offset: 0x06,
      width: 2,
      readWrite: isVf ? PCI_ATS_CTRL_ENABLE : PCI_ATS_CTRL_ENABLE | PCI_ATS_CTRL_STU,
      onWrite: whenChanged(
        PCI_ATS_CTRL_STU,
        when(
          wasEnabled,
          mark(
            'ats',
            'cut',
            'the smallest translation unit changed while ATS is on: translations held and asked for no longer mean the same pages (PCIe r6.0 §10.5.1.3)',
          ),
        ),
      ),
      source: 'PCIe r6.0 §10.5.1.3',
    }),
  ],
})

function wasEnabled({ before }: WriteEvent): boolean {
  return (before & PCI_ATS_CTRL_ENABLE) !== 0
}

export function atsEnabled(of: PciFunction): boolean {
  return isSet(of, 'PCI_ATS_CTRL', PCI_ATS_CTRL_ENABLE)
}
