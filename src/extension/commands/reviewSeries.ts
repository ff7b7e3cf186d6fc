import { randomUUID } from 'node:crypto'
import * as vscode from 'vscode'
import { SERIES_REQUEST, type SeriesParams, type SeriesResult } from '../../protocol/server.js'
import type { Command } from './command.js'
import { followProgress } from './progress.js'

export const reviewSeries: Command = {
  id: 'liveUpdateReview.reviewSeries',
  /** Reviews the mails that the arguments name (URIs), or those that are chosen. */
  async run({ client, series }, ...given): Promise<SeriesResult | undefined> {
    const files = given.length > 0 ? given.map((uri) => vscode.Uri.parse(String(uri), true)) : await chosen()
    if (files === undefined) return undefined
    const options = { location: vscode.ProgressLocation.Notification, title: 'Reviewing patches', cancellable: true }
    const result = await vscode.window.withProgress(options, async (progress, token) => {
      const params: SeriesParams = { files: files.map(String), workDoneToken: randomUUID() }
      const listening = followProgress(client, params.workDoneToken as string, progress)
      try {
        return await client.sendRequest<SeriesResult>(SERIES_REQUEST, params, token)
      } finally {
        listening.dispose()
      }
    })
    await series.show(result)
    return result
  },
}

function chosen(): Thenable<readonly vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    title: 'Patches to review: mails, an mbox, or a folder of them',
    openLabel: 'Review',
    canSelectFiles: true,
    canSelectFolders: true,
    canSelectMany: true,
  })
}
