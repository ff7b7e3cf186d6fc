#!/usr/bin/env node
/**
 * Runs the host tests against the packaged extension: installs the VSIX into a real VS Code, opens a copy of the sample
 * kernel and runs mocha in its extension host. The last line is `N passed, N failed`; a run without a test has failed.
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleTests } from './bundleTests.mjs'
import { copySampleKernel } from './kernelTree.mjs'
import { checkout, vsix } from './places.mjs'

const editorSettings = {
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.openRepositoryInParentFolders': 'never',
}

const electron = process.env.VSCODE_TEST_ELECTRON === '1'
if (!existsSync(vsix)) {
  console.error('There is no liveupdate-review.vsix: run `npm run package` first.')
  process.exit(2)
}

const folder = await realpath(await mkdtemp(join(tmpdir(), 'vscode-host-')))
let totals = { passed: 0, failed: 0, pending: 0 }
let code = 2
try {
  const run = await prepare()
  const { runInCodeServer } = electron ? {} : await import('./codeServer.mjs')
  const { runInElectron } = electron ? await import('./electron.mjs') : {}
  code = await (electron ? runInElectron(run) : runInCodeServer(run))
} catch (error) {
  console.error(error)
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
if (totals.pending > 0) console.error(`${totals.pending} skipped: a skipped test counts as failed`)
const failed = totals.failed + totals.pending
console.log(`${totals.passed} passed, ${failed} failed`)
process.exit(code === 0 && failed === 0 && totals.passed > 0 ? 0 : 1)

async function prepare() {
  const places = { userData: join(folder, 'user'), extensions: join(folder, 'extensions'), asks: join(folder, 'asks') }
  for (const place of [join(places.userData, 'User'), places.extensions, places.asks]) {
    await mkdir(place, { recursive: true })
  }
  await writeFile(join(places.userData, 'User', 'settings.json'), JSON.stringify(editorSettings))
  const workspace = join(folder, 'linux')
  await copySampleKernel(workspace)
  return {
    ...places,
    folder,
    workspace,
    testEntry: await bundleTests(),
    serverLog: process.env.HOST_SERVER_LOG ?? join(folder, 'server.log'),
    limit: 240_000,
    env: { HOST_TEST_ASKS: places.asks, HOST_TEST_CHECKOUT: checkout },
    hear,
  }
}

/** The extension host's log carries the editor's own lines too: those of the tests begin with a mark. */
function hear(line) {
  const [, text] = /^\[t\] (.*)$/s.exec(line) ?? []
  if (text === undefined) {
    if (process.env.HOST_VERBOSE) console.log(line)
  } else if (text.startsWith('{')) totals = JSON.parse(text)
  else console.log(text)
}
