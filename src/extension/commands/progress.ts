import type * as vscode from 'vscode'
import { type LanguageClient, WorkDoneProgress } from 'vscode-languageclient/node'

/** Shows what the server reports under a token. VS Code adds up increments; the server tells how far it is. */
export function followProgress(
  client: LanguageClient,
  token: string,
  progress: vscode.Progress<{ readonly message?: string; readonly increment?: number }>,
): vscode.Disposable {
  let percent = 0
  return client.onProgress(WorkDoneProgress.type, token, (report) => {
    if (report.kind === 'end') return
    // A new step starts at 0 and adds nothing.
    const increment = Math.max(0, (report.percentage ?? 0) - percent)
    percent += increment
    progress.report({ increment, ...(report.message === undefined ? {} : { message: report.message }) })
  })
}
