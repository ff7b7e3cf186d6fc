import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { type FromPanel, isFromPanel, type ShowMessage } from '../protocol/panel.js'
import { panelHtml } from '../protocol/panelHtml.js'

/** A message that has passed between the extension and the panel. */
export type PanelEvent = FromPanel | ShowMessage

/**
 * Holds the one panel. It keeps nothing in the hidden webview: the panel says `ready` on each load and is told again
 * what to show.
 */
export class PanelHost implements vscode.Disposable {
  readonly #events = new vscode.EventEmitter<PanelEvent>()
  #panel: vscode.WebviewPanel | undefined
  /** The panel has loaded and listens. */
  #listens = false
  #shown: { readonly root: vscode.Uri; readonly message: ShowMessage } | undefined

  constructor(private readonly extensionUri: vscode.Uri) {}

  get onEvent(): vscode.Event<PanelEvent> {
    return this.#events.event
  }

  show(root: vscode.Uri, message: ShowMessage): void {
    this.#shown = { root, message }
    if (this.#panel === undefined) this.#open()
    else this.#panel.reveal()
    if (this.#listens) this.#post()
  }

  dispose(): void {
    this.#panel?.dispose()
    this.#events.dispose()
  }

  #open(): void {
    const out = vscode.Uri.joinPath(this.extensionUri, 'out', 'panel')
    const panel = vscode.window.createWebviewPanel(
      'liveUpdateReview.panel',
      'Live Update: Device',
      { viewColumn: vscode.ViewColumn.Beside },
      { enableScripts: true, localResourceRoots: [out, vscode.Uri.joinPath(this.extensionUri, 'media')] },
    )
    const { webview } = panel
    webview.onDidReceiveMessage((message) => this.#receive(message))
    panel.onDidDispose(() => {
      this.#panel = undefined
      this.#listens = false
    })
    panel.onDidChangeViewState(() => {
      // A hidden webview is unloaded; it says `ready` again when it is shown.
      if (!panel.visible) this.#listens = false
    })
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(18).toString('base64'),
      scriptUri: webview.asWebviewUri(vscode.Uri.joinPath(out, 'main.js')).toString(),
      styleUri: webview.asWebviewUri(vscode.Uri.joinPath(out, 'main.css')).toString(),
    })
    this.#panel = panel
  }

  #receive(message: unknown): void {
    if (!isFromPanel(message)) return
    this.#events.fire(message)
    if (message.type === 'ready') {
      this.#listens = true
      this.#post()
    } else if (this.#shown !== undefined) {
      void openLocation(this.#shown.root, message.file, message.line, this.#panel?.viewColumn)
    }
  }

  #post(): void {
    if (this.#shown === undefined) return
    void this.#panel?.webview.postMessage(this.#shown.message)
    this.#events.fire(this.#shown.message)
  }
}

/** Opens a file of the tree beside the panel, not over it; a path that leads out of the tree is ignored. */
export async function openLocation(
  root: vscode.Uri,
  file: string,
  line: number,
  panelColumn: vscode.ViewColumn | undefined,
): Promise<void> {
  if (file.split(/[/\\]/).includes('..')) return
  const at = new vscode.Position(line - 1, 0)
  const viewColumn = panelColumn === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One
  await vscode.window.showTextDocument(vscode.Uri.joinPath(root, file), {
    viewColumn,
    selection: new vscode.Range(at, at),
  })
}
