/** The guards of a file, read with what the program knows of the calls under them. */
import type { Settings } from '../config/settings.js'
import type { CParser } from '../functions/parser.js'
import { type GuardSite, guardSiteOf, type OutsideWay } from '../guards/guardSites.js'
import { guardUses } from '../guards/guardUses.js'
import { readFunction } from '../guards/readFunction.js'
import type { FileFacts } from '../index/facts.js'
import { leadsTo } from '../program/callers.js'
import type { Program } from '../program/linker.js'
import { outsideWays } from '../program/outsideWindow.js'
import type { ProgramGuards } from '../program/programGuards.js'
import { Lines } from '../text/lines.js'
import { sourceOfRow } from './sourceOfRow.js'
import { accessorsSeenFrom, type Writers } from './writers.js'

export class GuardReader {
  private leads: Uint8Array | null = null
  private outside: ReadonlyMap<number, readonly OutsideWay[]> | null = null

  constructor(
    private readonly program: Program,
    private readonly guards: ProgramGuards,
    private readonly writers: Pick<Writers, 'wrappers'> & { readonly writing: readonly number[] },
    private readonly parser: CParser,
    private readonly settings: Pick<Settings, 'drivers'>,
  ) {}

  /** Guards of file `f`, whose text and facts are given: they may be newer than what was linked. */
  of(f: number, text: string, facts: FileFacts, holds: (body: string) => boolean): readonly GuardSite[] {
    const { symbols, index } = this.program
    const functions = facts.rows('functions')
    const isLinked = facts === index.files[f]!.facts
    const lines = new Lines(text)
    const found: GuardSite[] = []
    for (let row = 0; row < functions.count; row++) {
      const fn = isLinked ? symbols.first[f]! + row : null
      const body = text.slice(functions.get(row, 'body'), functions.get(row, 'end'))
      if (fn === null ? !holds(body) : !this.guards.holds(fn)) continue
      // A guard's own definition asks in order to answer.
      const name = index.names.text(functions.get(row, 'name'))
      if (this.guards.of(f, fn).call(name)) continue
      const source = sourceOfRow(text, facts, row)
      if (!source || source.isMacro) continue
      const read = readFunction(source, this.parser, this.guards.of(f, fn))
      for (const use of guardUses(read, (call) => this.writes(f, call.receiver ? null : call.callee)))
        found.push(guardSiteOf(use, { name, file: index.files[f]!.path, lines, outside: () => this.outsideOf(fn) }))
    }
    return found
  }

  private outsideOf(fn: number | null): readonly OutsideWay[] {
    if (fn === null) return []
    this.outside ??= outsideWays(this.program, this.settings, this.guards.holders)
    return this.outside.get(fn) ?? []
  }

  /** A call through a field may lead anywhere, and what it does for a guard is not known. */
  private writes(f: number, callee: string | null): boolean {
    if (callee === null) return true
    const { symbols, index, graph } = this.program
    if (accessorsSeenFrom(this.program, this.writers.wrappers, f)(callee)) return true
    this.leads ??= leadsTo(graph, this.writers.writing)
    symbols.enterFile(f)
    return symbols.resolve(index.names.id(callee)).some((fn) => this.leads![fn] === 1)
  }
}
