/** The join: a function's writes and its reach to the records that rules, reports and editors read. */
import type { Settings } from '../config/settings.js'
import { hazardOf } from '../device/hazard.js'
import { areaOf } from '../program/areas.js'
import type { PhaseReach } from '../program/phases.js'
import { PHASES, type Phase, type Scope, type Site, type SiteGuard, type SitePhase } from '../report/schema.js'
import { decodeUtf8, type Lines } from '../text/lines.js'
import type { FunctionWrite } from './functionWrites.js'

export interface WriterPlace {
  readonly path: string
  readonly function: string
  readonly lines: Lines
  readonly isFixup: boolean
  readonly reach: Partial<Record<Phase, PhaseReach>>
}

export function siteOf(write: FunctionWrite, place: WriterPlace, settings: Settings): Site {
  const start = place.lines.placeOf(write.start)
  const end = place.lines.placeOf(write.end)
  const guard = guardOf(write, place)
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
    phases: Object.fromEntries(PHASES.map((phase) => [phase, phaseOf(place.reach[phase], guard)])) as Site['phases'],
    guard,
    justification: { status: 'missing', where: null, reason: null },
    hazard: hazardOf(write.fields, write.value, writesBridge(write), settings.flows),
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

function phaseOf(reach: PhaseReach | undefined, guard: SiteGuard): SitePhase {
  if (!reach) return { reachable: false }
  const { counts, rootKind, root, through, path } = reach
  return { reachable: true, counts, root: { kind: rootKind, function: root }, through, guard, path }
}

function scopeOf(place: WriterPlace): Scope {
  return place.isFixup ? 'fixup' : areaOf(place.path).scope
}

/** True when the write goes to a bridge above the preserved device: by the register, or by what the device is called. */
function writesBridge(write: FunctionWrite): boolean {
  const bridgeOnly = /^PCI_(PRIMARY_BUS|SECONDARY_BUS|SUBORDINATE_BUS|SEC_|IO_BASE|IO_LIMIT|MEMORY_|PREF_|BRIDGE_)/
  if (write.fields.some((f) => bridgeOnly.test(f.register))) return true
  return write.device !== null && /->bus->self$|^(bridge|parent|port|upstream)$/.test(write.device)
}
