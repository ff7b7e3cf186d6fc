import { PHASES } from '../../report/schema.js'
import { bridgesAbove } from '../fabric.js'
import { completionDownstream, requestDownstream, requestUpstream } from '../routes.js'
import { absent, downstreamWay, passage, type TrafficFlow } from './flow.js'

export const peerToPeer: TrafficFlow = {
  flow: 'p2p',
  what: 'a peer device reads and writes a BAR of the endpoint',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) => {
    const { peer, peerToPeer: target, endpoint } = machine
    if (peer === null) return absent('there is no peer')
    if (target === null) return absent('the endpoint has no memory BAR in use')
    const above = bridgesAbove(machine, peer).map(({ name }) => name)
    return passage(
      [peer, ...above, ...downstreamWay(machine, 'root-complex', endpoint)],
      `requests of the peer reach BAR ${target.bar}`,
      [
        ...requestUpstream(machine, peer, { address: target.address, to: endpoint }),
        ...requestDownstream(machine, endpoint, target),
        ...completionDownstream(machine, peer, false),
      ],
    )
  },
}
