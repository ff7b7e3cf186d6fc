import { PHASES } from '../../report/schema.js'
import { atsEnabled } from '../capabilities/ats.js'
import { priEnabled } from '../capabilities/pri.js'
import { functionOf, hasRegister } from '../fabric.js'
import { completionDownstream, cut, markObstacles } from '../routes.js'
import { absent, passage, type TrafficFlow, upstreamWay } from './flow.js'
import { translatedRequests } from './translated.js'

/** Memory that need not be in place: the device asks for the page, gets a response, then a translation. */
export const pageRequest: TrafficFlow = {
  flow: 'page-request',
  what: 'the endpoint asks for pages that are not in memory (PRI)',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) => {
    const name = machine.endpoint
    const endpoint = functionOf(machine, name)
    if (!hasRegister(endpoint, 'PCI_PRI_CTRL')) return absent('the endpoint has no PRI')
    return passage(upstreamWay(machine, name), 'page requests are sent and answered', [
      ...markObstacles(endpoint, 'state'),
      ...(priEnabled(endpoint)
        ? []
        : cut(name, 'PCI_PRI_CTRL_ENABLE is off: the endpoint asks for no page (PCIe r6.0 §10.5.2.2)')),
      ...(atsEnabled(endpoint)
        ? []
        : cut(
            name,
            'PCI_ATS_CTRL_ENABLE is off: untranslated requests to a page that is not in memory fail, there is no asking for it (PCIe r6.0 §10.4)',
          )),
      ...markObstacles(endpoint, 'pri', 'ats'),
      ...translatedRequests(machine, name),
      ...completionDownstream(machine, name, false),
    ])
  },
}
