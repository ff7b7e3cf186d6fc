/** What the rules say of a real series: every defect that was found in it by reading, and a reason asked for each guard. */

import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PHASES } from '../../src/core/report/schema.js'
import { describeWhere } from '../fixtures/whereGiven.js'
import { breaches } from './contract.js'
import { FOUND_IN_RFC, ofRfc } from './rfcList.js'
import { rfcSeries, type SeriesScan, scanOfRfc } from './seriesScan.js'

describeWhere(existsSync(rfcSeries), 'findings on the RFC', `there is no ${rfcSeries}, the mails of the series`, () => {
  let scan: SeriesScan

  beforeAll(() => {
    scan = scanOfRfc()
  }, 240_000)

  afterAll(() => scan?.tree.remove())

  test('keep the contract', () => {
    expect(breaches(scan.report)).toEqual([])
  })

  test.each(FOUND_IN_RFC)('%s in %s: %s', (...defect) => {
    expect(ofRfc(defect, scan.report)).not.toEqual([])
  })

  test('there are two guards on the wrong device, three crashes and one write too early, and no more', () => {
    const count = (rule: string) => scan.report.findings.filter((finding) => finding.rule === rule).length
    expect(['WRONG_DEVICE_GUARD', 'CRASH_GUARD', 'WRITE_BEFORE_GUARD'].map(count)).toEqual([2, 3, 1])
  })

  test('every guard is asked for its reason, since the patch gives none', () => {
    const asked = new Set(
      scan.report.findings
        .filter(({ rule }) => rule === 'MISSING_JUSTIFICATION' || rule === 'VACUOUS_JUSTIFICATION')
        .map(({ file, line }) => `${file}:${line}`),
    )
    const guards = scan.report.sites.flatMap(({ guard, phases }) => {
      const all = PHASES.flatMap((phase) => (phases[phase].reachable ? [phases[phase].guard] : []))
      return [guard, ...all].flatMap(({ file, line }) => (file === null ? [] : [`${file}:${line}`]))
    })
    expect(guards.length).toBeGreaterThan(60)
    expect([...new Set(guards)].filter((place) => !asked.has(place))).toEqual([])
  })
})
