/** Every rule's own samples: where carets stand, the finding of that message; in the good one, none. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { scenario } from '../../src/core/device/features/index.js'
import { rules } from '../../src/core/rules/index.js'
import { sessionOf } from '../fixtures/memoryTree.js'

const FILE = 'drivers/pci/sample.c'
const checkout = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** A sample without its caret lines, and where each caret points: line and column of the marked code, message key. */
function readSample(sample: string) {
  const code: string[] = []
  const marks: { line: number; column: number; key: string }[] = []
  for (const line of sample.split('\n')) {
    const [, indent = '', key] = /^(\s*)\^+ (\w+)$/.exec(line) ?? []
    if (key === undefined) code.push(line)
    else marks.push({ line: code.length, column: indent.length + 1, key })
  }
  return { text: code.join('\n'), marks }
}

/** A message template as a pattern: what the check fills in can be anything. */
function pattern(template: string): RegExp {
  const parts = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('finds what its bad sample marks, and nothing else', async () => {
    const { text, marks } = readSample(rule.samples.bad)
    const session = await sessionOf({ [FILE]: text })
    const found = session.findings(FILE).filter((f) => f.rule === id)
    expect(marks).not.toEqual([])
    expect(found.map(({ line, column }) => ({ line, column }))).toEqual(
      marks.map(({ line, column }) => ({ line, column })),
    )
    for (const [i, { key }] of marks.entries()) expect(found[i]!.message).toMatch(pattern(rule.messages[key]!))
  })

  test('finds nothing in its good sample', async () => {
    const session = await sessionOf({ [FILE]: rule.samples.good })
    expect(session.sites(FILE)).not.toEqual([])
    expect(session.findings(FILE).filter((f) => f.rule === id)).toEqual([])
  })

  test('has one name for its code, its file and its page, and a scenario of the device model', () => {
    expect(id).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
    const stem = id.toLowerCase().replace(/_(\w)/g, (__, c: string) => c.toUpperCase())
    expect(existsSync(checkout(`src/core/rules/${stem}.ts`))).toBe(true)
    expect(existsSync(checkout(`media/rules/${id}.md`))).toBe(true)
    expect(scenario(rule.page.scenario)).not.toBeNull()
  })
})

test('no two rules share a name', () => {
  expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length)
})
