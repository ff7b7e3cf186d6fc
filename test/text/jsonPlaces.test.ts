import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JsonNode, readJson } from '../../src/core/text/jsonPlaces.js'
import { nearestNames } from '../../src/core/text/nearestNames.js'

function bare({ value }: JsonNode): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, node]) => [key, bare(node)]))
  return Array.isArray(value) ? value.map(bare) : value
}

describe('JSON with places', () => {
  test('is what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 2), (text, indent) => {
        const shown = JSON.stringify(JSON.parse(text), null, indent)
        const node = readJson(shown)
        if ('problem' in node) throw new Error(node.problem)
        expect(JSON.stringify(bare(node))).toBe(JSON.stringify(JSON.parse(shown)))
      }),
    )
  })

  test('refuses what JSON.parse refuses, and never throws', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"', '1', '-', 'true', 'nul', '\\', '\n', ' '), {
          maxLength: 9,
        }),
        (parts) => {
          const text = parts.join('')
          let parses = true
          try {
            JSON.parse(text)
          } catch {
            parses = false
          }
          // A key that stands twice is refused as well: JSON.parse takes the last one without a word.
          const twice = 'problem' in readJson(text) && (readJson(text) as { problem: string }).problem.includes('twice')
          expect('problem' in readJson(text)).toBe(!parses || twice)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('knows where each value stands', () => {
    const node = readJson('{\n  "a": [1,\n    "x"]\n}')
    const list = (node as JsonNode & { value: Map<string, JsonNode> }).value.get('a')!
    expect(list).toMatchObject({ line: 2, column: 8, endLine: 3, endColumn: 9 })
    expect((list.value as readonly JsonNode[])[1]).toMatchObject({ line: 3, column: 5, endColumn: 8 })
  })

  test.each([
    ['{"a": 1,\n "a": 2}', 2, "the key 'a' stands twice"],
    ['{\n"a" 1}', 2, "':' is missing"],
    ['[1\n2]', 2, "']' or a comma is missing"],
    ['', 1, 'it ends too early'],
    ['"a', 1, 'a string is not closed'],
    [`${'['.repeat(1e5)}`, 1, 'it is nested too deeply'],
  ])('%j', (text, line, problem) => {
    expect(readJson(text)).toEqual({ problem, line })
  })
})

test('the nearest names come first, and what is far is not offered', () => {
  const known = ['UNGUARDED_WRITE', 'INERT_GUARD', 'bus-master', 'ats']
  expect(nearestNames('UNGARDED_WRITE', known)).toEqual(['UNGUARDED_WRITE'])
  expect(nearestNames('ungarded', known)).toEqual(['UNGUARDED_WRITE'])
  expect(nearestNames('busmaster', known)).toEqual(['bus-master'])
  expect(nearestNames('something else', known)).toEqual([])
})
