import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CodeAction, Hover, MarkupContent } from 'vscode-languageserver/node'
import { Cancelled } from '../../src/core/cancel.js'
import { SITE_REQUEST, type SiteResult } from '../../src/protocol/server.js'
import { type ClientSetup, EditorClient } from './editorClient.js'
import { FakeKernelTree, ROOT_URI } from './fakeKernelTree.js'

const PCI = 'drivers/pci/pci.c'
const PCI_URI = `${ROOT_URI}/${PCI}`
const SOURCE = `void set_master(struct pci_dev *dev)
{
	pci_write_config_word(dev, PCI_COMMAND, cmd);
}

void adopt(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
		pci_write_config_word(dev, PCI_COMMAND, cmd);
	pci_write_config_word(dev, PCI_STATUS, cmd);
}
`
const ALL = { diagnostics: { show: ['all'] } }

let tree: FakeKernelTree
let client: EditorClient | undefined

beforeEach(() => {
  tree = new FakeKernelTree()
  tree.disk.set(PCI, SOURCE)
  tree.heads.set(PCI, { kind: 'text', text: SOURCE })
})

afterEach(() => client?.dispose())

async function start(setup?: ClientSetup): Promise<EditorClient> {
  client = await EditorClient.start(tree, setup)
  return client
}

const lines = (diagnostics: readonly { range: { start: { line: number } } }[]) =>
  diagnostics.map(({ range }) => range.start.line + 1)

const position = { line: 2, character: 10 }
const hover = (editor: EditorClient) =>
  editor.connection.sendRequest<Hover | null>('textDocument/hover', { textDocument: { uri: PCI_URI }, position })

async function hoverText(editor: EditorClient): Promise<string> {
  const found = await hover(editor)
  return (found?.contents as MarkupContent | undefined)?.value ?? ''
}

describe('what is shown', () => {
  test('by default an untouched file shows only what lies in functions that hold a guard', async () => {
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    expect(lines(await editor.diagnosticsOf(PCI_URI))).toEqual([10])
  })

  test('a changed line shows its finding, and the undo takes it away', async () => {
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 1 } }
    await editor.change(PCI_URI, 2, [{ range, text: '\t\t' }])
    expect(lines(await editor.diagnosticsOf(PCI_URI, 2))).toEqual([3, 10])
    await editor.change(PCI_URI, 3, [{ range: { ...range, end: { line: 2, character: 2 } }, text: '\t' }])
    expect(lines(await editor.diagnosticsOf(PCI_URI, 3))).toEqual([10])
  })

  test('with "all" every finding shows', async () => {
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    expect(lines(await editor.diagnosticsOf(PCI_URI))).toEqual([3, 10])
  })

  test('with nothing chosen nothing shows', async () => {
    const editor = await start({ settings: { diagnostics: { show: [] } } })
    await editor.open(PCI_URI, SOURCE)
    expect(await editor.diagnosticsOf(PCI_URI)).toEqual([])
  })

  test('a changed setting takes effect at once and does not index again', async () => {
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const next = editor.next(PCI_URI)
    editor.settings = ALL
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    expect(lines(await next)).toEqual([3, 10])
    expect(tree.opened).toHaveLength(1)
  })

  test('changed review settings index again with them', async () => {
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const next = editor.next(PCI_URI)
    editor.settings = { flows: ['p2p'], drivers: ['my-driver'] }
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null })
    await next
    expect(tree.opened.map(({ settings }) => [settings.flows, settings.drivers])).toEqual([
      [
        ['dma', 'config'],
        ['vfio-pci', 'pci-stub', 'pci-pf-stub', 'pci-lu-stub', 'pci-lu-stub-pf'],
      ],
      [['p2p'], ['my-driver']],
    ])
  })

  test('in a file that git does not know all lines count as changed', async () => {
    tree.heads.set(PCI, { kind: 'untracked' })
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    expect(lines(await editor.diagnosticsOf(PCI_URI))).toEqual([3, 10])
  })

  test('without git only edits since opening count, also after a save', async () => {
    tree.heads.delete(PCI)
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    expect(lines(await editor.diagnosticsOf(PCI_URI))).toEqual([10])
    const edited = SOURCE.replace('\tpci_write', '\t\tpci_write')
    await editor.change(PCI_URI, 2, [{ text: edited }])
    expect(lines(await editor.diagnosticsOf(PCI_URI, 2))).toEqual([3, 10])
    tree.disk.set(PCI, edited)
    const next = editor.next(PCI_URI)
    await editor.connection.sendNotification('textDocument/didSave', { textDocument: { uri: PCI_URI } })
    expect(lines(await next)).toEqual([3, 10])
  })
})

describe('a diagnostic', () => {
  test('carries the rule, its page, and the way as the rule tells it', async () => {
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    const [diagnostic] = await editor.diagnosticsOf(PCI_URI)
    expect(diagnostic).toMatchObject({
      code: 'UNGUARDED_WRITE',
      codeDescription: { href: 'file:///ext/media/rules/UNGUARDED_WRITE.md' },
      severity: 1,
      range: { start: { line: 2, character: 1 }, end: { line: 2, character: 46 } },
    })
    expect(diagnostic?.relatedInformation).toEqual([
      {
        location: {
          uri: `${ROOT_URI}/drivers/acpi/bus.c`,
          range: { start: { line: 1389, character: 0 }, end: { line: 1389, character: 0 } },
        },
        message: 'acpi_init() starts it',
      },
    ])
  })

  test('takes the witness of the site, one entry per hop, when the rule tells no way', async () => {
    tree.rulesNameThePath = false
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    const [diagnostic] = await editor.diagnosticsOf(PCI_URI)
    expect(
      diagnostic?.relatedInformation?.map(({ message, location }) => [message, location.range.start.line]),
    ).toEqual([
      ['acpi_init() (initcall, subsys_initcall)', 1389],
      ['calls set_master()', 1399],
    ])
  })

  test('is plain for a client that can show neither pages nor related places', async () => {
    const editor = await start({ capabilities: {}, options: { settings: ALL } })
    await editor.open(PCI_URI, SOURCE)
    const [diagnostic] = await editor.diagnosticsOf(PCI_URI)
    expect(diagnostic?.code).toBe('UNGUARDED_WRITE')
    expect(diagnostic).not.toHaveProperty('codeDescription')
    expect(diagnostic).not.toHaveProperty('relatedInformation')
  })

  test('comes with at most 1,000 others of its file', async () => {
    const many = '\tpci_write_config_word(dev, PCI_COMMAND, cmd);\n'.repeat(1200)
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, many)
    expect(await editor.diagnosticsOf(PCI_URI)).toHaveLength(1000)
  })
})

describe('edits', () => {
  test('an unsaved guard takes the finding away', async () => {
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const at = { line: 2, character: 0 }
    await editor.change(PCI_URI, 2, [{ range: { start: at, end: at }, text: '\tif (!pci_lu_adopt(dev))\n' }])
    expect(lines(await editor.diagnosticsOf(PCI_URI, 2))).toEqual([11])
  })

  test('a result that an edit has overtaken is never published', async () => {
    let release = () => {}
    tree.beforeOpen = () => new Promise((resolve) => (release = resolve))
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    await editor.until(() => editor.state() === 'indexing')
    await editor.change(PCI_URI, 2, [{ text: '' }])
    await hover(editor) // Answered after the edit has arrived.
    release()
    expect(await editor.diagnosticsOf(PCI_URI, 2)).toEqual([])
    expect(editor.published.filter(({ version }) => version === 1)).toEqual([])
  })

  test('a guard in one open file is seen in the others', async () => {
    const other = `${ROOT_URI}/drivers/pci/ats.c`
    const editor = await start({ settings: ALL })
    const times = (count: number) =>
      editor.until(() => editor.diagnosed.filter(({ uri }) => uri === other).length === count)
    await editor.open(other, SOURCE)
    await times(1)
    await editor.open(PCI_URI, SOURCE)
    await times(2)
    await editor.change(PCI_URI, 2, [{ text: '' }])
    await times(3)
  })

  test('closing a file takes its diagnostics away and lets the disk speak again', async () => {
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, '')
    await editor.diagnosticsOf(PCI_URI)
    const next = editor.next(PCI_URI)
    await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri: PCI_URI } })
    expect(await next).toEqual([])
    const site = `${PCI}#set_master#pci_write_config_word#3`
    const found = await editor.connection.sendRequest<SiteResult>(SITE_REQUEST, { root: ROOT_URI, id: site })
    expect(found?.site.line).toBe(3)
  })
})

describe('trees', () => {
  test('in a folder that is no kernel tree the server says so and stays silent', async () => {
    const elsewhere = 'file:///elsewhere'
    const editor = await start({ folders: [elsewhere, ROOT_URI] })
    await editor.open(`${elsewhere}/a.c`, SOURCE)
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    expect(editor.statuses.at(-1)?.trees.map(({ root }) => root)).toEqual([ROOT_URI])
    expect(editor.published.map(({ uri }) => uri)).toEqual([PCI_URI])
  })

  test('nothing is indexed before a file is opened', async () => {
    const editor = await start()
    await editor.until(() => editor.state() === 'waiting')
    expect(tree.opened).toEqual([])
  })

  test('two trees have a session each', async () => {
    const second = 'file:///kernel-next'
    const editor = await start({ folders: [ROOT_URI, second], settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    await editor.open(`${second}/${PCI}`, SOURCE)
    await Promise.all([editor.diagnosticsOf(PCI_URI), editor.diagnosticsOf(`${second}/${PCI}`)])
    expect(tree.opened.map(({ root }) => root).sort()).toEqual(['/kernel', '/kernel-next'])
  })

  test('a folder that is added later is reviewed', async () => {
    const editor = await start({ folders: [] })
    await editor.open(PCI_URI, SOURCE)
    await editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: ROOT_URI, name: 'kernel' }], removed: [] },
    })
    expect(lines(await editor.diagnosticsOf(PCI_URI))).toEqual([10])
  })

  test('a tree that cannot be indexed is told once and asked no more', async () => {
    tree.beforeOpen = async () => {
      throw new Error('the disk is on fire')
    }
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.until(() => editor.state() === 'failed')
    expect(editor.statuses.at(-1)?.trees[0]?.detail).toBe('the disk is on fire')
    await editor.change(PCI_URI, 2, [{ text: '' }])
    await editor.connection.sendRequest('textDocument/hover', {
      textDocument: { uri: PCI_URI },
      position: { line: 0, character: 0 },
    })
    expect(tree.opened).toHaveLength(1)
    expect(editor.published).toEqual([])
  })

  test('indexing reports its progress and shutting down stops it', async () => {
    let aborted: unknown
    tree.beforeOpen = (task) =>
      new Promise((_, reject) => {
        task?.signal?.addEventListener('abort', () => {
          aborted = true
          reject(new Cancelled())
        })
      })
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.until(() => editor.progress.some(({ value }) => value.message === 'Reading files'))
    await editor.connection.sendRequest('shutdown')
    expect(aborted).toBe(true)
  })

  test('a file that changes on disk is read again', async () => {
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const next = editor.next(PCI_URI)
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: `${ROOT_URI}/drivers/pci/ats.c`, type: 2 }],
    })
    await next
    expect(tree.opened).toHaveLength(1)
  })

  test('a switched branch is indexed anew', async () => {
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const next = editor.next(PCI_URI)
    const changes = Array.from({ length: 300 }, (_, at) => ({ uri: `${ROOT_URI}/drivers/f${at}.c`, type: 2 }))
    await editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes })
    await next
    expect(tree.opened).toHaveLength(2)
  })
})

describe('questions', () => {
  const actions = (editor: EditorClient, line: number) =>
    editor.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri: PCI_URI },
      range: { start: { line, character: 4 }, end: { line, character: 4 } },
      context: { diagnostics: editor.latest(PCI_URI) },
    })

  test('the hover on a write gives the four answers', async () => {
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const value = await hoverText(editor)
    expect(value).toContain('`acpi_init()`')
    expect(value).toContain('It breaks dma')
    expect(value).toContain('**Is it guarded?** No.')
    expect(value).toContain('**Is the reason written down?**')
    expect(value).toContain('(command:liveUpdateReview.explainOnDevice?')
  })

  test('the hover has no command link for a client that does not ask for it', async () => {
    const editor = await start({ options: {} })
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const value = await hoverText(editor)
    expect(value).toContain('`acpi_init()`')
    expect(value).not.toContain('command:')
    expect(await actions(editor, 2)).toEqual([])
  })

  test('the hover does not wait for indexing', async () => {
    tree.beforeOpen = () => new Promise(() => undefined)
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.until(() => editor.state() === 'indexing')
    expect(await hover(editor)).toBeNull()
  })

  test('a write offers Explain on Device, another line nothing', async () => {
    const editor = await start({ settings: ALL })
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    const id = `${PCI}#set_master#pci_write_config_word#3`
    const [action, ...more] = await actions(editor, 2)
    expect(more).toEqual([])
    expect(action?.command).toEqual({
      title: 'Explain on Device',
      command: 'liveUpdateReview.explainOnDevice',
      arguments: [{ root: ROOT_URI, id }],
    })
    expect(action?.diagnostics?.map(({ data }) => data)).toEqual([{ site: id }])
    expect(await actions(editor, 0)).toEqual([])
  })

  test('a site is found by position and by id, in the unsaved text', async () => {
    const editor = await start()
    await editor.open(PCI_URI, SOURCE)
    await editor.diagnosticsOf(PCI_URI)
    await editor.change(PCI_URI, 2, [{ text: `\n${SOURCE}` }])
    const ask = (params: object) => editor.connection.sendRequest<SiteResult>(SITE_REQUEST, params)
    const byPosition = await ask({ uri: PCI_URI, position: { line: 3, character: 10 } })
    expect(byPosition?.site.line).toBe(4)
    const byId = await ask({ root: ROOT_URI, id: byPosition?.site.id })
    expect(byId).toEqual(byPosition)
    expect(await ask({ root: ROOT_URI, id: 'drivers/pci/pci.c#gone#gone#1' })).toBeNull()
    expect(await ask({ uri: PCI_URI, position: { line: 0, character: 0 } })).toBeNull()
  })
})
