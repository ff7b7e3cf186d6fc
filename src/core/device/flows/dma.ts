import { PHASES } from '../../report/schema.js'
import type { FunctionName, Machine } from '../fabric.js'
import { completionDownstream, type Obstacles, requestUpstream, translation } from '../routes.js'
import { passage, type TrafficFlow, upstreamWay } from './flow.js'

export const dma: TrafficFlow = {
  flow: 'dma',
  what: 'the endpoint reads and writes the memory of the VM',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) =>
    passage(
      upstreamWay(machine, machine.endpoint),
      'requests reach the IOMMU, completions come back',
      memoryTraffic(machine, machine.endpoint),
    ),
}

/** Requests to every address in use, their translation, and the completions. */
export function memoryTraffic(machine: Machine, from: FunctionName): Obstacles {
  return [
    ...completionDownstream(machine, from),
    ...machine.dmaAddresses.flatMap((address) => requestUpstream(machine, from, { address, large: true })),
    ...translation(machine, from),
  ]
}
