/** Every rule's own samples: where carets stand, the finding of that message; in the good one, none. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { scenario } from '../../src/core/device/features/index.js'
import { rules } from '../../src/core/rules/index.js'
import { reviewSeries } from '../../src/core/series/reviewSeries.js'
import { seriesOf } from '../../src/core/series/series.js'
import { inputOf, sessionOf } from '../fixtures/memoryTree.js'

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

/** What a series rule's sample mail introduces on the tree that its diff is for. */
async function seriesFindings(mail: string) {
  const text = `Message-Id: <sample@example.org>\n${mail.trimStart()}`
  const series = seriesOf([text])!
  const whole = series.patches[0]!.files.filter(({ to }) => to === FILE)[0]!
  expect(whole.problem).toBeNull()
  const before = whole.hunks[0]!.lines.flatMap((line) => (line.kind === '+' ? [] : [line.text])).join('')
  const input = await inputOf({ [FILE]: before })
  return reviewSeries(input, series, { status: 'guessed', commit: null }).report.findings
}

const onTrees = rules.filter((rule) => !rule.checkSeries)
const onSeries = rules.filter((rule) => rule.checkSeries)

describe.each(onSeries.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('finds what its bad sample marks, and nothing else', async () => {
    const { text, marks } = readSample(rule.samples.bad)
    const found = (await seriesFindings(text)).filter((f) => f.rule === id)
    expect(marks).not.toEqual([])
    expect(found).toHaveLength(marks.length)
    const lines = text.split('\n')
    for (const [i, { line, key }] of marks.entries()) {
      expect(found[i]!.message).toMatch(pattern(rule.messages[key]!))
      const marked = lines[line - 1]!
      if (marked.startsWith('+'))
        expect(lines.filter((l) => /^(?:[+ ](?!\+\+))/.test(l))[found[i]!.line - 1]).toBe(marked)
    }
  })

  test('finds nothing in its good sample', async () => {
    expect((await seriesFindings(rule.samples.good)).filter((f) => f.rule === id)).toEqual([])
  })
})

describe.each(onTrees.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
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
})

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
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
