/** What the rules say of the second series: its bus master guard is asked by suspend and remove too, and is never cleared. */

import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWhere } from '../fixtures/whereGiven.js'
import { breaches } from './contract.js'
import { type SeriesScan, scanOfSecond, secondSeries } from './seriesScan.js'

const missing = `there is no ${secondSeries}, the mails of the series`

describeWhere(existsSync(secondSeries), 'findings on v2', missing, () => {
  let scan: SeriesScan

  beforeAll(() => {
    scan = scanOfSecond()
  }, 240_000)

  afterAll(() => scan?.tree.remove())

  const found = (rule: string) => scan.report.findings.filter((finding) => finding.rule === rule)

  test('keep the contract', () => {
    expect(breaches(scan.report)).toEqual([])
  })

  test('the guard in do_pci_disable_device() also acts in suspend and remove, each with its path', () => {
    const finding = found('GUARD_OUTSIDE_WINDOW').find(({ message }) => message.includes('do_pci_disable_device()'))
    expect(finding).toMatchObject({ file: 'drivers/pci/pci.c', severity: 'warning' })
    expect(finding!.message).toMatch(/in suspend \(pci_pm_suspend\(\) > .*pci_disable_enabled_device\(\)\)/)
    expect(finding!.message).toMatch(/a driver lets the device go \(\w+_remove\(\) > .*pci_disable_device\(\)\)/)
    expect(finding!.related.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^pci_pm_suspend\(\) is entered/),
    )
  })

  test('so does the guard in __pci_set_master(), and no other', () => {
    expect(found('GUARD_OUTSIDE_WINDOW').map(({ message }) => /keeps (\w+)/.exec(message)?.[1])).toEqual([
      'do_pci_disable_device',
      '__pci_set_master',
    ])
  })

  test('what is never cleared still holds when the new kernel is up', () => {
    expect(found('INERT_GUARD')).toEqual([])
  })
})
