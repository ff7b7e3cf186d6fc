/**
 * What a write that nothing guards means in a phase: how grave, by which path, in which words. An error is proven harm;
 * a path that rests on a guess, or a value that is not resolved, never gives one.
 */
import type { Settings } from '../config/settings.js'
import { cannotHarm, extremesHarm } from '../device/hazard.js'
import { fieldsIn, hazardIn } from '../device/phaseHazards.js'
import type { Field, GuardStatus, Hazard, Hop, PassedToWriter, Phase, Severity, Site } from '../report/schema.js'
import { doubtOn, type IsUnaware, WORKAROUNDS } from './doubt.js'
import { pathOf } from './witnessText.js'

/** What the platform promises, how strict the review is, and which drivers take no device over in the tree. */
export type Promised = Pick<Settings, 'policy' | 'flows'> & { readonly isUnaware: IsUnaware }

export const WHEN: Readonly<Record<Phase, string>> = {
  boot: 'while the new kernel boots',
  userspace: 'after the new kernel is up, before finish',
  shutdown: 'while the old kernel goes down',
}

/** The guard's worth in a phase whose path a preserved device takes; null where there is no such path. */
export function statusIn(site: Site, phase: Phase): GuardStatus | null {
  const at = site.phases[phase]
  return at.reachable && at.counts ? at.guard.status : null
}

/** How grave the write is if nothing keeps it from a preserved device in that phase; null if it is none. */
export function gravity(site: Site, phase: Phase, promised: Promised): Severity | null {
  const known = knownGravity(site, fieldsIn(site, phase), hazardIn(site, phase), pathOf(site, phase), promised)
  const severity = known === null ? null : limited(known, site, phase, promised)
  if (promised.policy === 'strict') return severity === 'error' ? 'error' : 'warning'
  return severity
}

/** Harm by a doubtful path is less grave; what is not certain to harm, by a path that is not either, is nothing. */
function limited(severity: Severity, site: Site, phase: Phase, { flows, isUnaware }: Promised): Severity | null {
  const doubt = doubtOn(pathOf(site, phase), isUnaware)
  if (doubt?.limit === 'nothing') return null
  if (doubt?.limit === 'info') return severity === 'error' ? 'info' : null
  if (severity === 'info' || isWorkaround(site)) return 'info'
  if (isOfVfsAlone(site) && !flows.includes('vf-dma')) return 'info'
  return doubt === null ? severity : 'warning'
}

/** Written for devices with particular ids: whether the preserved one is such a device cannot be told. */
function isWorkaround({ scope, file }: Site): boolean {
  return scope === 'fixup' || WORKAROUNDS.test(file)
}

/** The registers of SR-IOV decide on VFs; where no traffic of VFs is promised, none is preserved (V9). */
function isOfVfsAlone({ fields }: Site): boolean {
  return fields.length > 0 && fields.every(({ capability }) => capability === 'SRIOV')
}

function knownGravity(
  site: Site,
  fields: readonly Field[],
  hazard: Hazard,
  path: readonly Hop[],
  { flows }: Promised,
): Severity | null {
  switch (hazard.verdict) {
    case 'breaks':
      return 'error'
    case 'disturbs':
      return 'warning'
    case 'unknown':
      return isWorthALook(site, fields, hazard, path, flows) ? 'info' : null
    default:
      return null
  }
}

/** Registers of CardBus bridges: a kernel with live update is built without them (V7-05). */
const CARDBUS = /^PCI_CB_/

/**
 * A write that is not resolved and could harm a promised flow: one of its extremes would, or upstream wants the register
 * kept. Not so where the new kernel should write in any case, where the register is of one device's own making, where
 * the path is only a field's name, or where a hotplug controller commands its own slot.
 */
function isWorthALook(
  { kind, file }: Site,
  fields: readonly Field[],
  { decision }: Hazard,
  path: readonly Hop[],
  flows: Promised['flows'],
): boolean {
  if (path.some(({ byName }) => byName) || HOTPLUG.test(file)) return false
  if (fields.length === 0) return kind === 'config'
  const standard = fields.filter(({ register }) => register.startsWith('PCI_') && !CARDBUS.test(register))
  // What a restore writes back is what the device had before whatever took it away.
  if (standard.every(({ change }) => change === 'saved')) return false
  if (decision === 'rewrite' || fields.every(cannotHarm)) return false
  return decision === 'preserve' || standard.some((field) => extremesHarm(field, flows))
}

const HOTPLUG = /^drivers\/pci\/hotplug\//

/** The most harmful of the phases in which `isOpen` holds, the first of equals; null if the write harms in none. */
export function gravestPhase(
  site: Site,
  phases: readonly Phase[],
  promised: Promised,
  isOpen: (status: GuardStatus) => boolean,
): { readonly phase: Phase; readonly severity: Severity } | null {
  const found = phases.flatMap((phase) => {
    const status = statusIn(site, phase)
    const severity = status !== null && isOpen(status) ? gravity(site, phase, promised) : null
    return severity === null ? [] : [{ phase, severity }]
  })
  for (const severity of ['error', 'warning', 'info'] as const) {
    const first = found.find((one) => one.severity === severity)
    if (first) return first
  }
  return null
}

/** The written bits, or registers, or the place that is not resolved. */
export function whatIsWritten(site: Site, written: readonly Field[] = site.fields): string {
  const registers = [...new Set(written.map(({ register }) => register))]
  const named = registers.flatMap((register) => {
    const fields = written.filter((field) => field.register === register)
    return fields.every(saysItsBits) ? fields.map(({ bits }) => bits.join(' | ')) : [register]
  })
  if (named.length > 0) return [...new Set(named)].join(', ')
  return site.offset === null ? 'config space' : `config space at ${site.offset}`
}

/** A mask beside a value only says how wide the value is. */
function saysItsBits({ bits, change }: Field): boolean {
  return bits.length > 0 && (change === 'set' || change === 'clear' || !bits.some((bit) => bit.endsWith('_MASK')))
}

export function deviceOf(site: Site): string {
  return site.device ?? 'a device'
}

/** `from acpi_init()`, with what the path rests on. */
export function fromRoot(site: Site, phase: Phase, { isUnaware }: Promised): string {
  const path = pathOf(site, phase)
  const doubt = doubtOn(path, isUnaware)
  return `from ${path[0]?.function ?? '?'}()${doubt === null ? '' : `, by way of ${doubt.text}`}`
}

/** `false for enable`: constants that a path passes to the writer. */
export function passedText(passed: readonly PassedToWriter[]): string {
  return passed.map(({ text, parameter }) => `${text} for ${parameter}`).join(' and ')
}

/** What the write does to the device in that phase, for the promised flows, as the rest of a sentence; '' where it does nothing to them. */
export function effectText(site: Site, phase: Phase, { flows, policy }: Promised): string {
  const at = site.phases[phase]
  const passed = at.reachable && at.passed ? ` with ${passedText(at.passed)}` : ''
  const hazard = hazardIn(site, phase)
  const promised = hazard.effects.filter(({ flow }) => flows.includes(flow))
  for (const [effect, verb] of [
    ['breaks', 'it breaks'],
    ['disturbs', 'it disturbs'],
  ] as const) {
    const hit = promised.filter((one) => one.effect === effect)
    if (hazard.verdict === effect && hit.length > 0)
      return `;${passed} ${verb} ${hit.map(({ flow }) => flow).join(', ')}: ${hit[0]!.why}`
  }
  if (hazard.verdict === 'unknown') {
    const why = promised.find(({ effect }) => effect === 'unknown')?.why.split(';', 1)[0] ?? 'it is not resolved'
    return `;${passed} what it does to the device cannot be told: ${why}`
  }
  return policy === 'strict' ? '; the strict policy allows no write between freeze and finish' : ''
}
