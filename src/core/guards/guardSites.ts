/** The guards of a file as places that rules speak of. */
import { decodeUtf8, type Lines } from '../text/lines.js'
import type { GuardUse, Spot } from './guardUses.js'

export interface Place {
  readonly file: string
  /** 1-based; columns in UTF-16 units. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface PlacedSpot {
  readonly what: string
  readonly place: Place
}

/** One guard that a function asks, and what the function does with it; see `GuardUse`. */
export interface GuardSite {
  readonly function: string
  readonly name: string
  readonly device: string
  readonly condition: string
  readonly place: Place
  readonly isEmpty: boolean
  readonly skipsWrite: boolean
  readonly restores: boolean
  readonly staleShadows: readonly PlacedSpot[]
  readonly falseSuccess: PlacedSpot | null
  readonly keptDelays: readonly PlacedSpot[]
  readonly unset: readonly PlacedSpot[]
}

export function guardSiteOf(use: GuardUse, fn: string, file: string, lines: Lines): GuardSite {
  const place = (start: number, end: number): Place => {
    const [from, to] = [lines.placeOf(start), lines.placeOf(end)]
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }
  const placed = ({ what, at }: Spot): PlacedSpot => ({ what: decodeUtf8(what), place: place(at, at + what.length) })
  return {
    function: fn,
    name: use.guard.name,
    device: decodeUtf8(use.device),
    condition: decodeUtf8(use.condition),
    place: place(use.start, use.end),
    isEmpty: use.isEmpty,
    skipsWrite: use.skipsWrite,
    restores: use.restores,
    staleShadows: use.staleShadows.map(placed),
    falseSuccess: use.falseSuccess && placed(use.falseSuccess),
    keptDelays: use.keptDelays.map(placed),
    unset: use.unset.map(placed),
  }
}
