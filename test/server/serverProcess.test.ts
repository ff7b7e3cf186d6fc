import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProtocolConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node'
import { STATUS_NOTIFICATION, type Status } from '../../src/protocol/server.js'

const checkout = join(import.meta.dirname, '..', '..')
let folder: string
let bundle: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'server-process-'))
  bundle = join(folder, 'main.mjs')
  await esbuild.build({
    entryPoints: [join(checkout, 'src', 'server', 'main.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Says hello, learns of the trees, says goodbye; gives the process's exit code. */
async function converse(server: ChildProcess, root: string): Promise<{ status: Status; code: number | null }> {
  const ended = new Promise<number | null>((resolve) => server.on('exit', resolve))
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout!),
    new StreamMessageWriter(server.stdin!),
  )
  const told = new Promise<Status>((resolve) => connection.onNotification(STATUS_NOTIFICATION, resolve))
  connection.listen()
  const uri = pathToFileURL(root).toString()
  await connection.sendRequest('initialize', {
    processId: null,
    rootUri: uri,
    workspaceFolders: null,
    capabilities: {},
  })
  await connection.sendNotification('initialized', {})
  const status = await told
  await connection.sendRequest('shutdown')
  await connection.sendNotification('exit')
  const code = await ended
  connection.dispose()
  return { status, code }
}

describe('the server as a process', () => {
  test.each([[[]], [['--stdio']]])('speaks LSP on stdio with the flags %j', async (flags) => {
    const server = spawn(process.execPath, [bundle, ...flags], { stdio: ['pipe', 'pipe', 'inherit'] })
    const sample = join(checkout, 'media', 'sample', 'kernel')
    const { status, code } = await converse(server, sample)
    expect(status.trees).toEqual([{ root: pathToFileURL(sample).toString(), state: 'waiting', detail: null }])
    expect(code).toBe(0)
  })

  test('says that a folder is no kernel tree', async () => {
    const server = spawn(process.execPath, [bundle], { stdio: ['pipe', 'pipe', 'inherit'] })
    const { status } = await converse(server, folder)
    expect(status.trees).toEqual([])
  })
})
