import * as vscode from 'vscode'
import { showRulePage } from './commands/showRulePage.js'

/** Links of a report to a rule's page (`helpUri` of SARIF): opened from the extension's own files, with no network. */
export function registerRuleLinks(): vscode.Disposable {
  return vscode.window.registerUriHandler({
    handleUri: ({ path }) => vscode.commands.executeCommand(showRulePage.id, /^\/rules\/([A-Z0-9_]+)$/.exec(path)?.[1]),
  })
}
