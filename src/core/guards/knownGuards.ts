/**
 * Data: the live update guards of every public series, newest last. What a guard tests, which outcome means that the
 * device is handed over, and for whom it speaks. Sources: the series themselves, as listed in the project's domain notes.
 */

import { PHASES, type Phase } from '../report/schema.js'

/** Which answers mean "handed over live: leave it alone". */
export type Polarity = 'true' | 'zero' | 'not-negative'

/**
 * How long the state behind a guard lasts: to finish; as long as the device or the kernel, as its series means it to;
 * `never cleared` if it was to end at finish and nothing ends it.
 */
export type Lifetime = 'finish' | 'device' | 'kernel' | 'never cleared' | 'unknown'

export interface KnownGuard {
  readonly name: string
  readonly form: 'call' | 'field'
  readonly skipWhen: Polarity
  /** Argument that is the device, or `global` when it speaks for every device. */
  readonly device: number | 'global'
  /** It speaks for the bridge above its device as well: ARI forwarding is the bridge's register, decided by the device. */
  readonly coversBridge: boolean
  /** It is never true for the bridges above a preserved device: they are restored as `depended`, not `requested`. */
  readonly endpointsOnly: boolean
  /** Phases in which it can hold: where its state is set, and until when. */
  readonly phases: readonly Phase[]
  readonly lifetime: Lifetime
  readonly series: string
}

/** Set while the new kernel enumerates, dropped at finish. */
const INCOMING: readonly Phase[] = ['boot', 'userspace']
/** Set by userspace before the kexec. */
const OUTGOING: readonly Phase[] = ['shutdown']

const call = (
  name: string,
  series: string,
  skipWhen: Polarity = 'true',
  device: number | 'global' = 0,
): KnownGuard => ({
  name,
  form: 'call',
  skipWhen,
  device,
  coversBridge: false,
  endpointsOnly: false,
  phases: INCOMING,
  lifetime: 'finish',
  series,
})
const inPhases = (phases: readonly Phase[], guard: KnownGuard): KnownGuard => ({ ...guard, phases })
const lasting = (lifetime: Lifetime, guard: KnownGuard): KnownGuard => ({ ...guard, lifetime })
const forEndpoints = (guard: KnownGuard): KnownGuard => ({ ...guard, endpointsOnly: true })
const withBridge = (guard: KnownGuard): KnownGuard => ({ ...guard, coversBridge: true })
/** A flag that is a field; `name` is the end of the member path, the device is what stands before it. */
const field = (name: string, series: string): KnownGuard => ({ ...call(name, series), form: 'field' })

export const KNOWN_GUARDS: readonly KnownGuard[] = [
  forEndpoints(call('pci_lu_adopt', 'RFC v1')),
  // Its last argument is evaluated only when there is no saved state.
  inPhases(['boot'], call('PCI_SER_GET', 'RFC v1')),
  call('pci_liveupdate_reclaim_resource', 'RFC v1', 'not-negative'),
  // Its driver sets it in the old kernel too, where the state behind it is missing.
  forEndpoints(inPhases(PHASES, field('dev.lu.requested', 'RFC v1'))),
  field('dev.lu.depended', 'RFC v1'),
  // Set before the kexec and at boot; what is never cleared holds after boot as well.
  lasting('never cleared', inPhases(PHASES, field('dev.lu.flags', 'v2'))),
  lasting('device', inPhases(OUTGOING, field('skip_kexec_clear_master', 'VFIO RFC'))),
  call('pci_liveupdate_incoming_is_preserved', 'v1 2025-11'),
  // "This flag never gets cleared after the incoming kernel boot up" [JP]
  lasting('never cleared', field('liveupdate_inherit_buses', 'v4')),
  lasting('device', withBridge(call('pci_liveupdate_inherit_ari', 'v5'))),
  lasting('device', call('pci_liveupdate_enable_acs', 'v6', 'zero')),
  lasting('device', withBridge(call('pci_liveupdate_configure_ari', 'v6', 'zero'))),
  lasting('kernel', inPhases(OUTGOING, call('pci_liveupdate_is_outgoing', 'v6'))),
  call('pci_liveupdate_is_incoming', 'v6'),
  lasting('kernel', call('pci_liveupdate_preserve_bus_numbers', 'v9', 'true', 'global')),
  call('pci_liveupdate_refuse_bus_numbers', 'v9', 'true', 1),
  lasting('device', call('pci_liveupdate_adopt_acs', 'v9', 'zero')),
  lasting('device', withBridge(call('pci_liveupdate_adopt_ari', 'v9', 'zero'))),
  lasting('kernel', inPhases(OUTGOING, field('liveupdate.outgoing', 'v9'))),
  lasting('kernel', inPhases(OUTGOING, field('liveupdate.frozen', 'v9'))),
  field('liveupdate.incoming', 'v9'),
  lasting('device', field('liveupdate.was_incoming', 'v9')),
]
