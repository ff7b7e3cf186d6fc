/** The reason for the guard over a site: the texts around it, and what documents the helpers that the guard asks. */
import { FunctionFlag } from '../index/facts.js'
import type { Program } from '../program/linker.js'
import type { Site } from '../report/schema.js'
import { shownGuard } from '../report/shownGuard.js'
import { decodeUtf8, Lines } from '../text/lines.js'
import { docBefore, docBlocks, type GuardedPlace, type Justification, justificationOf } from './find.js'
import { wordsOf } from './vocabulary.js'

/** Where a function stands that writes, as offsets of its file's text. */
export interface WrittenPlace {
  readonly text: string
  readonly file: number
  readonly start: number
  readonly end: number
  /** The guard's condition in it; null if the guard stands in a caller. */
  readonly guard: number | null
  readonly write: { readonly start: number; readonly end: number }
}

const MISSING: Justification = { status: 'missing', where: null, reason: null }

export class Justifier {
  private readonly docs = new Map<string, readonly string[]>()
  private readonly fileNumbers: ReadonlyMap<string, number>

  constructor(
    private readonly program: Program,
    private readonly read: (path: string) => string | null,
    /** Message of the patch that brought the line of a guard, which stands in the writer or in a caller of it. */
    private readonly commitOf: (path: string, line: number, by: 'self' | 'caller' | null) => string | null = () => null,
  ) {
    this.fileNumbers = new Map(program.index.files.map((file, f) => [file.path, f]))
  }

  /** `missing` for a site without a guard: there is nothing to give a reason for. */
  of(site: Site, place: WrittenPlace): Justification {
    const { condition, file, line, by } = shownGuard(site)
    if (condition === null || file === null || line === null) return MISSING
    const guarded = place.guard === null ? this.inCaller(file, line) : { ...place, guard: place.guard }
    if (!guarded) return MISSING
    const { own, others } = wordsOf(site.fields.map((field) => field.feature))
    const found = justificationOf(guarded, {
      own,
      others,
      helperDocs: this.helperDocs(this.fileNumbers.get(file) ?? place.file, condition),
      commit: this.commitOf(file, line, by),
    })
    return found.reason === null ? found : { ...found, reason: decodeUtf8(found.reason) }
  }

  /** The function of a caller in which a guard stands; only comments at the guard and its own documentation count there. */
  private inCaller(path: string, line: number): GuardedPlace | null {
    const f = this.fileNumbers.get(path)
    const text = this.read(path)
    const rows = f === undefined ? undefined : this.program.index.files[f]!.facts?.rows('functions')
    if (text === null || !rows) return null
    const at = new Lines(text).offsetOf(line)
    const guard = at + /^\s*/.exec(text.slice(at, at + 200))![0].length
    for (let row = 0; row < rows.count; row++) {
      const [start, end] = [rows.get(row, 'start'), rows.get(row, 'end')]
      if (start <= guard && guard < end) return { text, start, end, guard, write: null }
    }
    return null
  }

  private helperDocs(f: number, condition: string): readonly string[] {
    const names = [...condition.matchAll(/\b([A-Za-z_]\w*)\s*\(/g)].map((m) => m[1]!)
    return names.flatMap((name) => {
      const known = this.docs.get(name)
      if (known) return known
      const docs = this.docsOf(f, name)
      this.docs.set(name, docs)
      return docs
    })
  }

  private docsOf(f: number, name: string): readonly string[] {
    const { symbols, index } = this.program
    symbols.enterFile(f)
    return [...symbols.resolve(index.names.id(name))].flatMap((fn) => {
      if (symbols.flags[fn]! & FunctionFlag.expanded) return []
      const { path, facts } = index.files[symbols.file[fn]!]!
      const text = this.read(path)
      if (text === null || !facts) return []
      const doc = docBefore(text, facts.rows('functions').get(fn - symbols.first[symbols.file[fn]!]!, 'start'))
      return [...(doc === null ? [] : [doc]), ...docBlocks(text)]
    })
  }
}
