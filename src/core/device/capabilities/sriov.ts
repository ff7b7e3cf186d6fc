import { markThose, when, whenChanged } from '../consequence.js'
import { type FunctionName, functionOf, isSet, type Machine, type PciFunction } from '../fabric.js'
import { type Register, register, type WriteEvent } from '../register.js'
import { bitsOf } from '../registerBits.js'
import { type CapabilityShape, defineCapability } from './capability.js'

const PCI_SRIOV_CTRL_VFE = 0x1
const PCI_SRIOV_CTRL_MSE = 0x8
const PCI_SRIOV_CTRL_ARI = 0x10

/** Single Root I/O Virtualization (PCIe r6.0 §9.3.3), in the PF: whether its VFs exist, how many, and where. */
export const sriov = defineCapability({
  name: 'SRIOV',
  list: 'extended',
  id: 0x10,
  registers: ({ read, vfBarSizes }) => [
    register({ name: 'PCI_SRIOV_CAP', offset: 0x04, width: 4, source: 'PCIe r6.0 §9.3.3.2' }),
    register({
      name: 'PCI_SRIOV_CTRL',
      offset: 0x08,
      width: 2,
      readWrite: PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE | (read(0x04, 4) & 0x1 ? 0x6 : 0) | PCI_SRIOV_CTRL_ARI,
      onWrite: whenChanged(
        PCI_SRIOV_CTRL_ARI,
        vfsAre(
          'cut',
          'the ARI-hierarchy bit changed: First VF Offset and VF Stride may, and with them their addresses (PCIe r6.0 §9.3.3.3.5)',
        ),
      ),
      source: 'PCIe r6.0 §9.3.3.3',
    }),
    register({ name: 'PCI_SRIOV_STATUS', offset: 0x0a, width: 2, writeOneToClear: 0x1, source: 'PCIe r6.0 §9.3.3.4' }),
    register({ name: 'PCI_SRIOV_INITIAL_VF', offset: 0x0c, width: 2, source: 'PCIe r6.0 §9.3.3.5' }),
    register({ name: 'PCI_SRIOV_TOTAL_VF', offset: 0x0e, width: 2, source: 'PCIe r6.0 §9.3.3.6' }),
    register({
      name: 'PCI_SRIOV_NUM_VF',
      offset: 0x10,
      width: 2,
      readWrite: 0xffff,
      // Any write, be it the same value.
      onWrite: vfsAre('open', 'NumVFs was written while VF Enable is set, which is undefined (PCIe r6.0 §9.3.3.7)'),
      source: 'PCIe r6.0 §9.3.3.7',
    }),
    register({ name: 'PCI_SRIOV_FUNC_LINK', offset: 0x12, width: 1, source: 'PCIe r6.0 §9.3.3.8' }),
    register({ name: 'PCI_SRIOV_VF_OFFSET', offset: 0x14, width: 2, source: 'PCIe r6.0 §9.3.3.9' }),
    register({ name: 'PCI_SRIOV_VF_STRIDE', offset: 0x16, width: 2, source: 'PCIe r6.0 §9.3.3.10' }),
    register({ name: 'PCI_SRIOV_VF_DID', offset: 0x1a, width: 2, source: 'PCIe r6.0 §9.3.3.11' }),
    register({ name: 'PCI_SRIOV_SUP_PGSIZE', offset: 0x1c, width: 4, source: 'PCIe r6.0 §9.3.3.12' }),
    register({
      name: 'PCI_SRIOV_SYS_PGSIZE',
      offset: 0x20,
      width: 4,
      readWrite: read(0x1c, 4),
      onWrite: whenChanged(
        0xffffffff,
        vfBarsAre('the page size changed: the BARs of the VFs stand elsewhere (PCIe r6.0 §9.3.3.13)'),
      ),
      source: 'PCIe r6.0 §9.3.3.13',
    }),
    ...vfBars(read, vfBarSizes),
    register({ name: 'PCI_SRIOV_VFM', offset: 0x3c, width: 4, source: 'PCIe r6.0 §9.3.3.15' }),
  ],
})

/** The size of a VF BAR is not in any register: if no VF tells it, it is taken for a page. */
function vfBars(read: (offset: number, width: 4) => number, sizes: CapabilityShape['vfBarSizes']): readonly Register[] {
  let upper = false
  return [0, 1, 2, 3, 4, 5].map((index) => {
    const low = read(0x24 + index * 4, 4)
    const size = Math.min(sizes.get(index) ?? 0x1000, 2 ** 32)
    const readWrite = upper ? 0xffffffff : (low & 0xfffffffe) === 0 ? 0 : 2 ** 32 - size
    upper = !upper && (low & 0x7) === 0x4
    return register({
      name: index === 0 ? 'PCI_SRIOV_BAR' : `PCI_SRIOV_BAR[${index}]`,
      offset: 0x24 + index * 4,
      width: 4,
      readWrite,
      bits: bitsOf('PCI_BASE_ADDRESS'),
      onWrite: whenChanged(
        0xffffffff,
        vfBarsAre('a VF BAR moved: the VFs do not answer where they are expected (PCIe r6.0 §9.3.3.14)'),
      ),
      source: 'PCIe r6.0 §9.3.3.14',
    })
  })
}

/** What happens to the VFs if they exist; without VF Enable the registers may be written freely. */
function vfsAre(state: 'cut' | 'open', why: string) {
  return when(vfsExisted, markThose(vfsOf, 'vfs', state, why))
}

/** The VFs are found, but not where their BARs were. */
function vfBarsAre(why: string) {
  return when(vfsExisted, markThose(vfsOf, 'bar', 'cut', why))
}

function vfsExisted({ earlier, on }: WriteEvent): boolean {
  return vfsEnabled(functionOf(earlier, on))
}

function vfsOf(machine: Machine, pf: FunctionName): readonly FunctionName[] {
  return machine.functions.filter(({ physicalFunction }) => physicalFunction === pf).map(({ name }) => name)
}

export function vfsEnabled(pf: PciFunction): boolean {
  return isSet(pf, 'PCI_SRIOV_CTRL', PCI_SRIOV_CTRL_VFE)
}

/** Whether the VFs answer memory requests: their COMMAND.MEMORY is hardwired to 0, this bit stands for it. */
export function vfMemoryEnabled(pf: PciFunction): boolean {
  return isSet(pf, 'PCI_SRIOV_CTRL', PCI_SRIOV_CTRL_MSE)
}
