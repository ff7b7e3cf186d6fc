import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineChanges } from '../../src/server/lineChanges.js'

const text = (...lines: readonly string[]) => lines.join('\n')

describe('lineChanges', () => {
  test.each([
    ['a changed line', text('a', 'b', 'c'), text('a', 'x', 'c'), [[2, 2]]],
    ['added lines', text('a', 'c'), text('a', 'b', 'b', 'c'), [[2, 3]]],
    ['a removed line marks both sides', text('a', 'guard', 'b', 'c'), text('a', 'b', 'c'), [[1, 2]]],
    ['a removed first line', text('guard', 'a', 'b'), text('a', 'b'), [[1, 1]]],
    ['a removed last line', text('a', 'b', 'guard'), text('a', 'b'), [[2, 2]]],
    [
      'two places',
      text('a', 'b', 'c', 'd', 'e'),
      text('a', 'B', 'c', 'd', 'E'),
      [
        [2, 2],
        [5, 5],
      ],
    ],
    ['line ends of either kind are equal', 'a\r\nb', 'a\nb', []],
  ] as const)('%s', (_name, before, after, expected) => {
    expect(lineChanges(before, after).map(({ start, end }) => [start, end])).toEqual(expected)
  })

  test('a rewrite beyond the limit counts as changed as a whole', () => {
    const many = (word: string) => Array.from({ length: 3000 }, (_, at) => `${word}${at}`).join('\n')
    expect(lineChanges(`first\n${many('a')}`, `first\n${many('b')}`)).toEqual([{ start: 2, end: 3001 }])
  })

  test('the lines that are not marked are, in order, lines of the older text', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const changed = lineChanges(text(...before), text(...after))
        const kept = text(...after)
          .split('\n')
          .filter((_, at) => !changed.some(({ start, end }) => at + 1 >= start && at + 1 <= end))
        const older = text(...before).split('\n')
        let from = 0
        for (const line of kept) {
          from = older.indexOf(line, from) + 1
          expect(from).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('equal texts differ nowhere, others somewhere', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', ''), { maxLength: 8 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const same = text(...before) === text(...after)
        expect(lineChanges(text(...before), text(...after)).length === 0).toBe(same)
      }),
    )
  })
})
