/**
 * The sample kernel as a whole. The golden file is what the engine says of every write; media/sample/README.md says
 * what each function is there to show. After a change that is meant, `vitest -u` writes it anew: read the difference.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultSettings } from '../../src/core/config/settings.js'
import { githubReport } from '../../src/core/report/github.js'
import { htmlReport } from '../../src/core/report/html.js'
import { markdownReport } from '../../src/core/report/markdown.js'
import { proofText } from '../../src/core/report/proof.js'
import { sarifReport } from '../../src/core/report/sarif.js'
import { PHASES, type Report, type Site } from '../../src/core/report/schema.js'
import { terseReport } from '../../src/core/report/terse.js'
import { textReport } from '../../src/core/report/text.js'
import { openSession } from '../../src/node/session.js'

const root = fileURLToPath(new URL('../../media/sample/kernel', import.meta.url))
let report: Report
/** A part that is small enough to be read in every format. */
let part: Report

beforeAll(async () => {
  const session = await openSession(root, { settings: defaultSettings, jobs: 1 })
  report = session.report()
  part = session.report(undefined, ['drivers/pci/iov.c', 'drivers/pci/pcie'])
})

const sourceLine = (file: string, line: number): string | null =>
  readFileSync(`${root}/${file}`, 'utf8').split('\n')[line - 1] ?? null
const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64')

test('every write, and what is said of it', async () => {
  await expect(`${report.sites.map(siteText).join('\n')}\n`).toMatchFileSnapshot('sites.golden.txt')
})

test('every finding with its path, as a terminal shows it', async () => {
  await expect(textReport(report, { color: false, sourceLine })).toMatchFileSnapshot('findings.golden.txt')
})

test.each([
  ['part.terse', () => terseReport(part)],
  ['part.sarif', () => withoutRules(sarifReport(part))],
  ['part.md', () => markdownReport(part)],
  ['part.html', () => htmlReport(part, { sourceLine, sha256 })],
  ['part.github', () => githubReport(part)],
  ['proof', () => proofText(part.sites[0]!, part, sourceLine(part.sites[0]!.file, part.sites[0]!.line))],
])('two files as %s', async (name, text) => {
  expect(part.findings.length).toBeGreaterThan(1)
  await expect(text()).toMatchFileSnapshot(`${name}.golden.txt`)
})

/** The pages of the rules are tests of their own, and would change here with every rule. */
function withoutRules(sarif: string): string {
  const log = JSON.parse(sarif)
  log.runs[0].tool.driver.rules = []
  return `${JSON.stringify(log, null, 1)}\n`
}

describe('each guard form is told apart', () => {
  test.each([
    ['early return', 'pci_configure_mps', 'guarded'],
    ['wrapped block and else', 'sriov_init', 'guarded'],
    ['&&', 'pci_clear_stale_master', 'guarded'],
    ['||', 'pci_std_update_resource', 'guarded'],
    ['ternary', 'pci_configure_extended_tags', 'guarded'],
    ['goto', 'pcie_write_mps', 'guarded'],
    ['switch, zero means adopted', 'pci_configure_ari', 'guarded'],
    ['loop with continue', 'pcie_configure_common_clock', 'guarded'],
    ['zero return', 'pci_enable_acs', 'guarded'],
    ['in the caller', 'pci_power_up', 'guarded'],
    ['PCI_SER_GET', 'pci_intx_mask_broken', 'guarded'],
    ['another device', 'pci_configure_ltr', 'wrong-device'],
    ['BUG_ON', 'pci_msix_clear_and_set_ctrl', 'crash'],
    ['only one branch', 'pci_reset_command', 'unguarded'],
    ['no guard', '__pci_set_master', 'unguarded'],
  ])('%s: %s is %s at boot', (_, fn, status) => {
    const sites = sitesOf(fn)
    expect(sites).not.toEqual([])
    for (const { phases } of sites)
      expect(phases.boot).toMatchObject({ reachable: true, counts: true, guard: { status } })
  })

  test('what is written before the early return has no guard', () => {
    const [first] = sitesOf('pci_setup_bridge_mmio_pref')
    expect(first).toMatchObject({ fields: [{ register: 'PCI_PREF_LIMIT_UPPER32' }], guard: { status: 'unguarded' } })
  })
})

describe('each kind of edge leads to its function', () => {
  test.each([
    ['initcall', 'pci_prepare_ats'],
    ['registration', 'pcie_pme_interrupt_enable'],
    ['callback', 'pci_prepare_ats'],
    ['work', 'pci_check_pme_status'],
    ['fixup', 'quirk_stop_receiving'],
    ['macro', 'pci_pme_active'],
    ['field', 'pcie_flr'],
  ])('%s: %s', (edge, fn) => {
    const paths = sitesOf(fn).flatMap(({ phases }) =>
      PHASES.flatMap((p) => (phases[p].reachable ? [phases[p].path] : [])),
    )
    expect(paths.some((path) => path.some((hop) => hop.edge === edge))).toBe(true)
  })

  test.each([
    ['a suspend fixup', 'quirk_suspend_d3hot'],
    ['a resume fixup', 'quirk_resume_command'],
    ['a sysfs handler', 'config_store'],
    ['an ioctl', 'sample_net_ioctl'],
    ['a reset that is only probed for', 'pci_reset_bus_function'],
  ])('%s does not run at boot: %s', (_, fn) => {
    const sites = sitesOf(fn)
    expect(sites).not.toEqual([])
    for (const { phases } of sites) expect(phases.boot.reachable).toBe(false)
  })

  test.each([
    ['another driver’s probe does not count', 'sample_net_probe', false],
    ['a fixup does not count, its ids need not match', 'quirk_stop_receiving', false],
    ['the port driver does', 'pcie_portdrv_probe', true],
  ])('%s', (_, fn, counts) => {
    for (const { phases } of sitesOf(fn)) expect(phases.boot).toMatchObject({ reachable: true, counts })
  })

  test('a service’s probe turns its interrupt on, which is not the write that turns it off', () => {
    const [on, off] = sitesOf('pcie_pme_interrupt_enable')
    expect([on!.callee, off!.callee]).toEqual(['pcie_capability_set_word', 'pcie_capability_clear_word'])
    expect([on!.phases.boot, off!.phases.boot]).toMatchObject([{ reachable: true, counts: true }, { reachable: false }])
  })
})

function sitesOf(fn: string): readonly Site[] {
  return report.sites.filter((site) => site.function === fn)
}

function siteText(site: Site): string {
  const fields = site.fields.map((f) => `${[f.register, ...f.bits].join('+')} ${f.change}`).join(', ')
  const phases = PHASES.flatMap((phase) => {
    const at = site.phases[phase]
    if (!at.reachable) return []
    const through = at.through === null ? '' : ` through ${at.through}`
    return [
      `  ${phase}: ${at.counts ? 'counts' : 'does not count'}, ${at.guard.status} from ${at.root.kind} ${at.root.function}${through}`,
    ]
  })
  const guard = site.guard.condition === null ? '' : ` by ${site.guard.by}: ${site.guard.condition}`
  const head = `${site.id} ${site.scope} [${fields || 'register not resolved'}] ${site.guard.status}${guard}, ${site.hazard.verdict}`
  return [head, ...(phases.length > 0 ? phases : ['  in no phase'])].join('\n')
}
