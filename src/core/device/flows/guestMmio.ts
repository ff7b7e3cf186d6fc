import { requestDownstream } from '../routes.js'
import { absent, downstreamWay, passage, type TrafficFlow } from './flow.js'

export const guestMmio: TrafficFlow = {
  flow: 'guest-mmio',
  what: 'the VM reads and writes a BAR of the endpoint',
  liveIn: ['userspace'],
  restsBecause: 'vCPUs do not run between freeze and resume',
  walk: (machine) => {
    if (machine.guestMmio === null) return absent('the endpoint has no memory BAR in use')
    return passage(
      downstreamWay(machine, 'vm', machine.endpoint),
      `loads and stores of the VM reach BAR ${machine.guestMmio.bar}`,
      requestDownstream(machine, machine.endpoint, machine.guestMmio),
    )
  },
}
