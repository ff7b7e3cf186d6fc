import * as vscode from 'vscode'
import type { Status } from '../protocol/server.js'
import { KERNEL_SOURCES } from './client.js'
import type { ServerNotes } from './serverNotes.js'

/** Commands of a kernel tree are offered only where there is one. */
const TREE_CONTEXT = 'liveUpdateReview.kernelTree'

/** The language status of C files: whether there is a kernel tree here, and how far the server has got with it. */
export class LanguageStatus implements vscode.Disposable {
  readonly #item = vscode.languages.createLanguageStatusItem('liveUpdateReview', KERNEL_SOURCES)
  readonly #listening: vscode.Disposable

  constructor(notes: ServerNotes) {
    this.#item.name = 'Live Update Review'
    this.#item.text = 'Live Update Review'
    this.#item.busy = true
    this.#listening = notes.onStatus((status) => this.#show(status))
  }

  dispose(): void {
    this.#listening.dispose()
    this.#item.dispose()
  }

  #show(status: Status | string): void {
    const failure = failureOf(status)
    const trees = typeof status === 'string' ? [] : status.trees
    void vscode.commands.executeCommand('setContext', TREE_CONTEXT, trees.length > 0)
    const item = this.#item
    item.busy = failure === null && trees.some(({ state }) => state === 'indexing')
    item.severity = failure === null ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning
    item.detail = failure ?? detailOf(trees.map(({ state }) => state))
    item.command = failure === null ? scanOffer(trees.length) : restartOffer
  }
}

const restartOffer = { title: 'Restart', command: 'liveUpdateReview.restartServer' }

function scanOffer(trees: number): vscode.Command | undefined {
  return trees === 0 ? undefined : { title: 'Scan', command: 'liveUpdateReview.scanWorkspace' }
}

function failureOf(status: Status | string): string | null {
  if (typeof status === 'string') return status
  return status.trees.find(({ state }) => state === 'failed')?.detail ?? null
}

function detailOf(states: readonly string[]): string {
  if (states.length === 0) return 'no kernel tree here (a folder with drivers/pci/pci.h)'
  if (states.includes('indexing')) return 'indexing the kernel tree'
  if (states.includes('ready')) return 'ready'
  return 'indexes when a C file of the tree is opened'
}
