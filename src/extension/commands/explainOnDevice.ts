import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import type { Flow } from '../../core/report/schema.js'
import type { ShownFinding } from '../../protocol/panel.js'
import { EXPLAIN_COMMAND, SECTION, SITE_REQUEST, type SiteParams, type SiteResult } from '../../protocol/server.js'
import { openLocation } from '../panelHost.js'
import { type Command, CommandFailure } from './command.js'

export const explainOnDevice: Command = {
  id: EXPLAIN_COMMAND,
  /** Explains the write that the argument names, or the one at the cursor. */
  async run({ client, panel }, reference) {
    const params = isReference(reference) ? reference : atCursor()
    const found = params === null ? null : await client.sendRequest<SiteResult>(SITE_REQUEST, params)
    if (found === null) {
      throw new CommandFailure('There is no config write here, or the kernel tree is not indexed yet.')
    }
    const { site } = found
    const root = vscode.Uri.parse(found.root, true)
    const file = vscode.Uri.joinPath(root, site.file)
    const editor = vscode.window.activeTextEditor
    if (editor?.document.uri.toString() !== file.toString()) {
      await openLocation(root, site.file, site.line, undefined)
    } else {
      const at = new vscode.Position(site.line - 1, site.column - 1)
      editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport)
    }
    panel.show(root, {
      type: 'show',
      site,
      scenario: site.hazard.scenario,
      phase: null,
      flows: vscode.workspace.getConfiguration(SECTION, root).get<Flow[]>('flows', []),
      finding: findingOn(client, file, site.id),
    })
  },
}

function isReference(value: unknown): value is Extract<SiteParams, { root: string }> {
  const { root, id } = (value ?? {}) as Record<string, unknown>
  return typeof root === 'string' && typeof id === 'string'
}

function atCursor(): SiteParams | null {
  const editor = vscode.window.activeTextEditor
  if (editor === undefined) return null
  const { line, character } = editor.selection.active
  return { uri: editor.document.uri.toString(), position: { line, character } }
}

/** The diagnostic that shows for the site, if any does. */
function findingOn(client: LanguageClient, file: vscode.Uri, site: string): ShownFinding | null {
  const shown = client.diagnostics?.get(file)?.find((diagnostic) => {
    const { data } = diagnostic as { readonly data?: { readonly site?: unknown } }
    return data?.site === site
  })
  if (shown === undefined) return null
  const { code } = shown
  return { rule: String(typeof code === 'object' ? code.value : code), message: shown.message }
}
