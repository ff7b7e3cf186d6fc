import { PHASES } from '../../report/schema.js'
import { atsEnabled } from '../capabilities/ats.js'
import { type FunctionName, functionOf, hasRegister, type Machine, type PciFunction, placeName } from '../fabric.js'
import { cut, markObstacles, type Obstacles, requestUpstream, translation } from '../routes.js'
import { memoryTraffic } from './dma.js'
import { absent, devices, passage, type TrafficFlow, upstreamWay } from './flow.js'

/** ATS with memory that stays in place: without translations the device asks with plain addresses again. */
export const translated: TrafficFlow = {
  flow: 'translated',
  what: 'the endpoint and its VF use translations that they hold (ATS)',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) => {
    const able = devices(machine).filter((name) => hasRegister(functionOf(machine, name), 'PCI_ATS_CTRL'))
    if (able.length === 0) return absent('the endpoint has no ATS')
    return passage(
      upstreamWay(machine, able[0]!),
      'translated requests reach memory',
      able.flatMap((name) => translatedTraffic(machine, name)),
    )
  },
}

function translatedTraffic(machine: Machine, from: FunctionName): Obstacles {
  const source = functionOf(machine, from)
  if (!atsEnabled(source)) return untranslatedInstead(machine, source)
  return [...markObstacles(source, 'ats'), ...translatedRequests(machine, from)]
}

/** "Falls back": the same memory is reached by requests without a translation, if the IOMMU takes them. */
function untranslatedInstead(machine: Machine, source: PciFunction): Obstacles {
  const name = placeName(source.name)
  const off = `PCI_ATS_CTRL_ENABLE is off: ${name} drops its translations (PCIe r6.0 §10.5.1.3)`
  if (machine.iommu.refusesUntranslated)
    return cut('root-complex', `${off}, and the IOMMU refuses untranslated requests`)
  const rest = memoryTraffic(machine, source.name)
  return [{ at: source.name, why: `${off} and asks with untranslated addresses instead`, state: 'delayed' }, ...rest]
}

export function translatedRequests(machine: Machine, from: FunctionName, pasid = false): Obstacles {
  return [
    ...machine.dmaAddresses
      .slice(0, 1)
      .flatMap((address) => requestUpstream(machine, from, { address, large: true, translated: true, pasid })),
    ...translation(machine, from),
  ]
}
