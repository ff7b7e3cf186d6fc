/**
 * The extension: a thin client of the language server. It starts the server, shows its state and registers the
 * commands; it knows nothing about C or PCI.
 */
import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import type { ScanResult } from '../protocol/server.js'
import { createClient } from './client.js'
import { registerCommands } from './commands/registry.js'
import { scanWorkspace } from './commands/scanWorkspace.js'
import { LanguageStatus } from './languageStatus.js'
import { type PanelEvent, PanelHost } from './panelHost.js'
import { registerRuleLinks } from './ruleLinks.js'
import { SeriesView } from './seriesView.js'
import { ServerNotes } from './serverNotes.js'

/** The running extension, handed to every command. */
export interface ReviewExtension {
  readonly context: vscode.ExtensionContext
  readonly client: LanguageClient
  readonly log: vscode.LogOutputChannel
  readonly panel: PanelHost
  readonly series: SeriesView
}

/** What tests in the editor hook into; nothing else uses it, and no promise is made about it. */
export interface ReviewApi extends Pick<ServerNotes, 'onDiagnosed' | 'onStatus' | 'diagnosed' | 'status'> {
  /** Settles when the server has started. */
  readonly started: Promise<void>
  readonly onPanelEvent: vscode.Event<PanelEvent>
  readonly series: SeriesView
  /** The scan command with a token of the caller's. */
  scan(token: vscode.CancellationToken): Promise<ScanResult>
}

let running: LanguageClient | undefined

export function activate(context: vscode.ExtensionContext): ReviewApi {
  const log = vscode.window.createOutputChannel('Live Update Review', { log: true })
  const client = createClient(context, log)
  running = client
  const notes = new ServerNotes(client)
  const panel = new PanelHost(context.extensionUri)
  const series = new SeriesView(client)
  const extension: ReviewExtension = { context, client, log, panel, series }
  context.subscriptions.push(
    log,
    notes,
    panel,
    series,
    new LanguageStatus(notes),
    registerCommands(extension),
    registerRuleLinks(),
  )
  // Not awaited: the editor goes on while the server starts. A failure is in the log and in the language status.
  const started = client.start()
  started.catch((error) => notes.failed(String(error)))
  return {
    started,
    onDiagnosed: notes.onDiagnosed,
    onStatus: notes.onStatus,
    get diagnosed() {
      return notes.diagnosed
    },
    get status() {
      return notes.status
    },
    onPanelEvent: panel.onEvent,
    series,
    scan: (token) => scanWorkspace.run(extension, token) as Promise<ScanResult>,
  }
}

export async function deactivate(): Promise<void> {
  if (running?.needsStop()) await running.stop()
}
