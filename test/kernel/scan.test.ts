/** Whole kernels through the built command line: the report's form, its sums, and its bytes. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PHASES, type Severity } from '../../src/core/report/schema.js'
import { breaches } from './contract.js'
import { KERNELS, NEWEST, reportOn, scanKernel, sharedScan, sourceOf, treeOf } from './kernelTree.js'

describe.each(KERNELS)('%s', (kernel) => {
  test('a scan ends with 0 or 1, and with nothing on stderr', () => {
    const { status, stderr } = sharedScan(kernel)
    expect(stderr).toBe('')
    expect([0, 1]).toContain(status)
    expect(status).toBe(reportOn(kernel).findings.some((finding) => finding.severity === 'error') ? 1 : 0)
  })

  test('the report keeps the contract', () => {
    expect(breaches(reportOn(kernel))).toEqual([])
  })

  test('every file that the report names is in the tree', () => {
    const { sites } = reportOn(kernel)
    const paths = sites.flatMap((site) =>
      PHASES.flatMap((phase) => {
        const at = site.phases[phase]
        return at.reachable ? at.path.map((hop) => hop.file) : []
      }),
    )
    const named = new Set([...sites.map((site) => site.file), ...paths])
    expect([...named].filter((path) => !existsSync(join(treeOf(kernel), path)))).toEqual([])
  })

  test('the tree is told: version, files, what was left out', () => {
    const { tree } = reportOn(kernel)
    const makefile = sourceOf(kernel, 'Makefile')
    const part = (name: string) => new RegExp(`^${name} = (\\d+)$`, 'm').exec(makefile)?.[1]
    expect(tree.kernel).toBe(['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(part).join('.'))
    expect(tree.arch).toBe('x86')
    expect(tree.files).toBeGreaterThan(30_000)
    expect(tree.functions).toBeGreaterThan(tree.files)
    expect(tree.calls).toBeGreaterThan(tree.functions)
    expect(tree.unresolved.unreadableFiles).toBe(0)
    expect(tree.skipped.map((skipped) => skipped.path)).toContain('drivers/gpu/drm/amd/include')
  })

  test('the summary is the sum of the sites and findings', () => {
    const { sites, findings, summary } = reportOn(kernel)
    const reachable = sites.filter((site) => PHASES.some((phase) => site.phases[phase].reachable))
    const count = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
    expect(summary).toEqual({
      sites: sites.length,
      reachable: reachable.length,
      unguarded: reachable.filter((site) => site.guard.status === 'unguarded').length,
      errors: count('error'),
      warnings: count('warning'),
      infos: count('info'),
    })
    expect(summary.sites).toBeGreaterThan(1000)
    expect(summary.reachable).toBeLessThan(summary.sites)
  })
})

test('the same bytes on one thread, on two, and in a second run', () => {
  const { stdout } = sharedScan(NEWEST)
  expect(scanKernel(NEWEST, 1).stdout === stdout, 'one thread').toBe(true)
  expect(scanKernel(NEWEST, 2).stdout === stdout, 'second run').toBe(true)
})
