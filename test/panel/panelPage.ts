/** The panel in a real browser: the extension's own shell and bundle under its own CSP, with VS Code played by a stub. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { FromPanel, ShowMessage } from '../../src/protocol/panel.js'
import { panelHtml } from '../../src/protocol/panelHtml.js'
import type { Theme } from './themes.js'

const ORIGIN = 'https://panel.test'
const NONCE = 'bm9uY2U'

export interface Bundle {
  readonly script: string
  readonly style: string
}

export async function bundlePanel(): Promise<Bundle> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../../src/panel/main.ts', import.meta.url))],
    outfile: 'main.js',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  })
  const text = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))!.text
  return { script: text('.js'), style: text('.css') }
}

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(executablePath))
    throw new Error(`there is no browser at ${executablePath}: apt-get install chromium, or name one in CHROMIUM`)
  const off = ['gpu', 'quic', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`)
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...off] })
}

export interface OpenPanel {
  readonly page: Page
  /** What the browser complained about: a blocked load, an error in the script. */
  readonly complaints: readonly string[]
  show(message: ShowMessage): Promise<void>
  sent(): Promise<readonly FromPanel[]>
  wear(theme: Theme): Promise<void>
}

// In strings, because these run in the page and this program is compiled without the DOM.
const STUB = `window.sent = []; window.acquireVsCodeApi = () => ({ postMessage: (message) => window.sent.push(message) })`

export async function openPanel(browser: Browser, bundle: Bundle, width = 1100): Promise<OpenPanel> {
  const page = await browser.newPage({ viewport: { width, height: 900 } })
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.route(`${ORIGIN}/**`, (route) => {
    const path = new URL(route.request().url()).pathname
    if (path === '/main.js') return route.fulfill({ contentType: 'text/javascript', body: bundle.script })
    if (path === '/main.css') return route.fulfill({ contentType: 'text/css', body: bundle.style })
    if (path === '/') return route.fulfill({ contentType: 'text/html', body: shell() })
    return route.fulfill({ status: 404 })
  })
  await page.addInitScript(STUB)
  await page.goto(`${ORIGIN}/`)
  return {
    page,
    complaints,
    show: async (message) => {
      await page.evaluate(`window.postMessage(${JSON.stringify(message)}, '*')`)
      await page.locator('.content').waitFor()
    },
    sent: () => page.evaluate<FromPanel[]>('window.sent'),
    wear: async ({ variables, bodyClass }) => {
      await page.evaluate(`document.documentElement.removeAttribute('style'); document.body.className = '${bodyClass}'`)
      for (const [name, value] of Object.entries(variables))
        await page.evaluate(
          `document.documentElement.style.setProperty(${JSON.stringify(`--vscode-${name}`)}, ${JSON.stringify(value)})`,
        )
    },
  }
}

function shell(): string {
  return panelHtml({
    cspSource: ORIGIN,
    nonce: NONCE,
    scriptUri: `${ORIGIN}/main.js`,
    styleUri: `${ORIGIN}/main.css`,
  })
}
