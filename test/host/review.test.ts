import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { ScanResult } from '../../src/protocol/server.js'
import {
  api,
  diagnostics,
  extension,
  find,
  kernelFile,
  open,
  ours,
  ruleOf,
  show,
  showDefault,
  until,
} from './kernelWindow.js'
import { ask } from './runnerAsks.js'

const PCI = 'drivers/pci/pci.c'
/** The bus master write of `__pci_set_master`. */
const WRITE = 'pci_write_config_word(dev, PCI_COMMAND, want)'
const CONDITION = '\tif (want != cmd)\n'

const onLine = (line: number) => (diagnostic: vscode.Diagnostic) => diagnostic.range.start.line === line
const unguarded = (diagnostic: vscode.Diagnostic) => ruleOf(diagnostic) === 'UNGUARDED_WRITE'

/** The text from the end of the function before to the end of the one that holds the line. */
function functionAround(document: vscode.TextDocument, line: number): string {
  const lines = document.getText().split('\n')
  return lines.slice(lines.lastIndexOf('}', line - 1) + 1, lines.indexOf('}', line) + 1).join('\n')
}

async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors')
}

describe('the installed extension', () => {
  it('is active in a kernel tree, and comes from the VSIX', async () => {
    const installed = extension()
    const checkout = process.env.HOST_TEST_CHECKOUT
    assert.ok(checkout)
    assert.ok(!installed.extensionPath.startsWith(checkout), installed.extensionPath)
    await until([vscode.extensions.onDidChange as vscode.Event<never>], () => installed.isActive)
    await api()
  })

  it('registers every command that it contributes', async () => {
    const registered = new Set(await vscode.commands.getCommands(true))
    const contributed: readonly { readonly command: string }[] = extension().packageJSON.contributes.commands
    assert.ok(contributed.length > 0)
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    )
  })

  it('tells that it has found the tree', async () => {
    const { onStatus } = await api()
    const status = await until([onStatus as vscode.Event<never>], () => latestTrees())
    assert.deepEqual(
      status.map(({ root }) => vscode.Uri.parse(root).fsPath),
      [kernelFile('').fsPath.replace(/\/$/, '')],
    )
  })

  function latestTrees() {
    const status = extension().exports.status
    return status !== null && typeof status === 'object' && status.trees.length > 0 ? status.trees : undefined
  }
})

describe('an open file', () => {
  beforeEach(() => show('all'))
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert')
    await closeAll()
  })
  after(showDefault)

  it('shows the unguarded bus master write, its rule page and the path to it', async () => {
    const { document } = await open(PCI)
    const { start } = find(document, WRITE)
    const found = await diagnostics(document, (all) => all.filter(unguarded).some(onLine(start.line)))
    const diagnostic = found.filter(unguarded).find(onLine(start.line))
    assert.ok(diagnostic)
    assert.equal(document.getText(diagnostic.range).startsWith('pci_write_config_word'), true)
    const page = typeof diagnostic.code === 'object' ? diagnostic.code.target : undefined
    assert.ok(page)
    assert.ok(page.path.endsWith('/media/rules/UNGUARDED_WRITE.md'), String(page))
    await vscode.workspace.fs.stat(page)
    const hops = diagnostic.relatedInformation ?? []
    assert.ok(hops.length >= 2, 'the path has at least a root and a call')
    for (const { location } of hops) await vscode.workspace.fs.stat(location.uri)
    assert.ok(hops.some(({ message }) => message.includes('pci_set_master')))
    await vscode.commands.executeCommand('workbench.actions.view.problems')
    await ask({ do: 'shot', name: 'diagnostic' })
    await vscode.commands.executeCommand('workbench.action.closePanel')
  })

  it('loses the finding while a guard is typed, and gets it back by undo', async () => {
    const editor = await open(PCI)
    const { document } = editor
    const written = () => find(document, WRITE).start.line
    await diagnostics(document, (all) => all.filter(unguarded).some(onLine(written())))
    const at = find(document, CONDITION).start
    editor.selection = new vscode.Selection(at, at)
    await vscode.commands.executeCommand('type', { text: '\tif (!pci_lu_adopt(dev))\n' })
    await diagnostics(document, (all) => !all.filter(unguarded).some(onLine(written())))
    assert.equal(document.isDirty, true)
    while (document.isDirty) await vscode.commands.executeCommand('undo')
    await diagnostics(document, (all) => all.filter(unguarded).some(onLine(written())))
  })

  it('explains a write in its hover, with the path', async () => {
    const editor = await open(PCI)
    const { document } = editor
    const { start } = find(document, WRITE)
    await diagnostics(document, (all) => all.filter(unguarded).some(onLine(start.line)))
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      start,
    )
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n')
    assert.match(text, /Can it run in the window\?\*\* Yes/)
    assert.match(text, /`pci_set_master\(\)`/)
    assert.match(text, /Is it guarded\?/)
    editor.selection = new vscode.Selection(start, start)
    editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.AtTop)
    await vscode.commands.executeCommand('editor.action.showHover')
    await ask({ do: 'shot', name: 'hover' })
  })
})

describe('by default', () => {
  before(async () => {
    await showDefault()
    await closeAll()
  })
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert')
    await closeAll()
  })

  it('an untouched file shows only what lies in functions that hold a guard', async () => {
    const { document } = await open(PCI)
    const { start } = find(document, WRITE)
    const found = await diagnostics(document, () => true)
    assert.equal(found.some(onLine(start.line)), false)
    for (const { range } of found) {
      assert.match(functionAround(document, range.start.line), /pci_lu_adopt|pci_liveupdate_|PCI_SER_GET|keep/)
    }
  })

  it('a line that is edited shows its finding', async () => {
    const editor = await open(PCI)
    const { document } = editor
    const { start } = find(document, WRITE)
    await diagnostics(document, (all) => !all.some(onLine(start.line)))
    await editor.edit((edit) => edit.insert(start, ' '))
    await diagnostics(document, (all) => all.some(onLine(start.line)))
  })
})

describe('a scan', () => {
  before(closeAll)
  after(() => vscode.commands.executeCommand('liveUpdateReview.clearScan'))

  it('can be cancelled while the tree is indexed', async () => {
    await vscode.commands.executeCommand('liveUpdateReview.restartServer')
    const source = new vscode.CancellationTokenSource()
    const scanning = (await api()).scan(source.token)
    source.cancel()
    await assert.rejects(
      scanning,
      (error: { readonly code?: number }) => error.code === -32802 || error.code === -32800,
    )
    assert.deepEqual(ours(kernelFile(PCI)), [])
  })

  it('publishes the findings of every file, and gives the summary', async () => {
    const result = await vscode.commands.executeCommand<ScanResult>('liveUpdateReview.scanWorkspace')
    assert.equal(result.trees.length, 1)
    const [tree] = result.trees
    assert.ok(tree && tree.summary.sites > 0)
    const findings = tree.summary.errors + tree.summary.warnings + tree.summary.infos
    const published = () =>
      vscode.languages
        .getDiagnostics()
        .flatMap(([, all]) => all)
        .filter(({ source }) => source === 'Live Update Review').length
    await until([vscode.languages.onDidChangeDiagnostics as vscode.Event<never>], () => published() === findings)
    assert.ok(ours(kernelFile(PCI)).some(unguarded))
  })

  it('is taken back by Clear Scan Results', async () => {
    await vscode.commands.executeCommand('liveUpdateReview.clearScan')
    const changed = [vscode.languages.onDidChangeDiagnostics as vscode.Event<never>]
    await until(changed, () => ours(kernelFile(PCI)).length === 0)
  })
})
