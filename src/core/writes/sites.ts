/** The join: a function's writes and its reach to the records that rules, reports and editors read. */
import type { Settings } from '../config/settings.js'
import { type HazardousWrite, type PhaseHazards, PhaseSimulator, phaseHazards } from '../device/phaseHazards.js'
import { areaOf } from '../program/areas.js'
import type { PhaseReach, Reach } from '../program/phases.js'
import type { PassedConstant } from '../program/specialise.js'
import {
  type GuardStatus,
  type Hazard,
  PHASES,
  type Phase,
  type ReachedPhase,
  type Scope,
  type Site,
  type SiteGuard,
  type SitePhase,
} from '../report/schema.js'
import { decodeUtf8, type Lines } from '../text/lines.js'
import type { FunctionWrite } from './functionWrites.js'
import { isBridgeRegister } from './registers.js'

export interface WriterPlace {
  readonly path: string
  readonly function: string
  readonly lines: Lines
  readonly isFixup: boolean
}

/** The write as it is under constants that a way passes, null if they leave it out. */
export type WriteUnder = (passed: readonly PassedConstant[]) => FunctionWrite | null

export function siteOf(
  write: FunctionWrite,
  place: WriterPlace,
  reach: Reach,
  settings: Settings,
  under: WriteUnder,
): Site {
  const start = place.lines.placeOf(write.start)
  const end = place.lines.placeOf(write.end)
  const own = guardOf(write, place)
  const { ways, hazards } = phaseWrites(write, reach, settings, under)
  const phases = Object.fromEntries(
    PHASES.map((phase) => [phase, phaseOf(phase, ways[phase], write, own, hazards)]),
  ) as Site['phases']
  return {
    id: `${place.path}#${place.function}#${write.callee}#${write.ordinal}`,
    file: place.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    function: place.function,
    callee: write.callee,
    kind: write.accessor.kind,
    offset: textOrNull(write.offset),
    width: write.width,
    fields: write.fields,
    value: write.value,
    device: textOrNull(write.device),
    scope: scopeOf(place),
    phases,
    guard: worstOf(phases, own),
    justification: { status: 'missing', where: null, reason: null },
    hazard: hazards.worst,
  }
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : decodeUtf8(text)
}

function guardOf(write: FunctionWrite, place: WriterPlace): SiteGuard {
  const { status, condition, at } = write.guard
  if (condition === null || at === null) return { status, by: null, condition: null, file: null, line: null }
  return { status, by: 'self', condition: decodeUtf8(condition), file: place.path, line: place.lines.placeOf(at).line }
}

/** A way to the write, with what is written on it. */
interface WayOfWrite {
  readonly reach: PhaseReach
  readonly written: HazardousWrite
  /** Constants of the way that decide what is written. */
  readonly passed: readonly PassedConstant[]
}

interface PhaseWrites {
  /** In each phase the way that is shown. */
  readonly ways: Readonly<Partial<Record<Phase, WayOfWrite>>>
  readonly hazards: PhaseHazards
}

function phaseWrites(write: FunctionWrite, reach: Reach, { flows }: Settings, under: WriteUnder): PhaseWrites {
  const simulator = new PhaseSimulator(flows)
  const plain = { fields: write.fields, value: write.value, onBridge: writesBridge(write) }
  const ways: Partial<Record<Phase, WayOfWrite>> = {}
  const hazards: Partial<Record<Phase, Hazard>> = {}
  for (const phase of PHASES) {
    const made = waysMade(reach[phase] ?? [], write, plain, under)
    if (made.length === 0) continue
    const way = shownWay(made, plain, ({ written }) => simulator.hazardAt(written, phase))
    ways[phase] = way
    hazards[phase] = simulator.hazardAt(way.written, phase)
  }
  const counting = PHASES.filter((phase) => ways[phase]?.reach.counts)
  return { ways, hazards: phaseHazards(hazards, counting, () => simulator.hazardAt(plain, 'boot')) }
}

/**
 * The way that matters most, with what is written on it: harm is proven by one way with its constants. Not so where
 * another way that matters as much does something else; and that it is harmless must hold of all ways. Where it does
 * not, the value is not resolved.
 */
function shownWay(
  ways: readonly WayOfWrite[],
  plain: HazardousWrite,
  hazardOf: (way: WayOfWrite) => Hazard,
): WayOfWrite {
  const first = ways[0]!
  const hazard = hazardOf(first)
  const others = isHarmless(hazard) ? ways : ways.filter(({ reach }) => String(reach.rank) === String(first.reach.rank))
  const agree = others.every((way) => graveness(hazardOf(way)) === graveness(hazard))
  return agree ? first : { ...first, written: plain, passed: [] }
}

function graveness(hazard: Hazard): string {
  return isHarmless(hazard) ? 'none' : hazard.verdict
}

function isHarmless({ verdict }: Hazard): boolean {
  return verdict === 'safe' || verdict === 'expected'
}

/** The ways on which the write is made. One by the name of a field alone is looked at only if there is no other. */
function waysMade(
  ways: readonly PhaseReach[],
  write: FunctionWrite,
  plain: HazardousWrite,
  under: WriteUnder,
): readonly WayOfWrite[] {
  const made = ways.flatMap((reach): readonly WayOfWrite[] => {
    const passed = reach.passed.filter(({ position }) => write.deciding.some((one) => one.position === position))
    const written = passed.length > 0 ? under(passed) : write
    if (!written) return []
    if (isSameWrite(written, write)) return [{ reach, written: plain, passed: [] }]
    const deciding = passed.filter((one) => !isSameWrite(under(passed.filter((other) => other !== one)), written))
    return [{ reach, written: { ...plain, fields: written.fields, value: written.value }, passed: deciding }]
  })
  const certain = made.filter(({ reach }) => !reach.path.some(({ byName }) => byName))
  return certain.length > 0 ? certain : made
}

function isSameWrite(one: FunctionWrite | null, other: FunctionWrite | null): boolean {
  return one === other || JSON.stringify([one?.fields, one?.value]) === JSON.stringify([other?.fields, other?.value])
}

function phaseOf(
  phase: Phase,
  way: WayOfWrite | undefined,
  write: FunctionWrite,
  own: SiteGuard,
  hazards: PhaseHazards,
): SitePhase {
  if (!way) return { reachable: false }
  const { counts, rootKind, root, through, path } = way.reach
  const guard = phaseGuard(phase, way.reach, write, own)
  const differs = hazards.own[phase]
  const hazard = differs ? { hazard: differs } : {}
  const passed = way.passed.length > 0 ? passedOn(way, write) : {}
  return {
    reachable: true,
    counts,
    root: { kind: rootKind, function: root },
    through,
    guard,
    ...passed,
    ...hazard,
    path,
  }
}

function passedOn(
  { written, passed }: WayOfWrite,
  { deciding }: FunctionWrite,
): Pick<ReachedPhase, 'passed' | 'fields' | 'value'> {
  const named = passed.map(({ position, value, text }) => ({
    parameter: deciding.find((one) => one.position === position)!.name,
    text,
    value,
  }))
  return { passed: named, fields: written.fields, value: written.value }
}

/** The function's own guard, or that of the callers who stand on every way to it. */
function phaseGuard(phase: Phase, { protection }: PhaseReach, write: FunctionWrite, own: SiteGuard): SiteGuard {
  if (own.status !== 'unguarded' && !write.guard.phases.includes(phase)) return { ...own, status: 'inert' }
  if (own.status !== 'unguarded' || !protection) return own
  const { positions, phases, condition, file, line } = protection
  const covers = positions === 'all' || (write.devicePath !== null && positions.includes(write.devicePath))
  if (!covers) return own
  const status = phases.includes(phase) ? 'guarded' : 'inert'
  return { status, by: 'caller', condition: decodeUtf8(condition), file, line }
}

const WORST_FIRST: readonly GuardStatus[] = ['unguarded', 'wrong-device', 'crash', 'inert', 'partial', 'guarded']

/** The guard of the phase in which it is worst; the function's own if no phase reaches the site. */
function worstOf(phases: Site['phases'], own: SiteGuard): SiteGuard {
  const guards = PHASES.flatMap((phase) => {
    const at = phases[phase]
    return at.reachable ? [at.guard] : []
  })
  const rank = ({ status }: SiteGuard): number => WORST_FIRST.indexOf(status)
  return guards.sort((a, b) => rank(a) - rank(b))[0] ?? own
}

function scopeOf(place: WriterPlace): Scope {
  return place.isFixup ? 'fixup' : areaOf(place.path).scope
}

/** True when the write goes to a bridge above the preserved device: by the register, or by what the device is called. */
function writesBridge(write: FunctionWrite): boolean {
  if (write.fields.some((f) => isBridgeRegister(f.register))) return true
  return write.device !== null && /->bus->self$|^(bridge|parent|port|upstream)$/.test(write.device)
}
