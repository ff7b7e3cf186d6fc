import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Bundle, bundlePanel, launchBrowser, type OpenPanel, openPanel } from './panelPage.js'
import { clearsMaster, masterSite, showMaster } from './shownSite.js'
import { themes } from './themes.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Browser
let bundle: Bundle

vi.setConfig({ testTimeout: 30_000 })

beforeAll(async () => {
  ;[browser, bundle] = await Promise.all([launchBrowser(), bundlePanel()])
}, 60_000)

afterAll(() => browser?.close())

async function withPanel(run: (panel: OpenPanel) => Promise<void>, width?: number): Promise<void> {
  const panel = await openPanel(browser, bundle, width)
  try {
    await run(panel)
    expect(panel.complaints).toEqual([])
  } finally {
    await panel.page.close()
  }
}

const flow = ({ page }: OpenPanel, name: string) => page.locator(`[data-flow="${name}"]`)
/** The text as it is laid out: `textContent` would run neighbouring parts together. */
function textOf(locator: Locator): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: a locator's method, and the layout is what is asked for
  return locator.innerText()
}

const current = ({ page }: OpenPanel) => page.locator('[aria-current="step"]')

test('the panel says that it is ready, and waits for something to show', () =>
  withPanel(async (panel) => {
    expect(await panel.sent()).toEqual([{ type: 'ready' }])
    expect(await panel.page.locator('.waiting').isVisible()).toBe(true)
    expect(await panel.page.locator('.content').isVisible()).toBe(false)
  }))

test('a cleared MASTER: DMA breaks, config goes on, and the drawing says where', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    expect(await textOf(panel.page.locator('.answer'))).toContain('Breaks a promised flow: dma')
    expect(await textOf(flow(panel, 'dma'))).toMatch(/dma\s+breaks\s+promised/)
    expect(await textOf(flow(panel, 'dma'))).toContain('the endpoint may not issue memory requests')
    expect(await textOf(flow(panel, 'config'))).toMatch(/config\s+goes on\s+promised/)
    expect(await textOf(flow(panel, 'vf-dma'))).toMatch(/vf-dma\s+goes on/)
    expect(await panel.page.getByRole('img').getAttribute('aria-label')).toContain('dma is cut at the endpoint')
    expect(await textOf(panel.page.locator('.part-decision'))).toContain('V7-11')
  }))

test('every flow of the report has its place in the list', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    expect(await panel.page.locator('.flow').count()).toBe(10)
  }))

test('the written byte and the written bit are marked in words too', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    expect(await panel.page.locator('.byte-table td.changed').allTextContents()).toEqual(['03 changed'])
    const row = panel.page.locator('.bit-table tr', { hasText: 'PCI_COMMAND_MASTER' })
    expect(await textOf(row)).toMatch(/1 → 0\s+written, changed/)
  }))

test('arrow keys step, and every step walks the flows again', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster({ scenario: 'bus-master/clear-then-set' }))
    expect(await textOf(current(panel))).toMatch(/^2\b/)
    expect(await textOf(flow(panel, 'dma'))).toContain('At this step it goes through')
    await panel.page.keyboard.press('ArrowLeft')
    expect(await textOf(current(panel))).toMatch(/^1\b/)
    expect(await textOf(flow(panel, 'dma'))).toContain('At this step it is cut')
    await panel.page.keyboard.press('ArrowLeft')
    await panel.page.keyboard.press('ArrowLeft')
    expect(await textOf(current(panel))).toMatch(/^0\b/)
    expect(await textOf(panel.page.locator('.told'))).toContain('hands it over')
    await panel.page.keyboard.press('ArrowRight')
    expect(await textOf(current(panel))).toMatch(/^1\b/)
  }))

test('space plays from the start to the end, and stops', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    await panel.page.keyboard.press('Space')
    expect(await textOf(current(panel))).toMatch(/^0\b/)
    expect(await panel.page.getByRole('button', { name: 'Pause' }).isVisible()).toBe(true)
    await panel.page.locator('[aria-current="step"]', { hasText: 'PCI_COMMAND' }).waitFor()
    await panel.page.getByRole('button', { name: 'Play' }).waitFor()
  }))

test('cold boot loses nothing, a guard that is on skips the write', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    await panel.page.getByRole('radio', { name: 'Cold boot' }).check()
    expect(await textOf(panel.page.locator('.answer'))).toContain('Safe for the promised flows')
    expect(await textOf(flow(panel, 'dma'))).toContain('Nothing runs at a cold boot')
    await panel.page.getByRole('radio', { name: 'Live update' }).check()
    expect(await textOf(panel.page.locator('.answer'))).toContain('Breaks')
    await panel.page.getByRole('radio', { name: 'On', exact: true }).check()
    expect(await textOf(panel.page.locator('.answer'))).toContain('Safe for the promised flows')
    expect(await textOf(panel.page.locator('.step-skipped'))).toContain('skipped')
  }))

test('the keyboard alone reaches the toggles, the steps and the path', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    const reached: string[] = []
    for (let i = 0; i < 30; i++) {
      await panel.page.keyboard.press('Tab')
      reached.push(
        await panel.page.evaluate<string>('document.activeElement.textContent || document.activeElement.name'),
      )
    }
    for (const wanted of ['situation', 'guard', 'phase', 'pci_clear_master()', 'drivers/base/core.c:4857'])
      expect(reached).toContain(wanted)
    expect(reached.some((text) => text.includes('handed over'))).toBe(true)
  }))

test('a hop opens where it is defined, its call where it is called, and the write its line', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    const path = panel.page.locator('.part-path')
    await path.getByRole('button', { name: 'pci_device_shutdown()' }).click()
    await path.getByRole('button', { name: 'drivers/base/core.c:4857' }).click()
    await path.getByRole('button', { name: 'pci_write_config_word()' }).press('Enter')
    expect((await panel.sent()).slice(1)).toEqual([
      { type: 'openLocation', file: 'drivers/pci/pci-driver.c', line: 528 },
      { type: 'openLocation', file: 'drivers/base/core.c', line: 4857 },
      { type: 'openLocation', file: 'drivers/pci/pci.c', line: 4236 },
    ])
  }))

test('a phase without a path says so', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster())
    await panel.page.getByRole('radio', { name: 'boot', exact: true }).check()
    expect(await textOf(panel.page.locator('.part-path'))).toContain('No path leads to this write in the boot phase')
    expect(await panel.page.locator('.hop').count()).toBe(0)
  }))

test('a write that the model has no scenario for shows what the report says, and plays nothing', () =>
  withPanel(async (panel) => {
    const site = masterSite([{ ...clearsMaster, register: 'PCI_AGP_COMMAND', feature: 'agp', bits: [] }])
    await panel.show(showMaster({ site, scenario: null }))
    expect(await textOf(panel.page.locator('.answer'))).toContain('Cannot be told')
    expect(await textOf(flow(panel, 'dma'))).toContain('device model has no PCI_AGP_COMMAND')
    expect(await panel.page.locator('.part-machine').isVisible()).toBe(false)
    expect(await panel.page.locator('.part-timeline').isVisible()).toBe(false)
    expect(await textOf(panel.page.locator('.part-decision'))).toContain('nothing has been decided')
  }))

test('an unresolved value is shown as the worst case, and says so', () =>
  withPanel(async (panel) => {
    const site = masterSite([{ ...clearsMaster, change: 'caller' }])
    await panel.show(showMaster({ site, scenario: site.hazard.scenario }))
    expect(await textOf(panel.page.locator('.caution'))).toContain('worst case')
    await panel.show(showMaster())
    expect(await panel.page.locator('.caution').isVisible()).toBe(false)
  }))

test('hostile text stays text', () =>
  withPanel(async (panel) => {
    const hostile = '<img src=x onerror="window.owned = true"><script>window.owned = true</script>'
    const site = masterSite()
    const { shutdown } = site.phases
    if (!shutdown.reachable) throw new Error('the fixture has a path')
    const hops = shutdown.path.map((hop) => ({ ...hop, function: hostile, file: hostile, via: hostile, edge: hostile }))
    const named = { ...site, function: hostile, callee: hostile, file: hostile }
    await panel.show(
      showMaster({
        site: {
          ...named,
          phases: {
            ...site.phases,
            shutdown: { ...shutdown, path: hops, through: hostile, root: { kind: hostile, function: hostile } },
          },
        },
        finding: { rule: hostile, message: hostile },
      }),
    )
    expect(await textOf(panel.page.locator('.finding'))).toContain(hostile)
    expect(await textOf(panel.page.locator('.hop').first())).toContain(hostile)
    expect(await panel.page.locator('img, #panel script').count()).toBe(0)
    expect(await panel.page.evaluate('window.owned')).toBeUndefined()
  }))

test('a message that is none of the protocol is ignored', () =>
  withPanel(async (panel) => {
    for (const message of [null, 7, {}, { type: 'hide' }])
      await panel.page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`)
    await panel.show(showMaster())
    expect(await panel.page.locator('.flow').count()).toBe(10)
  }))

test('nothing moves for those who asked for reduced motion', () =>
  withPanel(async (panel) => {
    const animation = `getComputedStyle(document.querySelector('.machine .lane-through .line')).animationName`
    await panel.show(showMaster({ scenario: 'bus-master/clear-then-set' }))
    await panel.page.keyboard.press('Space')
    expect(await panel.page.evaluate(animation)).toBe('flow')
    await panel.page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await panel.page.evaluate(animation)).toBe('none')
  }))

test('nothing is wider than a panel of 400 pixels', () =>
  withPanel(async (panel) => {
    await panel.show(showMaster({ scenario: 'bus-master/clear-then-set' }))
    expect(await panel.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400)
  }, 400))

test.each(themes.map((theme) => [theme.name, theme] as const))(
  'axe finds nothing to object to in the %s theme',
  (_, theme) =>
    withPanel(async (panel) => {
      await panel.wear(theme)
      await panel.show(showMaster({ scenario: 'bus-master/clear-then-set' }))
      await panel.page.evaluate(axe)
      for (const step of [0, 1, 2]) {
        await panel.page.locator('.step').nth(step).click()
        const violations = await panel.page.evaluate<
          readonly { id: string; nodes: readonly { html: string; failureSummary: string }[] }[]
        >(`axe.run(document).then(({ violations }) => violations)`)
        const told = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`)}`,
        )
        expect(told).toEqual([])
      }
    }),
)
