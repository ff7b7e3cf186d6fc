/** The formats that others render: Markdown, HTML, and the workflow commands of GitHub. All text of a tree stays text. */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditOf } from '../../src/core/report/audit.js'
import { githubReport } from '../../src/core/report/github.js'
import { htmlReport } from '../../src/core/report/html.js'
import { markdownReport } from '../../src/core/report/markdown.js'
import type { Report } from '../../src/core/report/schema.js'
import { foreignCode, foreignMarkdown } from '../../src/core/text/markdown.js'
import { sessionOf } from '../fixtures/memoryTree.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'
import { launchBrowser } from '../panel/panelPage.js'
import { hostile, INVISIBLE, poisoned } from './hostile.js'

let report: Report
let small: Report
beforeAll(async () => {
  const session = await sessionOf(sampleFiles)
  report = session.report()
  small = session.report(undefined, ['drivers/pci/setup-bus.c'])
})
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')
const html = (of: Report, line: string | null = null) => htmlReport(of, { sourceLine: () => line, sha256 })

describe('the audit', () => {
  test('holds every write that a preserved device can meet, once in each of its features, most harmful first', () => {
    const features = auditOf(report)
    const counting = report.sites.filter((site) => Object.values(site.phases).some((at) => at.reachable && at.counts))
    expect(new Set(features.flatMap(({ rows }) => rows.map(({ site }) => site.id)))).toEqual(
      new Set(counting.map(({ id }) => id)),
    )
    const order = ['breaks', 'unknown', 'disturbs', 'expected', 'safe']
    for (const { rows } of features) {
      expect(new Set(rows.map(({ site }) => site.id)).size).toBe(rows.length)
      const harms = rows.map(({ verdict }) => order.indexOf(verdict))
      expect(harms).toEqual([...harms].sort((a, b) => a - b))
    }
  })
})

describe('markdown', () => {
  test('has the six columns in every row, whatever the tree holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const rows = markdownReport(poisoned(small, text))
          .split('\n')
          .filter((line) => line.startsWith('|'))
        expect(rows.length).toBeGreaterThan(2)
        for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(8)
      }),
      { numRuns: 30 },
    )
  })

  test('of a tree’s text there is no markup, no name, no link', () => {
    expect(foreignMarkdown('<b>*a*</b> [x](y) @me #12 https://x.test www.x.test ~~no~~ _it_ a_b')).toBe(
      '\\<b\\>\\*a\\*\\</b\\> \\[x\\](y) &#64;me \\#12 https&#58;//x.test www&#46;x.test \\~\\~no\\~\\~ \\_it\\_ a_b',
    )
    expect(['# a', '- a', '1. a', '6.12.0', '=='].map(foreignMarkdown)).toEqual([
      '\\# a',
      '\\- a',
      '1\\. a',
      '6.12.0',
      '\\==',
    ])
    expect(foreignCode('a`b``c')).toBe('``` a`b``c ```')
  })

  test('nothing invisible', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const line of markdownReport(poisoned(small, text)).split('\n')) expect(line).not.toMatch(INVISIBLE)
      }),
      { numRuns: 30 },
    )
  })
})

describe('github', () => {
  test('is one command a finding, with its properties escaped, whatever the tree holds', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const lines = githubReport(poisoned(small, text)).split('\n')
        expect(lines.pop()).toBe('')
        expect(lines).toHaveLength(small.findings.length)
        for (const line of lines) {
          expect(line).toMatch(
            /^::(error|warning|notice) file=[^:,]*,line=\d+,endLine=\d+(,col=\d+,endColumn=\d+)?,title=[A-Z_]+::/,
          )
          expect(line).not.toMatch(INVISIBLE)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('a percent sign is not taken for an escape', () => {
    const one = { ...report, findings: [{ ...report.findings[0]!, site: null, message: '100%0A' }] }
    expect(githubReport(one)).toMatch(/::100%250A\n$/)
  })
})

describe('html', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterAll(() => browser.close())

  async function opened(text: string) {
    const page = await browser.newPage()
    const complaints: string[] = []
    const requests: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => requests.push(request.url()))
    await page.setContent(text)
    return { page, complaints, requests }
  }

  test('only our own elements, whatever the tree holds', () => {
    const tags = (text: string) => new Set(text.match(/<\/?[a-z!][\w-]*/gi))
    const own = tags(html(small, 'x'))
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = html(poisoned(small, text), text)
        expect([...tags(shown)].filter((tag) => !own.has(tag))).toEqual([])
        expect(shown.split('\n').filter((line) => INVISIBLE.test(line))).toEqual([])
      }),
      { numRuns: 30 },
    )
  })

  test('runs under its own policy, asks for nothing, and filters', async () => {
    const { page, complaints, requests } = await opened(html(report, 'x'))
    const visible = () => page.locator('article:visible').count()
    expect(await visible()).toBe(report.findings.length)
    await page.fill('#words', 'pci_reset_command')
    expect(await visible()).toBe(1)
    expect(await page.textContent('#shown')).toMatch(/^1 findings/)
    await page.click('button[type=reset]')
    await page.selectOption('#phase', 'userspace')
    const inUserspace = await visible()
    expect(inUserspace).toBeGreaterThan(0)
    expect(inUserspace).toBeLessThan(report.findings.length)
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(complaints).toEqual([])
    expect(requests).toEqual([])
    await page.close()
  })

  test('hostile text does nothing in a browser', async () => {
    const text = '"\'><img src=https://x.test/a onerror=alert(1)><script>alert(1)</script></style><base href=//x>'
    const { page, complaints, requests } = await opened(html(poisoned(small, text), text))
    expect(await page.locator('img, base').count()).toBe(0)
    expect(await page.locator('script').count()).toBe(1)
    expect(await page.locator('article').first().textContent()).toContain(text)
    expect([...complaints, ...requests]).toEqual([])
    await page.close()
  })

  test('has no fault that axe finds, light and dark', async () => {
    const { page } = await opened(html(small, 'x'))
    const { createRequire } = await import('node:module')
    const { readFileSync } = await import('node:fs')
    // The policy of the page lets no script in: axe goes in through the debugger.
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate(axe)
      const found = await page.evaluate('axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes[0].html))')
      expect(found).toEqual([])
    }
    await page.close()
  }, 60_000)
})
