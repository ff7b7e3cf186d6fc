import { PHASES } from '../../report/schema.js'
import { vfMemoryEnabled, vfsEnabled } from '../capabilities/sriov.js'
import { functionOf } from '../fabric.js'
import { cut, markObstacles } from '../routes.js'
import { memoryTraffic } from './dma.js'
import { absent, passage, type TrafficFlow, upstreamWay } from './flow.js'

/** The VF's own requests, and the doorbells in its BAR without which it has nothing to request. */
export const vfDma: TrafficFlow = {
  flow: 'vf-dma',
  what: 'a VF of the endpoint, driven through its BAR, reads and writes memory',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) => {
    if (machine.vf === null) return absent('the endpoint has no VF in use')
    const vf = functionOf(machine, machine.vf)
    const pf = functionOf(machine, vf.physicalFunction ?? machine.endpoint)
    const exists = vfsEnabled(pf)
      ? []
      : cut(pf.name, 'PCI_SRIOV_CTRL_VFE is off: the VFs are gone (PCIe r6.0 §9.3.3.3.1)')
    const decodes = vfMemoryEnabled(pf)
      ? []
      : cut(pf.name, 'PCI_SRIOV_CTRL_MSE is off: the VFs answer no memory request (PCIe r6.0 §9.3.3.3.4)')
    return passage(upstreamWay(machine, vf.name), 'the VF answers, its requests reach the IOMMU', [
      ...exists,
      ...decodes,
      ...markObstacles(vf, 'vfs', 'bar'),
      ...memoryTraffic(machine, vf.name),
    ])
  },
}
