import { PHASES } from '../../report/schema.js'
import { PCI_EXP_RTSTA_PME, tellsOfWakes } from '../capabilities/express.js'
import { mayWake, PCI_PM_CTRL_PME_STATUS } from '../capabilities/powerManagement.js'
import { bridgesAbove, functionOf, hasRegister, isSet, type Machine, placeName } from '../fabric.js'
import { cut, linkDown, type Obstacles } from '../routes.js'
import { absent, downstreamWay, passage, type TrafficFlow } from './flow.js'

/** A PME message goes up to the root port, which tells the kernel. It is a message: MASTER plays no part in it. */
export const wake: TrafficFlow = {
  flow: 'wake',
  what: 'the endpoint asks to be woken (PME)',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) => {
    const name = machine.endpoint
    const endpoint = functionOf(machine, name)
    if (!hasRegister(endpoint, 'PCI_PM_CTRL')) return absent('the endpoint has no power management')
    const way = [...downstreamWay(machine, 'root-complex', name)].reverse()
    return passage(way, 'a wake of the endpoint reaches the root port', [
      ...(mayWake(endpoint)
        ? []
        : cut(name, 'PCI_PM_CTRL_PME_ENABLE is off: the endpoint sends no PME (PCIe r6.0 §7.5.2.2)')),
      ...pendingWakes(machine),
      ...messageUp(machine),
    ])
  },
}

/** A status bit that was set at the hand-over and no longer is: the wake that it stood for is forgotten. */
function pendingWakes(machine: Machine): Obstacles {
  return machine.pendingWakes.flatMap((name) => {
    const of = functionOf(machine, name)
    const pending = of.bridge
      ? isSet(of, 'PCI_EXP_RTSTA', PCI_EXP_RTSTA_PME)
      : isSet(of, 'PCI_PM_CTRL', PCI_PM_CTRL_PME_STATUS)
    const bit = of.bridge ? 'PCI_EXP_RTSTA_PME' : 'PCI_PM_CTRL_PME_STATUS'
    return pending ? [] : cut(name, `${bit} was cleared: the wake that ${placeName(name)} had pending is lost`)
  })
}

function messageUp(machine: Machine): Obstacles {
  const bridges = bridgesAbove(machine, machine.endpoint)
  const root = bridges.at(-1)
  return [
    ...bridges.flatMap(linkDown),
    ...(root && hasRegister(root, 'PCI_EXP_RTCTL') && !tellsOfWakes(root)
      ? cut(root.name, 'PCI_EXP_RTCTL_PMEIE is off: the root port does not tell the kernel (PCIe r6.0 §7.5.3.12)')
      : []),
  ]
}
