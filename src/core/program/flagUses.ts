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
    const acting = new Set<number>()
    for (const [key] of this.uses) acting.add(this.symbols.name[Math.floor(key / 64)]!)
    for (let before = -1; before !== acting.size; ) {
      before = acting.size
      this.eachHandedOn(acting, (fn) => acting.add(this.symbols.name[fn]!))
    }
    this.eachHandedOn(acting, (fn, rows, row) => {
      this.takes[fn] = 1
      this.use(fn, rows.get(row, 'parameter')).passes.push({
        line: rows.get(row, 'line'),
        context: rows.get(row, 'context'),
        position: rows.get(row, 'position'),
      })
    })
  }

  private eachHandedOn(
    acting: ReadonlySet<number>,
    visit: (fn: number, rows: Rows<'flagsPassed'>, row: number) => void,
  ): void {
    for (const [f, { path, facts, isBuilt }] of this.index.files.entries()) {
      if (!facts || !isBuilt) continue
      const follows = followsFlags(path)
      const rows = facts.rows('flagsPassed')
      for (let row = 0; row < rows.count; row++)
        if (this.isFollowed(rows, row, acting, follows))
          visit(this.symbols.first[f]! + rows.get(row, 'owner'), rows, row)
    }
  }

  private isFollowed(rows: Rows<'flagsPassed'>, row: number, acting: ReadonlySet<number>, follows: boolean): boolean {
    const context = rows.get(row, 'context')
    if (rows.get(row, 'isBool') === 1 || acting.has(context)) return true
    return follows && !this.symbols.isDefined(context)
  }

  private use(fn: number, position: number): FlagUse {
    const key = fn * 64 + position
    const use = this.uses.get(key) ?? { returns: [], blocks: [], passes: [] }
    this.uses.set(key, use)
    return use
  }
}
