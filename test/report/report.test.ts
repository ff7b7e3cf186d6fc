import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { jsonReport } from '../../src/core/report/json.js'
import type { Report } from '../../src/core/report/schema.js'
import { terseReport } from '../../src/core/report/terse.js'
import { textReport } from '../../src/core/report/text.js'
import { terminalText } from '../../src/core/text/terminal.js'
import { sessionOf } from '../fixtures/memoryTree.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'
import { breaches } from '../kernel/contract.js'
import { hostile, INVISIBLE, poisoned } from './hostile.js'

let report: Report
beforeAll(async () => {
  report = (await sessionOf(sampleFiles)).report()
})

describe('json', () => {
  test('keeps the contract', () => {
    expect(report.sites.length).toBeGreaterThan(50)
    expect(breaches(report)).toEqual([])
  })

  test('is the report, whatever texts are in it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(JSON.parse(jsonReport(poisoned(report, text)))).toEqual(
          JSON.parse(JSON.stringify(poisoned(report, text))),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('has one line a site and one a finding, so that two reports can be compared by line', () => {
    const lines = jsonReport(report).split('\n')
    expect(lines.filter((line) => line.startsWith('    {"id":'))).toHaveLength(report.sites.length)
    expect(lines.filter((line) => line.startsWith('    {"rule":'))).toHaveLength(report.findings.length)
  })

  test('of nothing', () => {
    const empty = { ...report, sites: [], findings: [] }
    expect(JSON.parse(jsonReport(empty))).toEqual(empty)
  })
})

describe('terse', () => {
  test('one line a finding, as checkpatch --terse prints them', () => {
    const lines = terseReport(report).split('\n')
    expect(lines.pop()).toBe('')
    expect(lines).toHaveLength(report.findings.length)
    for (const [i, line] of lines.entries()) {
      const { file, line: number, severity, rule, message } = report.findings[i]!
      expect(line).toBe(`${file}:${number}: ${severity.toUpperCase()}:${rule}: ${message}`)
    }
  })

  test('stays one line a finding, with nothing invisible in it, whatever the tree holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = terseReport(poisoned(report, text)).split('\n')
        expect(lines).toHaveLength(report.findings.length + 1)
        for (const line of lines) expect(line).not.toMatch(INVISIBLE)
      }),
      { numRuns: 50 },
    )
  })
})

describe('text', () => {
  const plain = { color: false, sourceLine: () => null }

  test('nothing invisible of the tree, nor of its source lines', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = textReport(poisoned(report, text), { color: false, sourceLine: () => text.replaceAll('\n', '') })
        for (const line of shown.split('\n')) expect(line).not.toMatch(INVISIBLE)
      }),
      { numRuns: 50 },
    )
  })

  test('with colours, every colour ends, and without them it is the same text', () => {
    const colored = textReport(report, { ...plain, color: true })
    const codes = [...colored.matchAll(/\u001b\[(\d+)m/g)].map((m) => m[1])
    expect(codes.length).toBeGreaterThan(0)
    for (const [i, code] of codes.entries()) expect(code === '0').toBe(i % 2 === 1)
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(textReport(report, plain))
  })

  test('the caret stands under the write, tabs before it or not', () => {
    const [finding] = report.findings
    const source = '\t  pci_write(dev);'
    const one = { ...report, findings: [{ ...finding!, column: 4, endLine: finding!.line, endColumn: 18 }] }
    const lines = textReport(one, { color: false, sourceLine: () => source }).split('\n')
    const [code, marks] = [lines[1]!, lines[2]!]
    expect(code.slice(marks.indexOf('^'), marks.lastIndexOf('~') + 1)).toBe('pci_write(dev)')
  })
})

describe('text for a terminal', () => {
  test('is the text itself when there is nothing to hide', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~é界]*$/), (text) => {
        expect(terminalText(text)).toBe(text)
      }),
    )
  })

  test('has nothing invisible, and no two texts look alike by it', () => {
    expect(terminalText('\u001b]0;x\u0007')).toBe('\\x1b]0;x\\x07')
    expect(terminalText('\u202e')).toBe('\\u202e')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(terminalText(text)).not.toMatch(INVISIBLE)
      }),
    )
  })
})

test('what is graver comes first, then what breaks more of the promised traffic, then the place', () => {
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  const broken = ({ site }: Report['findings'][number]): number => {
    const effects = site === null ? [] : (sites.get(site)?.hazard.effects ?? [])
    return effects.filter(({ flow, effect }) => effect === 'breaks' && report.flows.includes(flow)).length
  }
  const order = ['error', 'warning', 'info']
  const keys = report.findings.map((one) => [order.indexOf(one.severity), -broken(one)] as const)
  expect(keys).toEqual([...keys].sort((a, b) => a[0] - b[0] || a[1] - b[1]))
  expect(new Set(keys.map(String)).size).toBeGreaterThan(3)
  const words = terseReport(report)
    .match(/(?<=: )(?:ERROR|WARNING|INFO)(?=:)/g)!
    .map((word) => word.toLowerCase())
  expect(words).toEqual(report.findings.map(({ severity }) => severity))
})
