/** Runs the tests in a downloaded desktop VS Code, by @vscode/test-electron; for machines that can download it. */
import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath } from '@vscode/test-electron'
import { chromium } from 'playwright-core'
import { answerAsks } from './asks.mjs'
import { driver, vsix } from './places.mjs'

export async function runInElectron(run) {
  const executable = await downloadAndUnzipVSCode()
  const folders = ['--user-data-dir', run.userData, '--extensions-dir', run.extensions]
  const [cli, ...cliArgs] = resolveCliArgsFromVSCodeExecutablePath(executable)
  const installed = spawnSync(cli, [...cliArgs, ...folders, '--install-extension', vsix], { encoding: 'utf8' })
  if (installed.status !== 0) throw new Error(installed.stdout + installed.stderr)
  const port = await freePort()
  const flags = ['--disable-workspace-trust', '--skip-welcome', '--no-sandbox', '--disable-gpu']
  flags.push(`--remote-debugging-port=${port}`)
  flags.push(`--extensionDevelopmentPath=${driver}`, `--extensionTestsPath=${run.testEntry}`)
  const editor = spawn(executable, [run.workspace, ...folders, ...flags], {
    env: { ...process.env, ...run.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const limit = setTimeout(() => editor.kill(), run.limit)
  let stop = () => undefined
  try {
    const window = windowOf(editor, port)
    window.then((page) => (stop = answerAsks(run.asks, page))).catch((error) => console.error(error))
    for (const stream of [editor.stdout, editor.stderr]) lines(stream, run.hear)
    return await new Promise((resolve, reject) => {
      editor.on('error', reject)
      editor.on('exit', (code) => resolve(code ?? 2))
    })
  } finally {
    clearTimeout(limit)
    stop()
  }
}

/** Electron tells on stderr when its debugging port listens. */
async function windowOf(editor, port) {
  await new Promise((resolve) => lines(editor.stderr, (line) => line.includes('DevTools listening') && resolve()))
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
  const [context] = browser.contexts()
  return context.pages()[0] ?? (await context.waitForEvent('page'))
}

function lines(stream, hear) {
  let rest = ''
  stream.on('data', (data) => {
    const parts = (rest + data).split('\n')
    rest = parts.pop()
    for (const part of parts) hear(part)
  })
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
