/**
 * The review of whole trees, on request only. What it publishes stays until it is cleared or the file is edited; a
 * cancelled scan publishes nothing. The engine works in steps, so cancelling takes effect within a fraction of a second.
 */
import { setImmediate } from 'node:timers/promises'
import {
  type CancellationToken,
  type Connection,
  type Diagnostic,
  LSPErrorCodes,
  ResponseError,
  type TextDocuments,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Finding, Report } from '../core/report/schema.js'
import type { ScanResult } from '../protocol/server.js'
import type { KernelTree } from './kernelTree.js'
import { paced } from './pacedProgress.js'

export interface ScanContext {
  readonly connection: Connection
  readonly documents: TextDocuments<TextDocument>
  readonly toDiagnostics: (tree: KernelTree, findings: readonly Finding[]) => Diagnostic[]
}

export class WorkspaceScan {
  /** URIs of the files that hold diagnostics from a scan, by tree. */
  readonly #published = new Map<string, Set<string>>()

  constructor(private readonly context: ScanContext) {}

  async run(
    trees: readonly KernelTree[],
    progress: WorkDoneProgressReporter,
    token: CancellationToken,
  ): Promise<ScanResult> {
    const reports: [KernelTree, Report][] = []
    progress.begin('Live Update Review', 0, undefined, true)
    try {
      for (const tree of trees) reports.push([tree, await this.#report(tree, progress, token)])
      await checkToken(token)
      let files = 0
      for (const [tree, report] of reports) files += await this.#publish(tree, report)
      return { trees: reports.map(([tree, { summary }]) => ({ root: tree.uri, summary })), files }
    } finally {
      progress.done()
    }
  }

  /** The file is open or edited now: its diagnostics are the open file's own business. */
  forget(tree: KernelTree, uri: string): void {
    this.#published.get(tree.uri)?.delete(uri)
  }

  /** A file that is not open (any more): shows the scan's diagnostics as they are now, or none without a scan. */
  async refresh(tree: KernelTree, path: string, uri: string): Promise<void> {
    const findings = tree.scanned ? (tree.session?.findings(path) ?? []) : []
    if (findings.length > 0) this.#files(tree).add(uri)
    await this.context.connection.sendDiagnostics({ uri, diagnostics: this.context.toDiagnostics(tree, findings) })
  }

  async clear(tree: KernelTree): Promise<void> {
    tree.scanned = false
    for (const uri of this.#files(tree)) await this.#empty(uri)
    this.#published.delete(tree.uri)
  }

  async #report(tree: KernelTree, progress: WorkDoneProgressReporter, token: CancellationToken): Promise<Report> {
    progress.report('Indexing the kernel tree')
    const session = await untilCancelled(tree.reopen(), token)
    for (const document of this.context.documents.all()) {
      const path = tree.pathOf(document.uri)
      if (path !== null) tree.lay(session, path, document)
    }
    await checkToken(token)
    const abort = new AbortController()
    const cancelling = token.onCancellationRequested(() => abort.abort())
    try {
      const task = { signal: abort.signal, progress: paced(progress) }
      await session.prepare(task, () => setImmediate())
      return session.report(task)
    } finally {
      cancelling.dispose()
    }
  }

  async #publish(tree: KernelTree, report: Report): Promise<number> {
    tree.scanned = true
    const byFile = findingsByFile(report)
    const before = this.#files(tree)
    const now = new Set<string>()
    const open = new Set(this.context.documents.keys().map((uri) => tree.pathOf(uri)))
    for (const [file, findings] of byFile) {
      if (open.has(file)) continue
      const uri = tree.uriOf(file)
      now.add(uri)
      await this.context.connection.sendDiagnostics({ uri, diagnostics: this.context.toDiagnostics(tree, findings) })
    }
    for (const uri of before) if (!now.has(uri)) await this.#empty(uri)
    this.#published.set(tree.uri, now)
    return byFile.size
  }

  /** A file that is open by now keeps what it shows. */
  async #empty(uri: string): Promise<void> {
    if (this.context.documents.get(uri) === undefined) {
      await this.context.connection.sendDiagnostics({ uri, diagnostics: [] })
    }
  }

  #files(tree: KernelTree): Set<string> {
    const files = this.#published.get(tree.uri) ?? new Set<string>()
    this.#published.set(tree.uri, files)
    return files
  }
}

function findingsByFile(report: Report): ReadonlyMap<string, readonly Finding[]> {
  const files = new Map<string, Finding[]>()
  for (const finding of report.findings) {
    const file = files.get(finding.file)
    if (file === undefined) files.set(finding.file, [finding])
    else file.push(finding)
  }
  return files
}

/** Lets the messages in that arrived meanwhile, a cancellation among them. */
async function checkToken(token: CancellationToken): Promise<void> {
  await setImmediate()
  if (token.isCancellationRequested) throw cancelled()
}

function untilCancelled<T>(work: Promise<T>, token: CancellationToken): Promise<T> {
  return new Promise((resolve, reject) => {
    if (token.isCancellationRequested) reject(cancelled())
    const listening = token.onCancellationRequested(() => reject(cancelled()))
    work.then(resolve, reject).finally(() => listening.dispose())
  })
}

function cancelled(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'The scan was cancelled')
}
