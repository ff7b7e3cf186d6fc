import { PHASES } from '../../report/schema.js'
import { formatBdf, functionOf } from '../fabric.js'
import { configRequest } from '../routes.js'
import { devices, downstreamWay, passage, type TrafficFlow } from './flow.js'

/** The VF counts as found or not found with its PF: it is part of the device that is handed over. */
export const config: TrafficFlow = {
  flow: 'config',
  what: 'the new kernel finds the endpoint and its VFs where the old one left them',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) =>
    passage(
      downstreamWay(machine, 'root-complex', machine.endpoint),
      `config requests to ${devices(machine)
        .map((name) => formatBdf(functionOf(machine, name).bdf))
        .join(' and ')} arrive`,
      devices(machine).flatMap((name) => configRequest(machine, name)),
    ),
}
