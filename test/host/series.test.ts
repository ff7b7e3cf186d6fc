import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'mocha'
import * as vscode from 'vscode'
import type { SeriesResult } from '../../src/protocol/server.js'
import { api, kernelFile } from './kernelWindow.js'
import { ask } from './runnerAsks.js'

const PCI = 'drivers/pci/pci.c'
const ADDED = '\tpci_write_config_word(dev, PCI_COMMAND, 0);'

/** A mail that adds a write to the first function of a file whose body is at least three lines long. */
function mailFor(text: string): string {
  const lines = text.split('\n')
  const open = lines.findIndex(
    (line, i) => line === '{' && lines.slice(i + 1, i + 4).every((one) => one.startsWith('\t')),
  )
  const at = open + 1
  const hunk = [
    `@@ -${at - 1},5 +${at - 1},6 @@`,
    ...lines.slice(at - 2, at).map((line) => ` ${line}`),
    `+${ADDED}`,
    ...lines.slice(at, at + 3).map((line) => ` ${line}`),
  ]
  const head =
    'From: A <a@example.org>\nSubject: [PATCH 1/1] PCI: write\nMessage-Id: <1@example.org>\n\nIt is needed.\n---\n'
  return `${head}--- a/${PCI}\n+++ b/${PCI}\n${hunk.join('\n')}\n`
}

describe('Review Patch Series', () => {
  const folder = mkdtempSync(join(tmpdir(), 'host-series-'))
  after(async () => {
    rmSync(folder, { recursive: true })
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
  })

  it('lists the patches and their findings, and shows one as a diff of documents that are on no disk', async () => {
    const { series } = await api()
    const file = kernelFile(PCI).fsPath
    const before = readFileSync(file, 'utf8')
    const mail = join(folder, '1.mbox')
    writeFileSync(mail, mailFor(before))
    const uri = vscode.Uri.file(mail).toString()
    const result = await vscode.commands.executeCommand<SeriesResult>('liveUpdateReview.reviewSeries', uri)
    assert.deepEqual(
      result.series.patches.map(({ subject, applies }) => [subject, applies]),
      [['PCI: write', 'clean']],
    )
    const [patch, ...more] = series.getChildren()
    assert.ok(patch && more.length === 0)
    assert.equal(series.getTreeItem(patch).label, '1/1 PCI: write')
    const found = series.getChildren(patch)
    assert.ok(found.length > 0)
    const node = found.find((one) => 'finding' in one && one.finding.state === 'introduced')
    assert.ok(node)
    const { command } = series.getTreeItem(node)
    assert.ok(command)
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []))
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
    assert.ok(input instanceof vscode.TabInputTextDiff)
    const [old, fresh] = await Promise.all(
      [input.original, input.modified].map(async (one) => (await vscode.workspace.openTextDocument(one)).getText()),
    )
    assert.equal(old, before)
    assert.ok(fresh?.split('\n').includes(ADDED))
    assert.equal(readFileSync(file, 'utf8'), before)
    await ask({ do: 'shot', name: 'series' })
  })

  it('tells what a person can mend', async () => {
    const result = await vscode.commands.executeCommand(
      'liveUpdateReview.reviewSeries',
      `${vscode.Uri.file(folder)}/none`,
    )
    assert.equal(result, undefined)
  })
})
