import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { PanelEvent } from '../../src/extension/panelHost.js'
import { api, diagnostics, find, kernelFile, open, show, showDefault, until } from './kernelWindow.js'
import { ask } from './runnerAsks.js'

const PROBE = 'drivers/pci/probe.c'
/** A bus master write whose value is known; another function of the file has the same. */
const FUNCTION = 'static void pci_reset_command('
const WRITE = 'pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER)'

describe('Explain on Device', () => {
  const events: PanelEvent[] = []
  const heard = new vscode.EventEmitter<never>()
  let listening: vscode.Disposable

  before(async () => {
    const { onPanelEvent } = await api()
    listening = onPanelEvent((event) => {
      events.push(event)
      heard.fire(undefined as never)
    })
    await show('all')
  })
  after(async () => {
    listening.dispose()
    await showDefault()
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  const last = <T extends PanelEvent['type']>(type: T) =>
    events.findLast((event): event is Extract<PanelEvent, { type: T }> => event.type === type)

  it('opens the panel on the write of the code action', async () => {
    const { document } = await open(PROBE)
    const { start } = find(document, WRITE, FUNCTION)
    await diagnostics(document, (all) => all.some(({ range }) => range.start.line === start.line))
    const range = new vscode.Range(start, start)
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    )
    const action = actions.find(({ title }) => title.startsWith('Explain on Device'))
    assert.ok(action?.command, 'the code action is offered')
    await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []))
    await until([heard.event], () => last('ready'))
    const shown = await until([heard.event], () => last('show'))
    assert.match(shown.scenario ?? '', /^bus-master\//)
    assert.equal(shown.site?.function, 'pci_reset_command')
    assert.ok(shown.finding, 'the finding on the line is told to the panel')
    assert.deepEqual(shown.flows, ['dma', 'config'])
  })

  it('draws the device and the path', async () => {
    const text = String(await ask({ do: 'panelText' }))
    await ask({ do: 'shot', name: 'panel' })
    assert.match(text, /PCI_COMMAND/)
    assert.match(text, /pci_reset_command\(\)/)
    assert.match(text, /Breaks a promised flow: dma/)
  })

  it('opens the file of a hop', async () => {
    const path = last('show')?.site?.phases.boot
    assert.ok(path?.reachable)
    const hop = path.path[0]
    assert.ok(hop)
    await ask({ do: 'clickInPanel', name: `${hop.function}()` })
    const asked = await until([heard.event], () => last('openLocation'))
    assert.deepEqual([asked.file, asked.line], [hop.file, hop.line])
    const target = kernelFile(hop.file).toString()
    const moved = [vscode.window.onDidChangeActiveTextEditor, vscode.window.onDidChangeTextEditorSelection]
    const editor = await until(moved as unknown as vscode.Event<never>[], () => {
      const active = vscode.window.activeTextEditor
      return active?.document.uri.toString() === target && active.selection.start.line === hop.line - 1 && active
    })
    assert.ok(editor.document.lineAt(hop.line - 1).text.includes(hop.function))
  })

  it('says so when there is nothing to explain', async () => {
    await open('drivers/pci/pci.h')
    const count = events.length
    await vscode.commands.executeCommand('liveUpdateReview.explainOnDevice')
    assert.equal(events.length, count)
  })
})
