/** How many of the writes that count have their registers named and their change told; the others are listed by reason. */
import { describe, expect, test } from 'vitest'
import { PHASES, type Site } from '../../src/core/report/schema.js'
import { KERNELS, reportOn } from './kernelTree.js'

const counts = (site: Site): boolean =>
  PHASES.some((phase) => {
    const at = site.phases[phase]
    return at.reachable && at.counts
  })
const isNamed = (site: Site): boolean => site.fields.length > 0
const isTold = (site: Site): boolean => isNamed(site) && site.fields.every((field) => field.change !== 'unknown')

function reasonOf(site: Site): string {
  if (isNamed(site)) return 'the value is not known'
  if (/^(where|reg|pirq)$/.test(site.offset ?? '')) return 'the register is an argument that its callers do not name'
  return 'the register is computed'
}

describe.each(KERNELS)('%s', (kernel) => {
  const core = () => reportOn(kernel).sites.filter((site) => site.scope === 'core' && counts(site))
  const ofConfig = () => core().filter((site) => site.kind === 'config')

  test.each([
    ['all sites', core],
    ['config sites', ofConfig],
  ])('%s of core scope that count: 90 of 100 named, 75 of 100 with every change told', (_, of) => {
    const sites = of()
    expect(sites.length).toBeGreaterThan(150)
    const others = sites.filter((site) => !isTold(site))
    const list = others.map((site) => `${reasonOf(site)}: ${site.file}:${site.line} ${site.offset}`).sort()
    expect(sites.filter(isNamed).length / sites.length, list.join('\n')).toBeGreaterThanOrEqual(0.9)
    expect(sites.filter(isTold).length / sites.length, list.join('\n')).toBeGreaterThanOrEqual(0.75)
  })
})
