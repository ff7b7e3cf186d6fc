/**
 * The registry of flows, in the report's order. A walk judges one instant; what a sequence of writes does to a flow
 * is for `timeline.ts` and `effect.ts`.
 */
import { config } from './flows/config.js'
import { dma } from './flows/dma.js'
import type { TrafficFlow } from './flows/flow.js'
import { guestMmio } from './flows/guestMmio.js'
import { interrupt } from './flows/interrupt.js'
import { pageRequest } from './flows/pageRequest.js'
import { pasid } from './flows/pasid.js'
import { peerToPeer } from './flows/peerToPeer.js'
import { translated } from './flows/translated.js'
import { vfDma } from './flows/vfDma.js'
import { wake } from './flows/wake.js'

export const trafficFlows: readonly TrafficFlow[] = [
  dma,
  config,
  translated,
  pasid,
  pageRequest,
  peerToPeer,
  vfDma,
  interrupt,
  guestMmio,
  wake,
]

export type { FlowState, Passage, TrafficFlow } from './flows/flow.js'
