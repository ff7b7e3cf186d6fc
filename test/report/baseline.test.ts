import { beforeAll, describe, expect, test } from 'vitest'
import { defaultSettings, type Settings } from '../../src/core/config/settings.js'
import { againstBaseline, readBaseline, updatedBaseline } from '../../src/core/report/baseline.js'
import { withKeys } from '../../src/core/report/findingKey.js'
import type { BaselineEntry, Report } from '../../src/core/report/schema.js'
import { sessionOf } from '../fixtures/memoryTree.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'

let report: Report
beforeAll(async () => {
  report = (await sessionOf(sampleFiles)).report()
})
const whole = { settings: defaultSettings, paths: [] as readonly string[] }
const gone: BaselineEntry = {
  key: 'UNGUARDED_WRITE:drivers/a.c#f#g#1',
  rule: 'UNGUARDED_WRITE',
  file: 'drivers/a.c',
  message: 'm',
}

function entriesOf(text: string): readonly BaselineEntry[] {
  const entries = readBaseline(text)
  if ('problem' in entries) throw new Error(entries.problem)
  return entries
}

test('what a baseline knows does not count, and what comes is new', () => {
  const { text, added, total } = updatedBaseline(report, [], whole)
  expect([added, total]).toEqual([report.findings.length, report.findings.length])
  const all = againstBaseline(report, entriesOf(text), whole)
  expect(all).toMatchObject({ findings: [], summary: { errors: 0, warnings: 0, infos: 0 }, baseline: { absent: [] } })
  expect(all.baseline!.known).toHaveLength(report.findings.length)
  const [first, ...others] = entriesOf(text)
  const less = againstBaseline(report, others, whole)
  expect(less.findings.map(({ key }) => key)).toEqual([first!.key])
  const { errors, warnings, infos } = less.summary
  expect(errors + warnings + infos).toBe(1)
})

test('a second update changes nothing, byte for byte', () => {
  const { text } = updatedBaseline(report, [], whole)
  expect(updatedBaseline(report, entriesOf(text), whole)).toMatchObject({ text, added: 0, pruned: 0 })
})

test('what is no longer found is absent, and pruned', () => {
  expect(againstBaseline(report, [gone], whole).baseline!.absent).toEqual([gone])
  expect(updatedBaseline(report, [gone], whole)).toMatchObject({ pruned: 1, total: report.findings.length })
})

describe('what was not looked at is neither absent nor pruned', () => {
  const narrowed: readonly [string, { settings: Settings; paths: readonly string[] }][] = [
    ['another path', { ...whole, paths: ['drivers/pci'] }],
    ['another phase', { ...whole, settings: { ...defaultSettings, phases: ['boot'] } }],
    ['another rule', { ...whole, settings: { ...defaultSettings, rules: ['-UNGUARDED_WRITE'] } }],
  ]
  test.each(narrowed)('%s', (_, scope) => {
    expect(againstBaseline(report, [gone], scope).baseline!.absent).toEqual([])
    expect(updatedBaseline(report, [gone], scope).pruned).toBe(0)
  })
})

test('keys stay while lines move, and differ from each other', async () => {
  const path = 'drivers/pci/probe.c'
  const moved = (await sessionOf({ ...sampleFiles, [path]: `\n\n\n${sampleFiles[path]}` })).report()
  expect(moved.findings.map(({ line }) => line)).not.toEqual(report.findings.map(({ line }) => line))
  expect(moved.findings.map(({ key }) => key)).toEqual(report.findings.map(({ key }) => key))
  expect(new Set(report.findings.map(({ key }) => key)).size).toBe(report.findings.length)
})

test('without a site a key is file, function and the text of the line; the second of its kind is told apart', () => {
  const { key: _, ...finding } = { ...report.findings[0]!, site: null }
  const keys = (line: string) => withKeys([finding, finding], () => ({ function: 'f', line })).map(({ key }) => key)
  const [first, second] = keys('\tif (a)  b();')
  expect(first).toMatch(/^[A-Z_]+:[\w/.-]+\.c#f#h[0-9a-f]{16}$/)
  expect(second).toBe(`${first}.2`)
  expect(keys('if (a) b();')[0]).toBe(first)
  expect(keys('if (a) c();')[0]).not.toBe(first)
})

test.each([
  ['', /line 1: it is no JSON/],
  ['[]', /no baseline/],
  ['{"schema": 2, "findings": []}', /no baseline/],
  ['{"schema": 1, "findings": [\n{"key": 1}]}', /line 2: an entry/],
])('%j is none', (text, problem) => {
  expect(readBaseline(text)).toEqual({ problem: expect.stringMatching(problem) })
})
