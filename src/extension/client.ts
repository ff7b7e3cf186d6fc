import * as vscode from 'vscode'
import { LanguageClient, RevealOutputChannelOn, TransportKind } from 'vscode-languageclient/node'
import { type ClientOptions, EXPLAIN_COMMAND } from '../protocol/server.js'

/** By name: VS Code takes `.h` for C++. */
export const KERNEL_SOURCES = { scheme: 'file', pattern: '**/*.{c,h}' } as const

export function createClient(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): LanguageClient {
  const module = vscode.Uri.joinPath(context.extensionUri, 'out', 'server', 'main.js').fsPath
  const options: ClientOptions = {
    rulePages: vscode.Uri.joinPath(context.extensionUri, 'media', 'rules').toString(),
    explains: true,
  }
  return new LanguageClient(
    'liveUpdateReview',
    'Live Update Review',
    { module, transport: TransportKind.ipc },
    {
      documentSelector: [KERNEL_SOURCES],
      initializationOptions: options,
      markdown: { isTrusted: { enabledCommands: [EXPLAIN_COMMAND] } },
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      // The language status says so; no dialog.
      initializationFailedHandler: () => false,
    },
  )
}
