/**
 * Keeps the diagnostics of open files true: after a quiet moment the edited file is reviewed, then the other open files
 * of its tree, whose guards may lie in it. A result that is overtaken by a further edit is dropped.
 */
import type { Connection, Diagnostic, TextDocuments } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Finding } from '../core/report/schema.js'
import { DIAGNOSED_NOTIFICATION, type Diagnosed } from '../protocol/server.js'
import type { ChangedLines } from './changedLines.js'
import { shownFindings } from './diagnostics.js'
import type { KernelTree } from './kernelTree.js'
import type { ServerHost } from './serverHost.js'

export interface OpenFilesContext {
  readonly connection: Connection
  readonly host: ServerHost
  readonly documents: TextDocuments<TextDocument>
  readonly changedLines: ChangedLines
  /** Settled once the trees and their settings are known. */
  readonly ready: Promise<unknown>
  readonly treeOf: (uri: string) => { readonly tree: KernelTree; readonly path: string } | null
  readonly toDiagnostics: (tree: KernelTree, findings: readonly Finding[]) => Diagnostic[]
}

export class OpenFiles {
  readonly #timers = new Map<string, NodeJS.Timeout>()
  /** The latest reason to review each file; a result of an earlier one is stale. */
  readonly #generations = new Map<string, number>()
  #reasons = 0

  constructor(private readonly context: OpenFilesContext) {}

  /** The document has been opened or edited. */
  changed(document: TextDocument): void {
    const { uri } = document
    this.#next(uri)
    clearTimeout(this.#timers.get(uri))
    const timer = setTimeout(() => {
      this.#timers.delete(uri)
      void this.#reviewFrom(uri)
    }, this.context.host.debounce)
    this.#timers.set(uri, timer)
  }

  closed(uri: string): void {
    clearTimeout(this.#timers.get(uri))
    this.#timers.delete(uri)
    this.#generations.delete(uri)
  }

  /** Reviews every open file again: the setting, the tree or the disk has changed. */
  async reviewAll(): Promise<void> {
    for (const uri of this.context.documents.keys()) {
      this.#next(uri)
      await this.#review(uri)
    }
  }

  async #reviewFrom(uri: string): Promise<void> {
    await this.#review(uri)
    const tree = this.context.treeOf(uri)?.tree
    for (const other of this.context.documents.keys()) {
      if (other === uri || this.#timers.has(other) || this.context.treeOf(other)?.tree !== tree) continue
      this.#next(other)
      await this.#review(other)
    }
  }

  async #review(uri: string): Promise<void> {
    const generation = this.#generations.get(uri)
    await this.context.ready
    const at = this.context.treeOf(uri)
    if (at === null) return
    try {
      const session = await at.tree.open()
      const document = this.context.documents.get(uri)
      if (document === undefined || this.#generations.get(uri) !== generation) return
      const { version } = document
      const changed = await this.context.changedLines.of(at.tree, at.path, document.getText())
      if (this.#generations.get(uri) !== generation || document.version !== version) return
      at.tree.lay(session, at.path, document)
      const show = at.tree.scanned ? (['all'] as const) : at.tree.settings.diagnostics.show
      const guarded = session.guardedFunctions(at.path)
      const shown = shownFindings(session.findings(at.path), { show, changed, guarded })
      await this.#publish(uri, version, this.context.toDiagnostics(at.tree, shown))
    } catch (error) {
      // The tree's state says why it could not be opened; anything else is a bug.
      if (at.tree.session !== null) this.context.connection.console.error(String((error as Error).stack ?? error))
    }
  }

  async #publish(uri: string, version: number, diagnostics: Diagnostic[]): Promise<void> {
    const { connection } = this.context
    await connection.sendDiagnostics({ uri, version, diagnostics })
    const diagnosed: Diagnosed = { uri, version, count: diagnostics.length }
    await connection.sendNotification(DIAGNOSED_NOTIFICATION, diagnosed)
  }

  #next(uri: string): void {
    this.#generations.set(uri, ++this.#reasons)
  }
}
