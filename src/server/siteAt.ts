import type { Position, Range } from 'vscode-languageserver/node'
import type { Site } from '../core/report/schema.js'
import { rangeOf } from './diagnostics.js'

/** The site whose call covers the position; of nested ones (a write in another's argument) the inner one. */
export function siteAt(sites: readonly Site[], position: Position): Site | null {
  let found: Site | null = null
  for (const site of sites) {
    const range = rangeOf(site)
    if (!covers(range, position)) continue
    if (found === null || before(rangeOf(found).start, range.start)) found = site
  }
  return found
}

export function sitesIn(sites: readonly Site[], range: Range): readonly Site[] {
  return sites.filter((site) => {
    const own = rangeOf(site)
    return !before(range.end, own.start) && !before(own.end, range.start)
  })
}

function covers(range: Range, position: Position): boolean {
  return !before(position, range.start) && !before(range.end, position)
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character)
}
