import { PHASES } from '../../report/schema.js'
import { pasidEnabled } from '../capabilities/pasid.js'
import { functionOf, hasRegister } from '../fabric.js'
import { completionDownstream, cut, markObstacles, requestUpstream, translation } from '../routes.js'
import { absent, passage, type TrafficFlow, upstreamWay } from './flow.js'

export const pasid: TrafficFlow = {
  flow: 'pasid',
  what: 'the endpoint reads and writes address spaces of processes (PASID)',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) => {
    const name = machine.endpoint
    const endpoint = functionOf(machine, name)
    if (!hasRegister(endpoint, 'PCI_PASID_CTRL')) return absent('the endpoint has no PASID')
    const address = machine.dmaAddresses[0] ?? 0
    return passage(upstreamWay(machine, name), 'requests with a PASID reach the IOMMU', [
      ...markObstacles(endpoint, 'state'),
      ...(pasidEnabled(endpoint)
        ? []
        : cut(name, 'PCI_PASID_CTRL_ENABLE is off: the endpoint may not send a PASID (PCIe r6.0 §7.8.9.3)')),
      ...markObstacles(endpoint, 'pasid'),
      ...requestUpstream(machine, name, { address, large: true, pasid: true }),
      ...translation(machine, name),
      ...completionDownstream(machine, name),
    ])
  },
}
