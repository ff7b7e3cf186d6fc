import { fileURLToPath } from 'node:url'
import {
  type CancellationToken,
  LSPErrorCodes,
  ResponseError,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver/node'
import type { Finding } from '../core/report/schema.js'
import type { SeriesReview } from '../core/series/reviewSeries.js'
import { decodeUtf8 } from '../core/text/lines.js'
import type { SeriesFinding, SeriesParams, SeriesResult, SeriesTextParams } from '../protocol/server.js'
import type { KernelTree } from './kernelTree.js'
import { paced } from './pacedProgress.js'
import type { ServerHost } from './serverHost.js'

/** Reviews of series, the last of each tree: an editor shows its states as documents. Nothing is written to the tree. */
export class SeriesReviews {
  readonly #last = new Map<string, SeriesReview>()

  constructor(private readonly host: ServerHost) {}

  async run(
    trees: readonly KernelTree[],
    { files, root }: SeriesParams,
    progress: WorkDoneProgressReporter,
    token: CancellationToken,
  ): Promise<SeriesResult> {
    const tree = trees.find(({ uri }) => root === undefined || uri === root)
    if (!tree) throw new ResponseError(LSPErrorCodes.RequestFailed, 'No folder of this workspace is a kernel tree.')
    const abort = new AbortController()
    const listening = token.onCancellationRequested(() => abort.abort())
    try {
      const task = { signal: abort.signal, progress: paced(progress) }
      const session = await tree.reopen()
      const paths = files.map((uri) => fileURLToPath(uri))
      const review = await this.host.reviewSeries(tree.path, session, paths, task, pause)
      this.#last.set(tree.uri, review)
      return resultOf(tree, review)
    } finally {
      listening.dispose()
    }
  }

  text({ root, path, state }: SeriesTextParams): string {
    return decodeUtf8(this.#last.get(root)?.states.textAt(path, state) ?? '')
  }
}

/** Lets what has come in meanwhile be read. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function resultOf(tree: KernelTree, { report, states }: SeriesReview): SeriesResult {
  const series = report.series!
  const names = series.patches.map(({ number }) => `${number}/${series.count}`)
  const placed = (finding: Finding): SeriesFinding => {
    const index = finding.patch ? names.indexOf(finding.patch) : -1
    const at = index < 0 ? names.length - 1 : index
    // What is fixed stands where the last state that had it has it: no line of a later one is its own.
    const line = finding.state === 'fixed' ? null : states.lineBefore(finding.file, finding.line, states.count, at + 1)
    return { ...finding, at, lineAt: line?.path === finding.file ? line.line : null }
  }
  return { root: tree.uri, series, findings: report.findings.map(placed) }
}
