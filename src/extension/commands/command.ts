import * as vscode from 'vscode'
import type { ReviewExtension } from '../extension.js'

export interface Command {
  readonly id: `liveUpdateReview.${string}`
  run(extension: ReviewExtension, ...args: readonly unknown[]): Promise<unknown>
}

/** What a person is told in the words of the message; anything else is a defect and goes to the log. */
export class CommandFailure extends Error {}

/** `window/workDoneProgress/cancel` and cancelled requests, LSP 3.17 `LSPErrorCodes`. */
const CANCELLED_CODES: ReadonlySet<unknown> = new Set([-32800, -32802])
/** `RequestFailed`: the server's message is meant for people. */
const REQUEST_FAILED = -32803

/** Registers a command so that a failure is shown once and in sober words, and a cancellation not at all. */
export function registerCommand(extension: ReviewExtension, command: Command): vscode.Disposable {
  return vscode.commands.registerCommand(command.id, async (...args: unknown[]) => {
    try {
      return await command.run(extension, ...args)
    } catch (error) {
      if (!isCancellation(error)) void tell(extension.log, command.id, error)
      return undefined
    }
  })
}

export function isCancellation(error: unknown): boolean {
  return error instanceof vscode.CancellationError || CANCELLED_CODES.has(codeOf(error))
}

async function tell(log: vscode.LogOutputChannel, id: string, error: unknown): Promise<void> {
  log.error(id, error instanceof Error ? (error.stack ?? error.message) : String(error))
  if (error instanceof CommandFailure || codeOf(error) === REQUEST_FAILED) {
    void vscode.window.showWarningMessage((error as Error).message)
    return
  }
  const details = 'Show Log'
  const chosen = await vscode.window.showErrorMessage('Live Update Review: the command failed.', details)
  if (chosen === details) log.show()
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { readonly code?: unknown }).code : undefined
}
