/** The join: a function's writes and its reach to the records that rules, reports and editors read. */
import type { Settings } from '../config/settings.js'
import { type PhaseHazards, phaseHazards } from '../device/phaseHazards.js'
import { areaOf } from '../program/areas.js'
import type { PhaseReach, Reach } from '../program/phases.js'
import {
  type GuardStatus,
  PHASES,
  type Phase,
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

export function siteOf(write: FunctionWrite, place: WriterPlace, reach: Reach, settings: Settings): Site {
  const start = place.lines.placeOf(write.start)
  const end = place.lines.placeOf(write.end)
  const own = guardOf(write, place)
  const hazards = hazardsOf(write, reach, settings)
  const phases = Object.fromEntries(
    PHASES.map((phase) => [phase, phaseOf(phase, reach[phase], write, own, hazards)]),
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

function hazardsOf(write: FunctionWrite, reach: Reach, { flows }: Settings): PhaseHazards {
  const reached = PHASES.filter((phase) => reach[phase])
  const counting = reached.filter((phase) => reach[phase]?.counts)
  return phaseHazards({ ...write, onBridge: writesBridge(write) }, flows, reached, counting)
}

function phaseOf(
  phase: Phase,
  reach: PhaseReach | undefined,
  write: FunctionWrite,
  own: SiteGuard,
  hazards: PhaseHazards,
): SitePhase {
  if (!reach) return { reachable: false }
  const { counts, rootKind, root, through, path } = reach
  const guard = phaseGuard(phase, reach, write, own)
  const differs = hazards.own[phase]
  const hazard = differs ? { hazard: differs } : {}
  return { reachable: true, counts, root: { kind: rootKind, function: root }, through, guard, ...hazard, path }
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
