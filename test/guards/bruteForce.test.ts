import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CParser } from '../../src/core/functions/parser.js'
import { cParser } from '../../src/node/wasm.js'
import { writesOf } from '../functions/writesOf.js'
import { runProgram } from './programRun.js'
import { type Language, type Program, programs } from './programs.js'
import { printed } from './programText.js'

let parser: CParser
beforeAll(async () => {
  parser = await cParser()
})

/** What the engine says of each write, beside what running the program says. */
function compared(program: Program) {
  const text = printed(program)
  const writes = writesOf(parser, text)
  const truths = runProgram(program)
  expect(writes.length, text).toBe(truths.length)
  return truths.map((truth, i) => ({
    ...truth,
    isGuarded: !['unguarded', 'partial'].includes(writes[i]!.guard.status),
    text,
    ordinal: i + 1,
  }))
}

const many = (language: Language, numRuns: number, check: (program: Program) => void): void =>
  fc.assert(fc.property(programs(language), check), { numRuns })

describe('against running the function', () => {
  test('guards in conditions: guarded exactly if no path reaches the write with the device preserved', () => {
    many({ hasState: false }, 1000, (program) => {
      for (const { isReached, isOpen, isGuarded, text, ordinal } of compared(program))
        if (isReached) expect(isGuarded, `write ${ordinal} of\n${text}`).toBe(!isOpen)
    })
  })

  test('guards in locals, devices that change: never said to be guarded if a path is open', () => {
    many({ hasState: true }, 1000, (program) => {
      for (const { isOpen, isGuarded, text, ordinal } of compared(program))
        if (isOpen) expect(isGuarded, `write ${ordinal} of\n${text}`).toBe(false)
    })
  })

  test('the programs are worth running: open and closed writes, each by the hundred', () => {
    for (const hasState of [false, true]) {
      const seen = fc.sample(programs({ hasState }), { numRuns: 500, seed: 1 }).flatMap(compared)
      expect(seen.filter((w) => w.isOpen).length).toBeGreaterThan(200)
      expect(seen.filter((w) => w.isReached && !w.isOpen).length).toBeGreaterThan(100)
      expect(seen.filter((w) => w.isReached && !w.isOpen && w.isGuarded).length).toBeGreaterThan(50)
    }
  })
})
