import { PHASES } from '../../report/schema.js'
import { msiAddress, msiEnabled, msiMasked } from '../capabilities/msi.js'
import { msixEnabled, msixMasked } from '../capabilities/msix.js'
import {
  bridgesAbove,
  type FunctionName,
  functionOf,
  isSet,
  type Machine,
  type PciFunction,
  placeName,
} from '../fabric.js'
import { cut, linkObstacles, markObstacles, type Obstacles, requestUpstream, translation } from '../routes.js'
import { absent, devices, passage, type TrafficFlow, upstreamWay } from './flow.js'

type Signal = 'msi' | 'msix' | 'intx'

/** The first address of the interrupt range of x86 (Intel SDM 3A §11.11.1); what an MSI-X entry holds is no config space. */
const MESSAGE_ADDRESS = 0xfee00000

/** MSI and MSI-X messages are memory writes and need what DMA needs, completions apart (PCIe r6.0 §6.1.4). */
export const interrupt: TrafficFlow = {
  flow: 'interrupt',
  what: 'the endpoint and its VF signal the VM',
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) => {
    const signalling = devices(machine).filter((name) => machine.signals[name] !== undefined)
    if (signalling.length === 0) return absent('no interrupt is turned on')
    return passage(
      upstreamWay(machine, signalling[0]!),
      'the message reaches the root complex',
      signalling.flatMap((name) => signals(machine, name)),
    )
  },
}

function signals(machine: Machine, from: FunctionName): Obstacles {
  const of = functionOf(machine, from)
  const marks = markObstacles(of, 'interrupt', 'state')
  if (msixEnabled(of))
    return [
      ...marks,
      ...waiting(of, msixMasked(of), 'PCI_MSIX_FLAGS_MASKALL'),
      ...message(machine, of, MESSAGE_ADDRESS),
    ]
  if (msiEnabled(of))
    return [...marks, ...waiting(of, msiMasked(of), 'PCI_MSI_MASK'), ...message(machine, of, msiAddress(of))]
  if (usedSignal(machine, from) !== 'intx') return [...marks, ...cut(from, whySilent(of, usedSignal(machine, from)))]
  return [...marks, ...line(machine, of)]
}

/** How the function signalled when it was handed over. */
function usedSignal(machine: Machine, name: FunctionName): Signal {
  return machine.signals[name] ?? 'intx'
}

function whySilent(of: PciFunction, signal: Signal): string {
  const enable = signal === 'msi' ? 'PCI_MSI_FLAGS_ENABLE' : 'PCI_MSIX_FLAGS_ENABLE'
  const clause = signal === 'msi' ? '§7.7.1.2' : '§7.7.2.2'
  return `${enable} is off: ${placeName(of.name)} sends no message (PCIe r6.0 ${clause})`
}

function waiting(of: PciFunction, masked: boolean, by: string): Obstacles {
  if (!masked) return []
  return [{ at: of.name, why: `${by} is set: messages wait in the pending bits (PCIe r6.0 §6.1.4.5)`, state: 'held' }]
}

function message(machine: Machine, of: PciFunction, address: number): Obstacles {
  return [...requestUpstream(machine, of.name, { address }), ...translation(machine, of.name)]
}

/** INTx is a message that needs neither MASTER nor an address (PCIe r6.0 §2.2.8.1). */
function line(machine: Machine, of: PciFunction): Obstacles {
  if (isSet(of, 'PCI_COMMAND', 0x400))
    return cut(of.name, `PCI_COMMAND_INTX_DISABLE is set: ${placeName(of.name)} asserts no INTx (PCIe r6.0 §7.5.1.1.3)`)
  return bridgesAbove(machine, of.name).flatMap(linkObstacles)
}
