import { writeConfig } from '../configSpace.js'
import { all, resets, when, whenChanged } from '../consequence.js'
import { changeFunction, functionOf, isSet, type PciFunction, readRegister } from '../fabric.js'
import { type Register, register, type WriteEvent } from '../register.js'
import { defineCapability } from './capability.js'

const PCI_PM_CTRL_STATE_MASK = 0x3
const PCI_PM_CTRL_NO_SOFT_RESET = 0x8
const PCI_PM_CTRL_PME_ENABLE = 0x100
export const PCI_PM_CTRL_PME_STATUS = 0x8000
const PCI_PM_CAP_D1 = 0x200
const PCI_PM_CAP_D2 = 0x400
const PCI_PM_CAP_PME_MASK = 0xf800

/** Power management (PCIe r6.0 §7.5.2, §5.3): D-states and PME. */
export const powerManagement = defineCapability({
  name: 'PM',
  list: 'standard',
  id: 0x01,
  registers: ({ read }) => {
    const pmc = read(0x02, 2)
    const canWake = (pmc & PCI_PM_CAP_PME_MASK) !== 0
    return [
      register({ name: 'PCI_PM_PMC', offset: 0x02, width: 2, source: 'PCIe r6.0 §7.5.2.1' }),
      controlRegister(canWake),
    ]
  },
})

function controlRegister(canWake: boolean): Register {
  return register({
    name: 'PCI_PM_CTRL',
    offset: 0x04,
    width: 2,
    readWrite: PCI_PM_CTRL_STATE_MASK | (canWake ? PCI_PM_CTRL_PME_ENABLE : 0),
    writeOneToClear: canWake ? PCI_PM_CTRL_PME_STATUS : 0,
    sticky: PCI_PM_CTRL_PME_ENABLE | PCI_PM_CTRL_PME_STATUS,
    onWrite: all(
      whenChanged(
        PCI_PM_CTRL_STATE_MASK,
        when(isWakingWithReset, resets('it came back from D3hot without No_Soft_Reset (PCIe r6.0 §5.3.1.4.1)')),
      ),
      when(isUnsupported, keepsState),
    ),
    source: 'PCIe r6.0 §7.5.2.2',
  })
}

function isWakingWithReset({ before, after }: WriteEvent): boolean {
  return (before & 0x3) === 3 && (after & 0x3) === 0 && (before & PCI_PM_CTRL_NO_SOFT_RESET) === 0
}

function isUnsupported({ machine, on, after }: WriteEvent): boolean {
  const pmc = readRegister(functionOf(machine, on), 'PCI_PM_PMC')
  const state = after & PCI_PM_CTRL_STATE_MASK
  return (state === 1 && (pmc & PCI_PM_CAP_D1) === 0) || (state === 2 && (pmc & PCI_PM_CAP_D2) === 0)
}

/** "The write operation must complete normally; however, the data is discarded and no state change occurs." */
function keepsState({ machine, on, register, before, after }: WriteEvent) {
  const value = (after & ~PCI_PM_CTRL_STATE_MASK) | (before & PCI_PM_CTRL_STATE_MASK)
  return changeFunction(machine, on, (of) => ({
    ...of,
    config: writeConfig(of.config, register.offset, register.width, value & ~PCI_PM_CTRL_PME_STATUS),
  }))
}

/** D0 to D3hot as a number; D0 for a function without the capability. */
export function powerState(of: PciFunction): number {
  return readRegister(of, 'PCI_PM_CTRL') & PCI_PM_CTRL_STATE_MASK
}

export function powerStateName(of: PciFunction): string {
  return ['D0', 'D1', 'D2', 'D3hot'][powerState(of)]!
}

export function mayWake(of: PciFunction): boolean {
  return isSet(of, 'PCI_PM_CTRL', PCI_PM_CTRL_PME_ENABLE)
}
