/**
 * Which functions act on the numbers they are passed: return early on one, run some lines for one value only, or hand one
 * on to a function that does.
 */
import { FlagTest, type Rows } from '../index/facts.js'
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
  readonly returns: (Test & { readonly line: number })[]
  /** Lines that run only if the test holds. */
  readonly blocks: (Test & { readonly from: number; readonly to: number })[]
  readonly passes: PassedFlag[]
}

export class FlagUses {
  /** By function * 64 + position. */
  private readonly uses = new Map<number, FlagUse>()
  /** 1 for functions that run other lines for one value of a flag than for another. */
  readonly tests: Uint8Array
  /** 1 for these, and for functions that hand a flag on. */
  readonly takes: Uint8Array

  constructor(
    private readonly index: TreeIndex,
    private readonly symbols: Symbols,
  ) {
    this.tests = new Uint8Array(symbols.count)
    this.takes = new Uint8Array(symbols.count)
    this.collectTests()
    this.collectHandedOn()
  }

  of(fn: number, position: number): FlagUse | undefined {
    return this.uses.get(fn * 64 + position)
  }

  /** All of them, as function, position and use. */
  *entries(): Generator<readonly [number, number, FlagUse]> {
    for (const [key, use] of this.uses) yield [Math.floor(key / 64), key % 64, use]
  }

  private collectTests(): void {
    for (const [f, { path, facts, isBuilt }] of this.index.files.entries()) {
      if (!facts || !isBuilt) continue
      const leavesOut = (test: number): boolean => test === FlagTest.hasBit && !followsFlags(path)
      const returns = facts.rows('earlyReturns')
      for (let row = 0; row < returns.count; row++) {
        const [test, value] = [returns.get(row, 'test'), returns.get(row, 'value')]
        if (!leavesOut(test)) this.tested(f, returns, row).returns.push({ test, value, line: returns.get(row, 'line') })
      }
      const blocks = facts.rows('flagBlocks')
      for (let row = 0; row < blocks.count; row++) {
        const [test, value] = [blocks.get(row, 'test'), blocks.get(row, 'value')]
        if (leavesOut(test)) continue
        const [from, to] = [blocks.get(row, 'from'), blocks.get(row, 'to')]
        this.tested(f, blocks, row).blocks.push({ test, value, from, to })
      }
    }
  }

  private tested(f: number, rows: Rows<'earlyReturns'> | Rows<'flagBlocks'>, row: number): FlagUse {
    const fn = this.symbols.first[f]! + rows.get(row, 'owner')
    this.tests[fn] = this.takes[fn] = 1
    return this.use(fn, rows.get(row, 'parameter'))
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
      this.use(fn, rows.get(row, 'parameter')).passes.push({
        line: rows.get(row, 'line'),
        context: rows.get(row, 'context'),
        position: rows.get(row, 'position'),
      })
    })
  }

  /** Names of the functions that test a flag, or hand one on to a function of such a name. */
  private namesActing(): ReadonlySet<number> {
    const { name } = this.symbols
    const acting = new Set<number>()
    for (const [key] of this.uses) acting.add(name[Math.floor(key / 64)]!)
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
    for (const [f, { path, facts, isBuilt }] of this.index.files.entries()) {
      if (!facts || !isBuilt) continue
      const follows = followsFlags(path)
      const rows = facts.rows('flagsPassed')
      for (let row = 0; row < rows.count; row++) {
        const isSure = rows.get(row, 'isBool') === 1 || (follows && !this.symbols.isDefined(rows.get(row, 'context')))
        visit(this.symbols.first[f]! + rows.get(row, 'owner'), rows, row, isSure)
      }
    }
  }

  private use(fn: number, position: number): FlagUse {
    const key = fn * 64 + position
    const use = this.uses.get(key) ?? { returns: [], blocks: [], passes: [] }
    this.uses.set(key, use)
    return use
  }
}
