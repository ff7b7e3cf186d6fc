import * as vscode from 'vscode'
import type { ReviewExtension } from '../extension.js'
import { clearScan } from './clearScan.js'
import { type Command, registerCommand } from './command.js'
import { explainOnDevice } from './explainOnDevice.js'
import { restartServer } from './restartServer.js'
import { reviewSeries } from './reviewSeries.js'
import { scanWorkspace } from './scanWorkspace.js'
import { showRulePage } from './showRulePage.js'

const commands: readonly Command[] = [
  scanWorkspace,
  clearScan,
  explainOnDevice,
  reviewSeries,
  showRulePage,
  restartServer,
]

export function registerCommands(extension: ReviewExtension): vscode.Disposable {
  return vscode.Disposable.from(...commands.map((command) => registerCommand(extension, command)))
}
