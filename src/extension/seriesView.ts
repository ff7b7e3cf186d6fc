import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import type { Severity } from '../core/report/schema.js'
import {
  SERIES_TEXT_REQUEST,
  type SeriesFinding,
  type SeriesResult,
  type SeriesTextParams,
  type SeriesTextResult,
} from '../protocol/server.js'

const SCHEME = 'liveupdate-series'
const VIEW = 'liveUpdateReview.series'
/** Set while there is a series to show. */
const CONTEXT = 'liveUpdateReview.hasSeries'

/** A patch, by its index, or a finding on one. */
export type SeriesNode = { readonly patch: number } | { readonly finding: SeriesFinding }

/** The series that was reviewed last: its patches, the findings of each, and its files as documents of no disk. */
export class SeriesView implements vscode.TreeDataProvider<SeriesNode>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>()
  readonly onDidChangeTreeData = this.#changed.event
  readonly #disposables: vscode.Disposable
  readonly #view: vscode.TreeView<SeriesNode>
  #result: SeriesResult | null = null
  /** Counts the reviews: a document of an earlier one is another. */
  #review = 0

  constructor(client: LanguageClient) {
    this.#view = vscode.window.createTreeView(VIEW, { treeDataProvider: this })
    this.#disposables = vscode.Disposable.from(
      this.#changed,
      this.#view,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        provideTextDocumentContent: (uri) => client.sendRequest<SeriesTextResult>(SERIES_TEXT_REQUEST, paramsOf(uri)),
      }),
    )
  }

  async show(result: SeriesResult): Promise<void> {
    this.#result = result
    this.#review++
    const { title, version } = result.series
    this.#view.message = version === 1 ? title : `${title} (v${version})`
    await vscode.commands.executeCommand('setContext', CONTEXT, true)
    this.#changed.fire(undefined)
    await vscode.commands.executeCommand(`${VIEW}.focus`)
  }

  getChildren(node?: SeriesNode): readonly SeriesNode[] & SeriesNode[] {
    if (!this.#result) return []
    const { series, findings } = this.#result
    if (!node) return series.patches.map((_, patch) => ({ patch }))
    return 'patch' in node ? findings.filter(({ at }) => at === node.patch).map((finding) => ({ finding })) : []
  }

  getTreeItem(node: SeriesNode): vscode.TreeItem {
    return 'patch' in node ? this.#patchItem(node.patch) : this.#findingItem(node.finding)
  }

  #patchItem(index: number): vscode.TreeItem {
    const { series } = this.#result!
    const { number, subject, applies, failedHunks } = series.patches[index]!
    const found = this.getChildren({ patch: index })
    const some = found.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None
    const item = new vscode.TreeItem(`${number}/${series.count} ${subject}`, some)
    const notes = [
      ...(applies === 'clean' ? [] : [`applies: ${applies}`]),
      ...(found.length > 0 ? [`${found.length} ${found.length === 1 ? 'finding' : 'findings'}`] : []),
    ]
    item.description = notes.join(', ')
    item.tooltip = [subject, ...failedHunks.map(({ file, hunk, why }) => `${file}, hunk ${hunk}: ${why}`)].join('\n')
    return item
  }

  #findingItem(finding: SeriesFinding): vscode.TreeItem {
    const { file, line, message, rule, severity, state, fixedBy, at, lineAt } = finding
    const item = new vscode.TreeItem(message)
    item.description = `${rule}, ${file}:${lineAt ?? line}${fixedBy === undefined ? '' : `, fixed by ${fixedBy}`}`
    item.tooltip = `${state}: ${message}`
    item.iconPath = new vscode.ThemeIcon(state === 'fixed' ? 'pass' : ICONS[severity])
    const [before, after] = [at, at + 1].map((patches) => this.#uri(file, patches))
    const title = `${file} (${finding.patch ?? 'the whole series'})`
    const place = (lineAt ?? 1) - 1
    const selection = new vscode.Range(place, 0, place, 0)
    item.command = { command: 'vscode.diff', title: 'Show', arguments: [before, after, title, { selection }] }
    return item
  }

  #uri(path: string, state: number): vscode.Uri {
    const query = JSON.stringify({ root: this.#result!.root, state, review: this.#review })
    return vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query })
  }

  dispose(): void {
    this.#disposables.dispose()
  }
}

const ICONS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'info' }

function paramsOf(uri: vscode.Uri): SeriesTextParams {
  const { root, state } = JSON.parse(uri.query) as SeriesTextParams
  return { root, path: uri.path.slice(1), state }
}
