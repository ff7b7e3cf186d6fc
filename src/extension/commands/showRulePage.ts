import * as vscode from 'vscode'
import { type Command, CommandFailure } from './command.js'

export const showRulePage: Command = {
  id: 'liveUpdateReview.showRulePage',
  /** Shows the page of the rule that the argument names, or of one that is chosen from a list. */
  async run({ context }, rule) {
    const folder = vscode.Uri.joinPath(context.extensionUri, 'media', 'rules')
    const rules = await rulesIn(folder)
    const chosen = typeof rule === 'string' ? rule : await vscode.window.showQuickPick(rules, { title: 'Rule' })
    if (chosen === undefined) return
    if (!rules.includes(chosen)) throw new CommandFailure(`There is no rule ${chosen}.`)
    await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.joinPath(folder, `${chosen}.md`))
  },
}

async function rulesIn(folder: vscode.Uri): Promise<readonly string[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder)
  return entries
    .map(([name]) => name)
    .filter((name) => /^[A-Z0-9_]+\.md$/.test(name))
    .map((name) => name.slice(0, -'.md'.length))
    .sort()
}
