/**
 * The flows of the preserved device, each as a walk over the machine: does it go through right now, and if not, why.
 * A walk judges one instant; what a sequence of writes does to a flow is for `timeline.ts` and `effect.ts`.
 */

import { FLOWS, type Flow, PHASES, type Phase } from '../report/schema.js'
import { PCI_MSI_FLAGS_ENABLE } from './capabilities/msi.js'
import { bridgesAbove, formatBdf, functionOf, type Machine, type Place, readRegister } from './fabric.js'
import {
  completionDownstream,
  configRequest,
  type Obstacle,
  requestDownstream,
  requestUpstream,
  translation,
} from './routes.js'

/**
 * `held`: the protocol itself keeps the traffic and replays it later (a link that retrains).
 * `cut`: what is sent now is lost. `uncarried`: the model has no answer.
 */
export type FlowState = 'through' | 'held' | 'cut' | 'uncarried'

export interface Passage {
  readonly state: FlowState
  readonly why: string
  /** From where the traffic starts to where it ends. */
  readonly way: readonly Place[]
  /** Where on the way it stops. */
  readonly at: Place | null
}

export interface TrafficFlow {
  readonly flow: Flow
  /** What goes on, in one line. */
  readonly what: string
  /** False for a flow that the model has no walk for yet. */
  readonly carried: boolean
  /** Phases in which there is such traffic. */
  readonly liveIn: readonly Phase[]
  /** Why there is none in the other phases. */
  readonly restsBecause: string | null
  readonly walk: (machine: Machine) => Passage
}

const dma: TrafficFlow = {
  flow: 'dma',
  what: 'the endpoint reads and writes the memory of the VM',
  carried: true,
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) =>
    passage(
      upstreamWay(machine),
      'requests reach the IOMMU, completions come back',
      requestUpstream(machine, 'endpoint', machine.dmaAddress) ??
        translation(machine, 'endpoint') ??
        completionDownstream(machine, 'endpoint'),
    ),
}

/** MSI and MSI-X messages are memory writes and need what DMA needs, completions apart (PCIe r6.0 §6.1.4). */
const interrupt: TrafficFlow = {
  flow: 'interrupt',
  what: 'the endpoint signals the VM with MSI',
  carried: true,
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) =>
    passage(
      upstreamWay(machine),
      'the message reaches the root complex',
      msiEnabled(machine) ??
        requestUpstream(machine, 'endpoint', readRegister(functionOf(machine, 'endpoint'), 'PCI_MSI_ADDRESS_LO')) ??
        translation(machine, 'endpoint'),
    ),
}

const config: TrafficFlow = {
  flow: 'config',
  what: 'the new kernel finds the endpoint where the old one left it',
  carried: true,
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) =>
    passage(
      downstreamWay(machine, 'root-complex'),
      `config requests to ${formatBdf(functionOf(machine, 'endpoint').bdf)} arrive`,
      configRequest(machine, 'endpoint'),
    ),
}

const peerToPeer: TrafficFlow = {
  flow: 'p2p',
  what: 'a peer device reads and writes BAR 2 of the endpoint',
  carried: true,
  liveIn: PHASES,
  restsBecause: null,
  walk: (machine) =>
    passage(
      ['peer', 'peer-port', ...downstreamWay(machine, 'root-complex')],
      'requests of the peer reach BAR 2',
      requestUpstream(machine, 'peer', machine.peerToPeerAddress) ??
        requestDownstream(machine, 'endpoint', 2, machine.peerToPeerAddress) ??
        completionDownstream(machine, 'peer'),
    ),
}

const guestMmio: TrafficFlow = {
  flow: 'guest-mmio',
  what: 'the VM reads and writes BAR 0 of the endpoint',
  carried: true,
  liveIn: ['userspace'],
  restsBecause: 'vCPUs do not run between freeze and resume',
  walk: (machine) =>
    passage(
      downstreamWay(machine, 'vm'),
      'loads and stores of the VM reach BAR 0',
      requestDownstream(machine, 'endpoint', 0, machine.guestMmioAddress),
    ),
}

const modelled: readonly TrafficFlow[] = [dma, config, peerToPeer, interrupt, guestMmio]

const notYet: Partial<Readonly<Record<Flow, string>>> = {
  translated: 'translated requests (ATS)',
  pasid: 'requests with a PASID',
  'page-request': 'page requests (PRI)',
  'vf-dma': 'virtual functions',
  wake: 'power management events',
}

/** Every flow of the report, in its order; those that the model does not carry say so. */
export const trafficFlows: readonly TrafficFlow[] = FLOWS.map(
  (flow) => modelled.find((one) => one.flow === flow) ?? uncarriedFlow(flow),
)

function uncarriedFlow(flow: Flow): TrafficFlow {
  const what = notYet[flow] ?? flow
  const why = `the model does not yet carry ${what}`
  return {
    flow,
    what,
    carried: false,
    liveIn: PHASES,
    restsBecause: null,
    walk: () => ({ state: 'uncarried', why, way: [], at: null }),
  }
}

function passage(way: readonly Place[], through: string, obstacle: Obstacle | null): Passage {
  if (obstacle) return { state: 'cut', why: obstacle.why, way, at: obstacle.at }
  return { state: 'through', why: through, way, at: null }
}

function upstreamWay(machine: Machine): readonly Place[] {
  return [...downstreamWay(machine, 'vm')].reverse()
}

function downstreamWay(machine: Machine, from: 'root-complex' | 'vm'): readonly Place[] {
  const bridges = bridgesAbove(machine, 'endpoint').map((bridge) => bridge.name)
  const start: readonly Place[] = from === 'vm' ? ['vm', 'root-complex'] : ['root-complex']
  return [...start, ...bridges.reverse(), 'endpoint']
}

function msiEnabled(machine: Machine): Obstacle | null {
  if (readRegister(functionOf(machine, 'endpoint'), 'PCI_MSI_FLAGS') & PCI_MSI_FLAGS_ENABLE) return null
  return { at: 'endpoint', why: 'PCI_MSI_FLAGS_ENABLE is off: the endpoint sends no message (PCIe r6.0 §7.7.1.2)' }
}
