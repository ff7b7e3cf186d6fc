/** The registry of capabilities. A new one is one file and one line here. */
import { acs } from './acs.js'
import { advancedFeatures } from './advancedFeatures.js'
import { aer } from './aer.js'
import { ari } from './ari.js'
import { ats } from './ats.js'
import type { Capability } from './capability.js'
import { doe } from './doe.js'
import { dpc } from './dpc.js'
import { express } from './express.js'
import { l1ss } from './l1ss.js'
import { ltr } from './ltr.js'
import { msi } from './msi.js'
import { msix } from './msix.js'
import { pasid } from './pasid.js'
import { powerManagement } from './powerManagement.js'
import { pri } from './pri.js'
import { ptm } from './ptm.js'
import { rebar } from './rebar.js'
import { sriov } from './sriov.js'
import { tph } from './tph.js'
import { virtualChannel } from './virtualChannel.js'
import { vpd } from './vpd.js'

export const capabilities: readonly Capability[] = [
  powerManagement,
  msi,
  msix,
  express,
  advancedFeatures,
  vpd,
  aer,
  virtualChannel,
  acs,
  ari,
  ats,
  sriov,
  pri,
  rebar,
  tph,
  ltr,
  pasid,
  dpc,
  l1ss,
  ptm,
  doe,
]

export function capabilityWithId(list: Capability['list'], id: number): Capability | null {
  return capabilities.find((one) => one.list === list && one.id === id) ?? null
}
