/** The guards of a file as places that rules speak of. */
import type { Hop } from '../report/schema.js'
import { decodeUtf8, type Lines } from '../text/lines.js'
import type { GuardUse, Spot } from './guardUses.js'
import type { KnownGuard } from './knownGuards.js'

export interface Place {
  readonly file: string
  /** 1-based; columns in UTF-16 units. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** When a function runs that is not the window of a live update. */
export type Outside = 'suspend' | 'resume' | 'remove' | 'hotplug'

/** A way into a function from outside the window. */
export interface OutsideWay {
  readonly when: Outside
  readonly path: readonly Hop[]
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
  readonly form: GuardUse['form']
  readonly skippedSaves: readonly PlacedSpot[]
  readonly finds: readonly PlacedSpot[]
  readonly guard: KnownGuard
  /** Ways into the function from outside the window, for a guard that is still true there. */
  readonly outside: readonly OutsideWay[]
}

/** Where a guard stands. */
export interface GuardedFunction {
  readonly name: string
  readonly file: string
  readonly lines: Lines
  /** Asked of a guard that outlives the window. */
  readonly outside: () => readonly OutsideWay[]
}

export function guardSiteOf(use: GuardUse, { name, file, lines, outside }: GuardedFunction): GuardSite {
  const place = (start: number, end: number): Place => {
    const [from, to] = [lines.placeOf(start), lines.placeOf(end)]
    return { file, line: from.line, column: from.column, endLine: to.line, endColumn: to.column }
  }
  const placed = ({ what, at }: Spot): PlacedSpot => ({ what: decodeUtf8(what), place: place(at, at + what.length) })
  return {
    function: name,
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
    form: use.form,
    skippedSaves: use.skippedSaves.map(placed),
    finds: use.finds.map(placed),
    guard: use.guard,
    outside: outlivesWindow(use.guard) ? outside() : [],
  }
}

/** The guard is true after finish too, though nobody means it to be. */
function outlivesWindow({ lifetime }: KnownGuard): boolean {
  return lifetime === 'never cleared'
}
