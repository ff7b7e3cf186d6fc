/** The window as the tests see it: the extension from its VSIX, the sample kernel, and waiting for what happens. */
import assert from 'node:assert/strict'
import * as vscode from 'vscode'
import type { ReviewApi } from '../../src/extension/extension.js'
import type { Show } from '../../src/protocol/server.js'

export const EXTENSION_ID = 'liveupdate-review.liveupdate-review'

export function extension(): vscode.Extension<ReviewApi> {
  const found = vscode.extensions.getExtension<ReviewApi>(EXTENSION_ID)
  assert.ok(found, 'the extension is installed')
  return found
}

export async function api(): Promise<ReviewApi> {
  const activated = await extension().activate()
  await activated.started
  return activated
}

export function kernelFile(path: string): vscode.Uri {
  const folder = vscode.workspace.workspaceFolders?.[0]
  assert.ok(folder, 'the sample kernel is open')
  return vscode.Uri.joinPath(folder.uri, path)
}

/** Resolves when `found` gives something, now or after one of the events. The test's time limit bounds it. */
export function until<T>(events: readonly vscode.Event<never>[], found: () => T | undefined | false): Promise<T> {
  return new Promise((resolve) => {
    const listening: vscode.Disposable[] = []
    const look = () => {
      const result = found()
      if (result === undefined || result === false) return
      for (const one of listening) one.dispose()
      resolve(result)
    }
    for (const event of events) listening.push(event(look))
    look()
  })
}

/** Sets which findings show, for this window's user, and waits for nothing. */
export async function show(...which: readonly Show[]): Promise<void> {
  const settings = vscode.workspace.getConfiguration('liveUpdateReview')
  await settings.update('diagnostics.show', which, vscode.ConfigurationTarget.Global)
}

export async function showDefault(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('liveUpdateReview')
  await settings.update('diagnostics.show', undefined, vscode.ConfigurationTarget.Global)
}

export async function open(path: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(kernelFile(path), { viewColumn: vscode.ViewColumn.One })
}

export function ours(uri: vscode.Uri): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Live Update Review')
}

export function ruleOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code)
}

/** Waits until the diagnostics of the document as it stands now are out and satisfy `wanted`. */
export async function diagnostics(
  document: vscode.TextDocument,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const { onDiagnosed, diagnosed } = await api()
  const events = [onDiagnosed, vscode.languages.onDidChangeDiagnostics] as unknown as vscode.Event<never>[]
  return until(events, () => {
    if (diagnosed.get(document.uri.toString())?.version !== document.version) return false
    const found = ours(document.uri)
    return wanted(found) ? found : false
  })
}

/** The first place where the text stands in the document, below another text if one is given. */
export function find(document: vscode.TextDocument, text: string, below = ''): vscode.Range {
  const whole = document.getText()
  const from = whole.indexOf(below)
  const at = from < 0 ? -1 : whole.indexOf(text, from)
  assert.notEqual(at, -1, `the file holds ${text}`)
  return new vscode.Range(document.positionAt(at), document.positionAt(at + text.length))
}
