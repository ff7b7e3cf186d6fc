/** SARIF against the schema of its standard, and what a code scanning service makes of it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultSettings } from '../../src/core/config/settings.js'
import { againstBaseline, readBaseline, updatedBaseline } from '../../src/core/report/baseline.js'
import { sarifReport } from '../../src/core/report/sarif.js'
import { PHASES, type Report } from '../../src/core/report/schema.js'
import { rules } from '../../src/core/rules/index.js'
import { sessionOf } from '../fixtures/memoryTree.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'
import { hostile, INVISIBLE, poisoned } from './hostile.js'

const require = createRequire(import.meta.url)
// Draft 4 of JSON Schema; it uses nothing that later drafts read otherwise but the name of its id.
const { $schema, id, ...schema } = JSON.parse(
  readFileSync(require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
)
const isUri = (text: string): boolean => /^[a-z][\w+.-]*:\S*$/i.test(text)
const isUriReference = (text: string): boolean => /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-F]{2})*$/i.test(text)
const formats = { uri: isUri, 'uri-reference': isUriReference, 'date-time': /^\d{4}-\d\d-\d\dT/ }
const isSarif = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, formats }).compile(schema)

function checked(report: Report) {
  const log = JSON.parse(sarifReport(report))
  isSarif(log)
  expect(isSarif.errors ?? []).toEqual([])
  return log.runs[0]
}

const scope = { settings: defaultSettings, paths: [] }
const comment = '/* liveupdate-review: ignore UNGUARDED_WRITE: the console bridge is never handed over */'
let report: Report
beforeAll(async () => {
  const path = 'drivers/pci/probe.c'
  const line = /^\tpci_write_config_word\(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER/m
  const files = { ...sampleFiles, [path]: sampleFiles[path]!.replace(line, `\t${comment}\n$&`) }
  report = (await sessionOf(files)).report()
})

test('the schema is that of SARIF 2.1.0, and refuses what is none', () => {
  expect([$schema, id]).toEqual(['http://json-schema.org/draft-04/schema#', expect.stringContaining('sarif-2.1.0')])
  expect(isSarif({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).toBe(false)
})

test('keeps the schema, and is the same in every run', () => {
  const run = checked(report)
  expect(run.results).toHaveLength(report.findings.length + 1)
  expect(run.columnKind).toBe('utf16CodeUnits')
  expect(sarifReport(report)).toBe(sarifReport(report))
})

test('keeps the schema with nothing found', () => {
  checked({ ...report, sites: [], findings: [], suppressed: [] })
})

test('describes every rule with its whole page', () => {
  const described = checked(report).tool.driver.rules
  expect(described.map(({ id }: { id: string }) => id)).toEqual(rules.map(({ id }) => id))
  const { publisher, name } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  for (const { id, helpUri } of described) expect(helpUri).toBe(`vscode://${publisher}.${name}/rules/${id}`)
  for (const { id, help } of described)
    expect(readFileSync(new URL(`../../media/rules/${id}.md`, import.meta.url), 'utf8')).toBe(help.markdown)
})

test('has one code flow for each phase in which a site counts, with one thread flow that ends at the write', () => {
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  for (const { codeFlows = [], properties } of checked(report).results) {
    const site = sites.get(properties?.site)
    if (!site) {
      expect(codeFlows).toEqual([])
      continue
    }
    const counting = PHASES.filter(
      (phase) => site.phases[phase].reachable && 'counts' in site.phases[phase] && site.phases[phase].counts,
    )
    expect(
      codeFlows.map(({ threadFlows }: { threadFlows: { id: string }[] }) => threadFlows.map(({ id }) => id)),
    ).toEqual(counting.map((phase) => [phase]))
    for (const { threadFlows } of codeFlows) {
      const { artifactLocation, region } = threadFlows[0].locations.at(-1).location.physicalLocation
      expect([decodeURIComponent(artifactLocation.uri), region.startLine]).toEqual([site.file, site.line])
    }
  }
})

test('tells suppressed findings with the reason', () => {
  const suppressed = checked(report).results.filter(
    ({ suppressions }: { suppressions: unknown[] }) => suppressions.length > 0,
  )
  expect(suppressed).toHaveLength(1)
  expect(suppressed[0].suppressions[0]).toMatchObject({
    kind: 'inSource',
    justification: 'the console bridge is never handed over',
  })
})

describe('against a baseline', () => {
  test('every result has a state: new, unchanged or absent', () => {
    const { text } = updatedBaseline({ ...report, findings: report.findings.slice(1) }, [], scope)
    const entries = readBaseline(text)
    if ('problem' in entries) throw new Error(entries.problem)
    const gone = { key: 'UNGUARDED_WRITE:a.c#f#g#1', rule: 'UNGUARDED_WRITE', file: 'a.c', message: 'it was here' }
    const { results } = checked(againstBaseline(report, [...entries, gone], scope))
    const count = (state: string) =>
      results.filter(({ baselineState }: { baselineState: string }) => baselineState === state).length
    expect([count('new'), count('absent')]).toEqual([1, 1])
    expect(count('unchanged')).toBe(results.length - 2)
  })
})

test('keeps the schema whatever the tree holds, with nothing invisible and no link in it', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { results } = checked(poisoned(report, `${text}[x](1)`))
      for (const { message } of results) {
        expect(message.text).not.toMatch(INVISIBLE)
        expect(message.text).not.toMatch(/(?<!\\)\]\(/)
      }
    }),
    { numRuns: 10 },
  )
})
