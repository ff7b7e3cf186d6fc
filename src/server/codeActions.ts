import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from 'vscode-languageserver/node'
import type { Site } from '../core/report/schema.js'
import { EXPLAIN_COMMAND, type SiteReference } from '../protocol/server.js'
import { sitesIn } from './siteAt.js'

/** *Explain on Device* for each write in the range; for the client that knows the command. */
export function codeActionsOf(
  root: string,
  sites: readonly Site[],
  range: Range,
  diagnostics: readonly Diagnostic[],
): CodeAction[] {
  const inRange = sitesIn(sites, range)
  return inRange.map((site) => {
    const reference: SiteReference = { root, id: site.id }
    const title =
      inRange.length === 1 ? 'Explain on Device' : `Explain on Device: ${site.callee}() at line ${site.line}`
    return {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: diagnostics.filter(({ data }) => (data as { site?: unknown } | undefined)?.site === site.id),
      command: { title, command: EXPLAIN_COMMAND, arguments: [reference] },
    }
  })
}
