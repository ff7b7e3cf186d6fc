/**
 * Which functions act on the numbers they are passed: return early on one, run some lines for one value only, or hand one
 * on to a function that does.
 */
import { type FileFacts, FlagTest, type Rows } from '../index/facts.js'
import type { TreeIndex } from '../index/treeIndex.js'
import { followsFlags } from './areas.js'
import type { Symbols } from './symbols.js'

/** A test of a flag: one of FlagTest, and the name of the constant in it, 0 if there is none. */
export interface Test {
  readonly test: number
  readonly value: number
}

export interface PassedFlag {
  /** Line of the call. */
  readonly line: number
  /** Name of the function or field that is called. */
  readonly context: number
  readonly position: number
}

/** What a function does with one of its flags. */
export interface FlagUse {
  readonly returns: readonly (Test & { readonly line: number })[]
  /** Lines that run only if the test holds. */
  readonly blocks: readonly (Test & { readonly from: number; readonly to: number })[]
  readonly passes: readonly PassedFlag[]
}

const SECTIONS = ['earlyReturns', 'flagBlocks', 'flagsPassed'] as const
type FlagSection = (typeof SECTIONS)[number]

export class FlagUses {
  /** By function * 64 + position, the last of the rows about it; rows are kept by their number, few are ever read. */
  private readonly lastOf = new Map<number, number>()
  private readonly sections: number[] = []
  private readonly rowNumbers: number[] = []
  private readonly before: number[] = []
  private readonly known = new Map<number, FlagUse>()
  /** 1 for functions that run other lines for one value of a flag than for another. */
  readonly tests: Uint8Array
  /** 1 for these, for functions that write, and for functions that hand a flag on. */
  readonly takes: Uint8Array

  constructor(
    private readonly index: TreeIndex,
    private readonly symbols: Symbols,
    private readonly writing: readonly number[],
  ) {
    this.tests = new Uint8Array(symbols.count)
    this.takes = new Uint8Array(symbols.count)
    for (const fn of writing) this.takes[fn] = 1
    this.collectTests()
    this.collectHandedOn()
  }

  of(fn: number, position: number): FlagUse | undefined {
    const key = fn * 64 + position
    const last = this.lastOf.get(key)
    if (last === undefined) return undefined
    const use = this.known.get(key) ?? this.read(fn, last)
    this.known.set(key, use)
    return use
  }

  /** Those of the functions that are 1 in `wanted`, as function, position and use. */
  *entries(wanted: Uint8Array): Generator<readonly [number, number, FlagUse]> {
    for (const [key, last] of this.lastOf) {
      const fn = Math.floor(key / 64)
      if (wanted[fn]) yield [fn, key % 64, this.read(fn, last)]
    }
  }

  private read(fn: number, last: number): FlagUse {
    const facts = this.index.files[this.symbols.file[fn]!]!.facts!
    const [returns, blocks, passed] = SECTIONS.map((_, section) => this.rowsOf(section, last))
    const tests = facts.rows('earlyReturns')
    const ranges = facts.rows('flagBlocks')
    const handed = facts.rows('flagsPassed')
    return {
      returns: returns!.map((row) => ({
        test: tests.get(row, 'test'),
        value: tests.get(row, 'value'),
        line: tests.get(row, 'line'),
      })),
      blocks: blocks!.map((row) => ({
        test: ranges.get(row, 'test'),
        value: ranges.get(row, 'value'),
        from: ranges.get(row, 'from'),
        to: ranges.get(row, 'to'),
      })),
      passes: passed!.map((row) => ({
        line: handed.get(row, 'line'),
        context: handed.get(row, 'context'),
        position: handed.get(row, 'position'),
      })),
    }
  }

  /** Rows of a section, in their order, among those that end with entry `last`. */
  private rowsOf(section: number, last: number): readonly number[] {
    const rows: number[] = []
    for (let entry = last; entry >= 0; entry = this.before[entry]!)
      if (this.sections[entry] === section) rows.push(this.rowNumbers[entry]!)
    return rows.reverse()
  }

  private collectTests(): void {
    const { files } = this.index
    for (let f = 0; f < files.length; f++) {
      const { path, facts, isBuilt } = files[f]!
      if (!facts || !isBuilt) continue
      this.collectTestsOf(f, path, facts, 'earlyReturns')
      this.collectTestsOf(f, path, facts, 'flagBlocks')
    }
  }

  private collectTestsOf(f: number, path: string, facts: FileFacts, section: 'earlyReturns' | 'flagBlocks'): void {
    const rows = facts.rows(section)
    for (let row = 0; row < rows.count; row++) {
      if (rows.get(row, 'test') === FlagTest.hasBit && !followsFlags(path)) continue
      const fn = this.symbols.first[f]! + rows.get(row, 'owner')
      this.tests[fn] = this.takes[fn] = 1
      this.add(fn, rows.get(row, 'parameter'), section, row)
    }
  }

  /**
   * What is handed on. Most numbers are no flags: one that is no `bool` is followed only to functions, told by name, that
   * act on numbers themselves, and where that is worth it through fields and local pointers.
   */
  private collectHandedOn(): void {
    const acting = this.namesActing()
    this.eachHandedOn((fn, rows, row, isSure) => {
      if (!isSure && !acting.has(rows.get(row, 'context'))) return
      this.takes[fn] = 1
      this.add(fn, rows.get(row, 'parameter'), 'flagsPassed', row)
    })
  }

  /** Names of the functions that test a flag or write, or hand a number on to a function of such a name. */
  private namesActing(): ReadonlySet<number> {
    const { name } = this.symbols
    const acting = new Set<number>()
    for (const key of this.lastOf.keys()) acting.add(name[Math.floor(key / 64)]!)
    for (const fn of this.writing) acting.add(name[fn]!)
    /** By name of a callee, the functions that hand a number to it. */
    const handing = new Map<number, number[]>()
    this.eachHandedOn((fn, rows, row, isSure) => {
      const context = rows.get(row, 'context')
      if (isSure) acting.add(name[fn]!)
      else if (handing.has(context)) handing.get(context)!.push(fn)
      else handing.set(context, [fn])
    })
    // A set hands out what is added while it is walked.
    for (const callee of acting) for (const fn of handing.get(callee) ?? []) acting.add(name[fn]!)
    return acting
  }

  /** Every number that is handed on; `isSure`: a `bool`, or through a field or local pointer where that is worth it. */
  private eachHandedOn(visit: (fn: number, rows: Rows<'flagsPassed'>, row: number, isSure: boolean) => void): void {
    const { files } = this.index
    for (let f = 0; f < files.length; f++) {
      const { path, facts, isBuilt } = files[f]!
      if (!isBuilt || facts!.count('flagsPassed') === 0) continue
      const follows = followsFlags(path)
      const rows = facts!.rows('flagsPassed')
      for (let row = 0; row < rows.count; row++) {
        const isSure = rows.get(row, 'isBool') === 1 || (follows && !this.symbols.isDefined(rows.get(row, 'context')))
        visit(this.symbols.first[f]! + rows.get(row, 'owner'), rows, row, isSure)
      }
    }
  }

  private add(fn: number, position: number, section: FlagSection, row: number): void {
    const key = fn * 64 + position
    this.before.push(this.lastOf.get(key) ?? -1)
    this.lastOf.set(key, this.sections.push(SECTIONS.indexOf(section)) - 1)
    this.rowNumbers.push(row)
  }
}
