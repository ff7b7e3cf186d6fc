import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node'
import { Cancelled } from '../core/cancel.js'
import type { Site } from '../core/report/schema.js'
import { UserError } from '../node/userError.js'
import {
  CLEAR_SCAN_REQUEST,
  SCAN_REQUEST,
  type ScanParams,
  type ScanResult,
  SERIES_REQUEST,
  SERIES_TEXT_REQUEST,
  type SeriesParams,
  type SeriesTextParams,
  SITE_REQUEST,
  type SiteParams,
  type SiteResult,
} from '../protocol/server.js'
import { codeActionsOf } from './codeActions.js'
import { hoverOf } from './hover.js'
import type { KernelTree } from './kernelTree.js'
import type { ServerParts } from './server.js'
import { siteAt } from './siteAt.js'

/** Answers what the editor asks. Before a tree is indexed hover, code actions and sites have no answer: nobody waits. */
export function answerRequests(parts: ServerParts): void {
  const { connection, client, openFiles, scan, trees } = parts
  connection.onHover(({ textDocument, position }) => {
    const at = sitesOf(parts, textDocument.uri)
    const site = at === null ? null : siteAt(at.sites, position)
    if (at === null || site === null) return null
    const { tree } = at
    const { flows } = tree.settings
    return hoverOf(site, { root: tree.uri, uriOf: (path) => tree.uriOf(path), explains: client.explains, flows })
  })
  connection.onCodeAction(({ textDocument, range, context }) => {
    const at = client.explains ? sitesOf(parts, textDocument.uri) : null
    return at === null ? [] : codeActionsOf(at.tree.uri, at.sites, range, context.diagnostics)
  })
  connection.onRequest(SITE_REQUEST, (params: SiteParams): SiteResult => findSite(parts, params))
  connection.onRequest(SCAN_REQUEST, (params: ScanParams | null, token) => runScan(parts, params ?? {}, token))
  connection.onRequest(SERIES_REQUEST, (params: SeriesParams, token) =>
    told('review', async () => {
      await parts.ready
      const progress = connection.window.attachWorkDoneProgress(params.workDoneToken)
      return parts.series.run(trees.all, params, progress, token)
    }),
  )
  connection.onRequest(SERIES_TEXT_REQUEST, (params: SeriesTextParams) => parts.series.text(params))
  connection.onRequest(CLEAR_SCAN_REQUEST, async () => {
    for (const tree of trees.all) await scan.clear(tree)
    await openFiles.reviewAll()
  })
}

/** The sites of an open file as it stands in the editor now, also between a keystroke and its diagnostics. */
function sitesOf(
  { trees, documents }: ServerParts,
  uri: string,
): { readonly tree: KernelTree; readonly sites: readonly Site[] } | null {
  const at = trees.of(uri)
  const document = documents.get(uri)
  const session = at?.tree.session ?? null
  if (at === null || session === null || document === undefined) return null
  at.tree.lay(session, at.path, document)
  return { tree: at.tree, sites: session.sites(at.path) }
}

function findSite(parts: ServerParts, params: SiteParams): SiteResult {
  if ('uri' in params) {
    const at = sitesOf(parts, params.uri)
    const site = at === null ? null : siteAt(at.sites, params.position)
    return at === null || site === null ? null : { root: at.tree.uri, site }
  }
  const tree = parts.trees.all.find(({ uri }) => uri === params.root)
  const file = params.id.split('#', 1)[0] ?? ''
  const site = tree?.session?.sites(file).find(({ id }) => id === params.id)
  return tree === undefined || site === undefined ? null : { root: tree.uri, site }
}

async function runScan(parts: ServerParts, params: ScanParams, token: CancellationToken): Promise<ScanResult> {
  await parts.ready
  const trees = parts.trees.all.filter(({ uri }) => params.root === undefined || uri === params.root)
  const progress = parts.connection.window.attachWorkDoneProgress(params.workDoneToken)
  return told('scan', async () => {
    const result = await parts.scan.run(trees, progress, token)
    await parts.openFiles.reviewAll()
    return result
  })
}

/** What a person can mend, and that they gave up, in the protocol's own words. */
async function told<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Cancelled) throw new ResponseError(LSPErrorCodes.RequestCancelled, `The ${what} was cancelled`)
    if (error instanceof UserError)
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${error.message}. ${error.hint}`)
    throw error
  }
}
