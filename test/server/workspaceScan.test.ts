import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node'
import { UserError } from '../../src/node/userError.js'
import { CLEAR_SCAN_REQUEST, SCAN_REQUEST, type ScanParams, type ScanResult } from '../../src/protocol/server.js'
import { EditorClient } from './editorClient.js'
import { FakeKernelTree, ROOT_URI } from './fakeKernelTree.js'

const SOURCE = `void set_master(struct pci_dev *dev)
{
	pci_write_config_word(dev, PCI_COMMAND, cmd);
}
`
const PCI_URI = `${ROOT_URI}/drivers/pci/pci.c`
const ATS_URI = `${ROOT_URI}/drivers/pci/ats.c`

let tree: FakeKernelTree
let editor: EditorClient | undefined

beforeEach(() => {
  tree = new FakeKernelTree()
  for (const name of ['pci', 'ats']) {
    tree.disk.set(`drivers/pci/${name}.c`, SOURCE)
    tree.heads.set(`drivers/pci/${name}.c`, { kind: 'text', text: SOURCE })
  }
  tree.disk.set('drivers/pci/clean.c', '')
})

afterEach(() => editor?.dispose())

async function start(folders = [ROOT_URI]): Promise<EditorClient> {
  editor = await EditorClient.start(tree, { folders })
  return editor
}

const scan = (client: EditorClient, params: ScanParams = {}) =>
  client.connection.sendRequest<ScanResult>(SCAN_REQUEST, params)

describe('a scan', () => {
  test('gives the summary and publishes every finding by file', async () => {
    const client = await start()
    const result = await scan(client)
    expect(result).toEqual({ trees: [{ root: ROOT_URI, summary: expect.objectContaining({ errors: 2 }) }], files: 2 })
    expect(client.latest(PCI_URI)).toHaveLength(1)
    expect(client.latest(ATS_URI)).toHaveLength(1)
    expect(client.published.map(({ uri }) => uri).sort()).toEqual([ATS_URI, PCI_URI])
  })

  test('reports progress under the token of the request, with an end', async () => {
    const client = await start()
    await scan(client, { workDoneToken: 'the-scan' })
    const kinds = client.progress.filter(({ token }) => token === 'the-scan').map(({ value }) => value.kind)
    expect(kinds.at(0)).toBe('begin')
    expect(kinds.at(-1)).toBe('end')
    expect(kinds).toContain('report')
  })

  test('can be cancelled while the tree is indexed, and then publishes nothing', async () => {
    tree.beforeOpen = () => new Promise(() => undefined)
    const client = await start()
    const source = new CancellationTokenSource()
    const scanning = client.connection.sendRequest(SCAN_REQUEST, { workDoneToken: 'the-scan' }, source.token)
    await client.until(() => client.state() === 'indexing')
    source.cancel()
    await expect(scanning).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled })
    expect(client.published).toEqual([])
    await client.until(() => client.progress.some(({ token, value }) => token === 'the-scan' && value.kind === 'end'))
  })

  test('keeps its findings on a file that is opened, edited and closed again, until it is cleared', async () => {
    const client = await start()
    await scan(client)
    await client.open(PCI_URI, SOURCE)
    expect(await client.diagnosticsOf(PCI_URI)).toHaveLength(1)
    const closed = client.next(PCI_URI)
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: PCI_URI } })
    expect(await closed).toHaveLength(1)
    await client.open(PCI_URI, SOURCE)
    await client.connection.sendRequest(CLEAR_SCAN_REQUEST)
    expect(client.latest(ATS_URI)).toEqual([])
    expect(client.latest(PCI_URI)).toEqual([])
  })

  test('takes the unsaved text into account', async () => {
    const client = await start()
    await client.open(PCI_URI, '')
    const result = await scan(client)
    expect(result.files).toBe(1)
    expect(client.latest(PCI_URI)).toEqual([])
  })

  test('forgets what a former scan had published', async () => {
    const client = await start()
    await scan(client)
    tree.disk.set('drivers/pci/ats.c', '')
    await scan(client)
    expect(client.latest(ATS_URI)).toEqual([])
  })

  test('finds no tree where there is none', async () => {
    const client = await start(['file:///elsewhere'])
    expect(await scan(client)).toEqual({ trees: [], files: 0 })
  })

  test('tries again after a failure and says in one line what is wrong', async () => {
    tree.beforeOpen = async () => {
      throw new UserError('no PCI core here', 'Open the root of a kernel tree.')
    }
    const client = await start()
    await expect(scan(client)).rejects.toThrow('no PCI core here. Open the root of a kernel tree.')
    tree.beforeOpen = async () => undefined
    expect((await scan(client)).files).toBe(2)
  })
})
