import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import { SCAN_REQUEST, type ScanParams, type ScanResult } from '../../protocol/server.js'
import { type Command, CommandFailure } from './command.js'
import { followProgress } from './progress.js'

export const scanWorkspace: Command = {
  id: 'liveUpdateReview.scanWorkspace',
  /** With a token as argument it can be cancelled from outside as well as from the notification. */
  async run({ client }, outer): Promise<ScanResult> {
    const options = { location: vscode.ProgressLocation.Notification, title: 'Live Update Review', cancellable: true }
    const result = await vscode.window.withProgress(options, (progress, token) => {
      const source = new vscode.CancellationTokenSource()
      token.onCancellationRequested(() => source.cancel())
      if (isToken(outer)) outer.onCancellationRequested(() => source.cancel())
      return scan(client, progress, source.token)
    })
    if (result.trees.length === 0) {
      throw new CommandFailure('No folder of this workspace is a kernel tree (none holds drivers/pci/pci.h).')
    }
    void vscode.window.showInformationMessage(summaryOf(result))
    return result
  },
}

async function scan(
  client: LanguageClient,
  progress: vscode.Progress<{ readonly message?: string; readonly increment?: number }>,
  token: vscode.CancellationToken,
): Promise<ScanResult> {
  const params: ScanParams = { workDoneToken: randomUUID() }
  const listening = followProgress(client, params.workDoneToken as string, progress)
  try {
    return await client.sendRequest<ScanResult>(SCAN_REQUEST, params, token)
  } finally {
    listening.dispose()
  }
}

function isToken(value: unknown): value is vscode.CancellationToken {
  return typeof (value as vscode.CancellationToken | undefined)?.onCancellationRequested === 'function'
}

function summaryOf({ trees, files }: ScanResult): string {
  const sum = (kind: 'errors' | 'warnings' | 'infos' | 'sites') =>
    trees.reduce((total, { summary }) => total + summary[kind], 0)
  const found = `${sum('errors')} errors, ${sum('warnings')} warnings, ${sum('infos')} notes in ${files} files`
  return `Live Update Review: ${sum('sites')} writes reviewed; ${found}.`
}
