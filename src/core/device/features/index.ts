/** The registry of features: what the model knows. A new feature is one file and one line here. */
import { bitsOf } from '../registerBits.js'
import { acs } from './acs.js'
import { aer } from './aer.js'
import { ari } from './ari.js'
import { aspm } from './aspm.js'
import { ats } from './ats.js'
import { bar } from './bar.js'
import { bridgeControl } from './bridgeControl.js'
import { bridgeWindow } from './bridgeWindow.js'
import { busMaster } from './busMaster.js'
import { busNumber } from './busNumber.js'
import { cacheline } from './cacheline.js'
import { completionTimeout } from './completionTimeout.js'
import { decode } from './decode.js'
import type { Feature, OwnedRegister, Scenario } from './defineFeature.js'
import { doe } from './doe.js'
import { dpc } from './dpc.js'
import { intx } from './intx.js'
import { l1ss } from './l1ss.js'
import { link } from './link.js'
import { ltr } from './ltr.js'
import { mps } from './mps.js'
import { mrrs } from './mrrs.js'
import { msi } from './msi.js'
import { msix } from './msix.js'
import { pasid } from './pasid.js'
import { pme } from './pme.js'
import { power } from './power.js'
import { pri } from './pri.js'
import { ptm } from './ptm.js'
import { rebar } from './rebar.js'
import { reset } from './reset.js'
import { rom } from './rom.js'
import { sriov } from './sriov.js'
import { status } from './status.js'
import { tags } from './tags.js'
import { tph } from './tph.js'
import { vc } from './vc.js'
import { vga } from './vga.js'

export const features: readonly Feature[] = [
  decode,
  bar,
  rom,
  rebar,
  bridgeWindow,
  busNumber,
  busMaster,
  bridgeControl,
  vga,
  intx,
  msi,
  msix,
  ats,
  pasid,
  pri,
  acs,
  ari,
  sriov,
  power,
  pme,
  reset,
  aspm,
  l1ss,
  link,
  ltr,
  ptm,
  aer,
  dpc,
  mps,
  mrrs,
  tags,
  completionTimeout,
  status,
  cacheline,
  doe,
  tph,
  vc,
]

export function featureNamed(name: string): Feature | null {
  return features.find((feature) => feature.name === name) ?? null
}

/** The bits that an entry stands for, names of fields and of single bits alike. */
export function ownedMask({ register, bits }: OwnedRegister): number {
  const known = bitsOf(register)
  return bits.reduce((sum, bit) => (sum | (known[bit] ?? 0)) >>> 0, 0)
}

/** The scenario with that id (`bus-master/clear-endpoint`), or null. */
export function scenario(id: string): Scenario | null {
  return features.flatMap((feature) => feature.scenarios).find((one) => one.id === id) ?? null
}
