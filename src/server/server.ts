/**
 * The language server: what the engine says about a kernel tree, over LSP. It stays silent in a folder that is no
 * kernel tree, indexes in the background when the first C file is opened, and never makes the editor wait.
 */
import {
  type Connection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node'
import { TextDocument } from 'vscode-languageserver-textdocument'
import type { Finding, Site } from '../core/report/schema.js'
import { SECTION } from '../protocol/server.js'
import { ChangedLines } from './changedLines.js'
import { type Client, readClient } from './client.js'
import { diagnosticsOf } from './diagnostics.js'

import type { KernelTree } from './kernelTree.js'
import { KernelTrees } from './kernelTrees.js'
import { OpenFiles } from './openFiles.js'
import { answerRequests } from './requests.js'
import { SeriesReviews } from './seriesReviews.js'
import type { ServerHost } from './serverHost.js'
import { WorkspaceScan } from './workspaceScan.js'

/** More files than that changed on disk at once (a branch was switched): index anew instead of file by file. */
const MOST_REREAD = 200

const CAPABILITIES: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix'] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
}

/** All parts of a running server, made once the client is known. */
export interface ServerParts {
  readonly connection: Connection
  readonly client: Client
  readonly documents: TextDocuments<TextDocument>
  readonly trees: KernelTrees
  readonly openFiles: OpenFiles
  readonly changedLines: ChangedLines
  readonly scan: WorkspaceScan
  readonly series: SeriesReviews
  readonly ready: Promise<void>
}

export function startServer(connection: Connection, host: ServerHost): void {
  const documents = new TextDocuments(TextDocument)
  let trees: KernelTrees | null = null
  connection.onInitialize((params) => {
    const parts = makeParts(connection, host, documents, readClient(params))
    trees = parts.trees
    followDocuments(parts)
    followWorkspace(parts)
    answerRequests(parts)
    return { capabilities: CAPABILITIES, serverInfo: { name: 'liveupdate-review' } }
  })
  connection.onShutdown(() => trees?.close())
  documents.listen(connection)
  connection.listen()
}

function makeParts(
  connection: Connection,
  host: ServerHost,
  documents: TextDocuments<TextDocument>,
  client: Client,
): ServerParts {
  const trees = new KernelTrees(connection, host, client)
  const changedLines = new ChangedLines(host)
  const ready = new Promise<void>((resolve, reject) => {
    connection.onInitialized(() => trees.changeFolders(client.folders, []).then(resolve, reject))
  })
  ready.catch((error) => connection.console.error(String(error)))
  const toDiagnostics = (tree: KernelTree, findings: readonly Finding[]) => diagnosticsFor(tree, findings, client)
  const treeOf = (uri: string) => trees.of(uri)
  const openFiles = new OpenFiles({ connection, host, documents, changedLines, ready, treeOf, toDiagnostics })
  const scan = new WorkspaceScan({ connection, documents, toDiagnostics })
  const series = new SeriesReviews(host)
  return { connection, client, documents, trees, openFiles, changedLines, scan, series, ready }
}

function diagnosticsFor(tree: KernelTree, findings: readonly Finding[], client: Client): Diagnostic[] {
  const sites = new Map<string, Site>()
  const site = (id: string) => {
    if (sites.size === 0) {
      for (const file of new Set(findings.map((finding) => finding.file))) {
        for (const found of tree.session?.sites(file) ?? []) sites.set(found.id, found)
      }
    }
    return sites.get(id)
  }
  const uriOf = (path: string) => tree.uriOf(path)
  return diagnosticsOf(findings, { uriOf, site, rulePages: client.rulePages, related: client.related })
}

function followDocuments({ documents, trees, changedLines, openFiles, scan, ready }: ServerParts): void {
  const located = async (uri: string, act: (tree: KernelTree, path: string) => unknown) => {
    await ready
    const at = trees.of(uri)
    if (at !== null) await act(at.tree, at.path)
  }
  documents.onDidOpen(({ document }) =>
    located(document.uri, (tree, path) => {
      changedLines.opened(tree, path)
      scan.forget(tree, document.uri)
    }),
  )
  documents.onDidChangeContent(({ document }) => openFiles.changed(document))
  documents.onDidSave(({ document }) =>
    located(document.uri, async (tree, path) => {
      await changedLines.saved(tree, path)
      openFiles.changed(document)
    }),
  )
  documents.onDidClose(({ document }) => {
    openFiles.closed(document.uri)
    return located(document.uri, async (tree, path) => {
      if (documents.get(document.uri) !== undefined) return
      changedLines.closed(tree, path)
      tree.lift(path)
      await scan.refresh(tree, path, document.uri)
    })
  })
}

function followWorkspace(parts: ServerParts): void {
  const { connection, client, trees, openFiles, ready } = parts
  void ready.then(() => {
    if (client.tellsFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
        await trees.changeFolders(uris(added), uris(removed))
        await openFiles.reviewAll()
      })
    }
    if (client.registersSettings) {
      void connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION })
    }
    if (client.registersWatchers) {
      const watchers = [{ globPattern: '**/*.{c,h}' }, { globPattern: '**/.liveupdate-review.json' }]
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers })
    }
  })
  connection.onDidChangeConfiguration(async ({ settings }) => {
    await ready
    await trees.configure((settings as Record<string, unknown> | null)?.[SECTION])
    await openFiles.reviewAll()
  })
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    await ready
    await rereadFiles(parts, uris(changes))
  })
}

async function rereadFiles({ trees, openFiles, scan }: ServerParts, changed: readonly string[]): Promise<void> {
  const byTree = new Map<KernelTree, string[]>()
  for (const uri of changed) {
    const at = trees.of(uri)
    if (at !== null && at.tree.session !== null) byTree.set(at.tree, [...(byTree.get(at.tree) ?? []), at.path])
  }
  let moved = false
  for (const [tree, paths] of byTree) {
    if (paths.length > MOST_REREAD || paths.includes('.liveupdate-review.json')) {
      trees.renew(tree)
      moved = true
      continue
    }
    for (const path of paths) {
      if (!tree.reread(path)) continue
      moved = true
      if (tree.scanned) await scan.refresh(tree, path, tree.uriOf(path))
    }
  }
  if (moved) await openFiles.reviewAll()
}

function uris(items: readonly { readonly uri: string }[]): string[] {
  return items.map(({ uri }) => uri)
}
