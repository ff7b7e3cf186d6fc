/**
 * The façade that the shells call. A session holds one indexed tree and answers for any file of it; `setOverlay` lays
 * an unsaved buffer over the disk. Nothing here throws on source text.
 */
import { checkCancelled, runSteps, runStepsWithPauses, type Steps, type Task } from './cancel.js'
import type { Settings } from './config/settings.js'
import { withoutDeadCode } from './functions/deadCode.js'
import type { CParser } from './functions/parser.js'
import { callsInFunction } from './guards/guardedCalls.js'
import type { GuardSite } from './guards/guardSites.js'
import { type GuardTable, guardFromPattern, knownGuards } from './guards/guardTable.js'
import type { FileFacts } from './index/facts.js'
import { FileIndexer, factsOfText } from './index/indexFile.js'
import type { TreeIndex } from './index/treeIndex.js'
import { Justifier } from './justification/justifier.js'
import { edgesTo, leadsTo } from './program/callers.js'
import { CREDIBILITY, credibilityOf } from './program/graph.js'
import { linking, type Program } from './program/linker.js'
import { type PhaseReach, type Reach, type ReachOfWriters, reachOfWriters } from './program/phases.js'
import { ProgramGuards, type SourceOf } from './program/programGuards.js'
import { type CallsOf, type FunctionCalls, protect } from './program/protect.js'
import { type PassedConstant, specialise } from './program/specialise.js'
import { unawareDrivers } from './program/unawareDrivers.js'
import { inPaths, reportOf, type Tool } from './report/build.js'
import type { FindingContext } from './report/findingKey.js'
import type { Finding, Report, Site } from './report/schema.js'
import { type Judged, judge } from './rules/judge.js'
import { commentSuppressions } from './suppressions/comments.js'
import type { Suppression } from './suppressions/suppression.js'
import { decodeUtf8, encodeUtf8, Lines } from './text/lines.js'
import type { FunctionWrite } from './writes/functionWrites.js'
import { GuardReader } from './writes/guardReader.js'
import { KeptWrites } from './writes/keptWrites.js'
import { neededFunctions, withUnread } from './writes/neededFunctions.js'
import { REGISTER_HEADER, RegisterNames } from './writes/registers.js'
import { type RestorePath, restorePath } from './writes/restorePath.js'
import { siteOf, type WriteUnder } from './writes/sites.js'
import { sourceOfRow } from './writes/sourceOfRow.js'
import { accessorsSeenFrom, findWriters, WriteNames, type Writers, wrapperOf, writesOfRow } from './writes/writers.js'

export interface ReviewSession {
  /** What it was made from: another session of the same tree is made from it without an index of its own. */
  readonly input: SessionInput
  /** Lays `text` over the file on disk, or takes the overlay away with null. `path` is relative to the root. */
  setOverlay(path: string, text: string | null): void
  sites(path: string): readonly Site[]
  findings(path: string): readonly Finding[]
  /** Line ranges, 1-based and inclusive, of the functions of a file that hold a live update guard. */
  guardedFunctions(path: string): readonly FunctionLines[]
  /** Does the long part of `report` in steps, with `pause` between them; the next `report` is quick then. */
  prepare(task: Task, pause: () => Promise<void>): Promise<void>
  /** The whole tree's report. With `paths`, sites and findings only of these files or folders. */
  report(task?: Task, paths?: readonly string[]): Report
}

/** A function and the lines that it takes, from 1, the last included. */
export interface FunctionLines {
  readonly name: string
  readonly start: number
  readonly end: number
}

export interface SessionInput {
  readonly index: TreeIndex
  /** A file on disk, one character a byte; null if it cannot be read. */
  readonly read: (path: string) => string | null
  readonly parser: CParser
  readonly settings: Settings
  readonly tool: Tool
  /**
   * Files whose findings are wanted; all when undefined. The graph is always the whole tree's; of the other files only
   * those writes are read that findings of these depend on.
   */
  readonly isWanted?: ((path: string) => boolean) | undefined
  /** Undefined but for a tree with a series on it. */
  readonly history?: LineHistory | undefined
  /** True for a tree that is judged as one with live update guards, though none may stand in it. */
  readonly hasGuards?: boolean | undefined
}

/** Where lines of a tree that a series has changed come from. Lines of `linked` texts are those of the tree as linked. */
export interface LineHistory {
  /** Message of the patch that brought a line, null for one that was there before. */
  commitOf(path: string, line: number, text: 'linked' | 'overlay'): string | null
  /** False for a line of a linked text that the overlays have not got yet. */
  isThere(path: string, line: number): boolean
  /** Where a line of an overlay stands in the linked text; null if it is not in it. */
  linkedLine(path: string, line: number): number | null
}

/** A file while findings are made. */
interface FileText {
  readonly lines: readonly string[]
  readonly places: Lines
}

/** What one linking of the tree has told. */
interface Analysis {
  readonly program: Program
  readonly writers: Writers
  /** Names of the functions that forward a write. */
  readonly wrapperNames: ReadonlySet<number>
  /** Functions that write; those whose writes are not read are told by their facts. */
  readonly writing: readonly number[]
  readonly reach: ReachOfWriters
  readonly justifier: Justifier
  readonly guards: ProgramGuards
  readonly guardReader: GuardReader
  readonly restorePath: RestorePath
  readonly isUnaware: (file: string) => boolean
}

/**
 * A tree this small is linked anew after every change: another condition or another line shows in the paths and guards
 * of other functions too. In a larger one a function keeps the paths it had when the tree was linked, and a new function
 * has none, until the next report.
 */
const LINKED_AT_ONCE = 2000

export class TreeSession implements ReviewSession {
  private readonly overlays = new Map<string, { readonly text: string; readonly facts: FileFacts }>()
  private readonly indexer: FileIndexer
  private readonly registers: RegisterNames
  private readonly writeNames: WriteNames
  private readonly numbers: ReadonlyMap<string, number>
  private readonly guardTable: GuardTable
  /** Matches a text in which some guard may stand. */
  readonly guardPattern: RegExp
  private analysis: Analysis | null = null
  private isStale = false
  private readonly siteCache = new Map<string, readonly Site[]>()
  private readonly guardCache = new Map<string, readonly GuardSite[]>()
  /** By file that is being edited. */
  private readonly kept = new Map<string, KeptWrites>()
  /** Suppressions in the code of the files in `siteCache`. */
  private readonly comments = new Map<string, readonly Suppression[]>()

  constructor(readonly input: SessionInput) {
    const { names, files } = input.index
    this.indexer = new FileIndexer(names, input.settings.config)
    this.numbers = new Map(files.map((file, f) => [file.path, f]))
    this.registers = new RegisterNames(this.source(REGISTER_HEADER) ?? '')
    this.writeNames = new WriteNames(names)
    const own = input.settings.guards.map(guardFromPattern).filter((guard) => guard !== null)
    this.guardTable = knownGuards.with(own)
    this.guardPattern = this.guardTable.pattern
  }

  setOverlay(path: string, text: string | null): void {
    this.setSource(path, text === null ? null : encodeUtf8(text))
  }

  /** The same with a text of bytes, one character each, as `read` gives it. */
  setSource(path: string, text: string | null): void {
    const f = this.numbers.get(path)
    if (f === undefined || !this.input.index.files[f]!.facts) return
    const before = this.source(path)
    // What is linked goes by its facts: the same text read anew would look like another one.
    if (text !== null && text === (this.overlays.get(path)?.text ?? this.input.read(path))) return
    this.siteCache.delete(path)
    this.guardCache.delete(path)
    if (text === null) this.overlays.delete(path)
    else this.overlays.set(path, { text, facts: factsOfText(this.indexer, text, path) })
    this.isStale ||= this.source(path) !== before
    if (this.numbers.size <= LINKED_AT_ONCE) this.refresh()
  }

  /** Reads the sites of a file anew when they are next asked for: `history` says something else of its lines now. */
  forget(path: string): void {
    this.siteCache.delete(path)
  }

  /** Forgets what was linked if an overlay has changed since. */
  private refresh(): void {
    if (!this.isStale) return
    this.isStale = false
    this.analysis = null
    this.kept.clear()
    this.siteCache.clear()
    this.guardCache.clear()
  }

  sites(path: string): readonly Site[] {
    const known = this.siteCache.get(path)
    if (known) return known
    const sites = this.sitesOf(path)
    this.siteCache.set(path, sites)
    return sites
  }

  findings(path: string): readonly Finding[] {
    return this.judged(this.sites(path), (file) => file === path).findings.filter(({ file }) => file === path)
  }

  private judged(sites: readonly Site[], isReviewed: (file: string) => boolean): Judged {
    const comments = [...this.comments].flatMap(([file, found]) => (isReviewed(file) ? found : []))
    const texts = new Map<string, FileText | null>()
    const contextOf = (file: string, line: number) => this.contextOf(file, line, texts)
    const { settings } = this.input
    const { restorePath, isUnaware } = this.analyse()
    return judge({
      sites,
      guards: this.guardsOf(isReviewed),
      restorePath,
      isUnaware,
      settings,
      comments,
      isReviewed,
      contextOf,
    })
  }

  /** The guards of the files that are reviewed: those that hold one, by what is linked or by an unsaved text. */
  private guardsOf(isReviewed: (file: string) => boolean): readonly GuardSite[] {
    const { program, guards } = this.analyse()
    const files = new Set(guards.holders.map((fn) => program.symbols.file[fn]!))
    if (this.isStale) for (const path of this.overlays.keys()) files.add(this.numbers.get(path)!)
    return [...files]
      .sort((a, b) => a - b)
      .flatMap((f) => {
        const { path } = program.index.files[f]!
        return isReviewed(path) ? this.guardsIn(path, f) : []
      })
  }

  private guardsIn(path: string, f: number): readonly GuardSite[] {
    const known = this.guardCache.get(path)
    if (known) return known
    const text = this.source(path)
    const facts = this.factsOf(path)
    const { guardReader } = this.analyse()
    const found = text === null || !facts ? [] : guardReader.of(f, text, facts, (body) => this.guardPattern.test(body))
    this.guardCache.set(path, found)
    return found
  }

  private contextOf(path: string, line: number, texts: Map<string, FileText | null>): FindingContext {
    let file = texts.get(path)
    if (file === undefined) {
      const text = this.source(path)
      file = text === null ? null : { lines: text.split('\n'), places: new Lines(text) }
      texts.set(path, file)
    }
    if (!file) return { function: null, line: null }
    return { function: this.functionAt(path, file.places, line), line: decodeUtf8(file.lines[line - 1] ?? '') }
  }

  private functionAt(path: string, places: Lines, line: number): string | null {
    const functions = this.factsOf(path)?.rows('functions')
    for (let row = 0; row < (functions?.count ?? 0); row++) {
      const [start, end] = [functions!.get(row, 'start'), functions!.get(row, 'end')]
      if (places.placeOf(start).line <= line && line <= places.placeOf(end).line)
        return this.input.index.names.text(functions!.get(row, 'name'))
    }
    return null
  }

  guardedFunctions(path: string): readonly FunctionLines[] {
    const text = this.source(path) ?? ''
    const functions = this.factsOf(path)?.rows('functions')
    return this.functions(path).filter((_, row) =>
      this.guardPattern.test(text.slice(functions!.get(row, 'body'), functions!.get(row, 'end'))),
    )
  }

  /** Every function of a file, in order. */
  functions(path: string): readonly FunctionLines[] {
    const facts = this.factsOf(path)
    const text = this.source(path)
    if (!facts || text === null) return []
    const lines = new Lines(text)
    const functions = facts.rows('functions')
    return Array.from({ length: functions.count }, (_, row) => ({
      name: this.input.index.names.text(functions.get(row, 'name')),
      start: lines.placeOf(functions.get(row, 'start')).line,
      end: lines.placeOf(functions.get(row, 'end')).line,
    }))
  }

  /** Whether a guard stands somewhere in the tree. */
  get hasGuards(): boolean {
    return this.analyse().guards.holders.length > 0
  }

  /** Guards that a file asks, with what is done with the answers. */
  guards(path: string): readonly GuardSite[] {
    const f = this.numbers.get(path)
    return f === undefined ? [] : this.guardsIn(path, f)
  }

  /**
   * Names, as ids, of functions that lead to a write: by calls that name what they call, and in files that are near by others
   * too. Elsewhere every allocation leads to every driver through some field.
   */
  namesLeadingToWrites(isNear: (path: string) => boolean): ReadonlySet<number> {
    const { program, writing } = this.analyse()
    const { symbols, graph, index } = program
    const nearFiles = index.files.map(({ path }) => isNear(path))
    const isFollowed = (from: number, to: number): boolean =>
      nearFiles[symbols.file[from]!]! ||
      edgesTo(graph, from, to).some((edge) => credibilityOf(graph, edge) <= CREDIBILITY.registration)
    const names = new Set<number>()
    for (const [fn, leads] of leadsTo(graph, writing, isFollowed).entries()) if (leads) names.add(symbols.name[fn]!)
    return names
  }

  report(task?: Task, paths: readonly string[] = []): Report {
    this.refresh()
    const { program, writers } = this.analyse(task)
    const files = new Set([...writers.byFunction.keys()].map((fn) => program.symbols.file[fn]!))
    const sites: Site[] = []
    for (const f of [...files].sort((a, b) => a - b)) {
      checkCancelled(task)
      const { path } = this.input.index.files[f]!
      if (inPaths(path, paths)) sites.push(...this.sites(path))
    }
    const judged = this.judged(sites, (file) => inPaths(file, paths))
    return reportOf({ ...this.input, program, unparsedWrites: writers.unparsed, sites, ...judged })
  }

  async prepare(task: Task, pause: () => Promise<void>): Promise<void> {
    this.refresh()
    this.analysis ??= await runStepsWithPauses(this.analysing(), task, pause)
  }

  private analyse(task?: Task): Analysis {
    this.analysis ??= runSteps(this.analysing(), task)
    return this.analysis
  }

  private *analysing(): Steps<Analysis> {
    const { index, parser, settings } = this.input
    const files = index.files.map((file) => {
      const overlay = this.overlays.get(file.path)
      return overlay ? { ...file, facts: overlay.facts } : file
    })
    const program = yield* linking({ ...index, files }, (facts) => this.writeNames.rowsOf(facts))
    const byFacts = program.writing
    const guards = new ProgramGuards(program, this.guardTable, this.sourceOfFunction(program), parser, byFacts)
    const read = (path: string): string | null => this.source(path)
    const callsOf = this.callsReader(program, guards)
    const { isWanted } = this.input
    const { holders } = guards
    const needed = isWanted && neededFunctions(program, { isWanted, holders, writing: byFacts, callsOf })
    const writers = yield* findWriters(program, read, parser, this.registers, settings.arch, guards, byFacts, needed)
    const special = specialise(
      program,
      read,
      [...writers.byFunction.keys()],
      (fn) => writers.byFunction.get(fn)!.flatMap(({ deciding }) => deciding.map(({ position }) => position)),
      (path, text, expression) => writers.context.constantIn(path, text, expression),
    )
    const guarded = protect(program, special, holders, [...writers.byFunction.keys()], callsOf)
    const reach = yield* reachOfWriters(program, guarded, [...writers.byFunction.keys()], settings, read)
    const writing = needed ? withUnread(program, writers, byFacts, needed) : [...writers.byFunction.keys()]
    const justifier = new Justifier(program, read, (path, line, by) => this.commitOf(path, line, by))
    const guardReader = new GuardReader(program, guards, { ...writers, writing }, parser, settings)
    const restores = restorePath(program, writers, holders, callsOf)
    const isUnaware = unawareDrivers(program, holders.length > 0 || this.input.hasGuards === true, read)
    return {
      program,
      writers,
      wrapperNames: new Set([...writers.wrappers.keys()].map((fn) => program.symbols.name[fn]!)),
      writing,
      reach,
      justifier,
      guards,
      guardReader,
      restorePath: restores,
      isUnaware,
    }
  }

  private commitOf(path: string, line: number, by: 'self' | 'caller' | null): string | null {
    const isLinked = by === 'caller' && this.isStale
    return this.input.history?.commitOf(path, line, isLinked ? 'linked' : 'overlay') ?? null
  }

  /** What is known of a function's ways, without the guards of callers that the overlays have not got yet. */
  private reachAsOverlaid(reach: Reach): Reach {
    const { history } = this.input
    if (!history || !this.isStale) return reach
    return Object.fromEntries(
      Object.entries(reach).map(([phase, ways]) => {
        const isGuarded = ({ protection }: PhaseReach) =>
          protection && history.isThere(protection.file, protection.line)
        return [phase, ways.map((way) => (isGuarded(way) ? way : { ...way, protection: null }))]
      }),
    )
  }

  /** Reads the calls of functions on demand, each once. */
  private callsReader(program: Program, guards: ProgramGuards): CallsOf {
    const { symbols, index } = program
    const known = new Map<number, FunctionCalls | null>()
    const lines = new Map<number, Lines>()
    return (fn) => {
      const cached = known.get(fn)
      if (cached !== undefined) return cached
      const f = symbols.file[fn]!
      const text = this.source(index.files[f]!.path)
      const source = text === null ? null : sourceOfRow(text, index.files[f]!.facts!, fn - symbols.first[f]!)
      if (text !== null && !lines.has(f)) lines.set(f, new Lines(text))
      const calls = source && {
        calls: callsInFunction(source, this.input.parser, guards.of(f, fn)),
        lineOf: (offset: number) => lines.get(f)!.placeOf(offset).line,
      }
      known.set(fn, calls)
      return calls
    }
  }

  private sourceOfFunction(program: Program): SourceOf {
    const { symbols, index } = program
    let last: { readonly file: number; readonly text: string | null } = { file: -1, text: null }
    return (fn) => {
      const f = symbols.file[fn]!
      if (last.file !== f) last = { file: f, text: this.source(index.files[f]!.path) }
      return last.text === null ? null : sourceOfRow(last.text, index.files[f]!.facts!, fn - symbols.first[f]!)
    }
  }

  factsOf(path: string): FileFacts | null {
    const f = this.numbers.get(path)
    return this.overlays.get(path)?.facts ?? (f === undefined ? null : this.input.index.files[f]!.facts)
  }

  /** The file as the compiler sees it, offsets and lines as they are in it. */
  private source(path: string): string | null {
    const text = this.overlays.get(path)?.text ?? this.input.read(path)
    const facts = this.factsOf(path)
    return text === null || !facts ? text : withoutDeadCode(text, facts)
  }

  private sitesOf(path: string): readonly Site[] {
    const text = this.source(path)
    const facts = this.factsOf(path)
    const f = this.numbers.get(path)
    if (text === null || !facts || f === undefined) return []
    this.comments.set(path, commentSuppressions(text, path))
    const { program, writers, reach, justifier } = this.analyse()
    const { history } = this.input
    const lines = new Lines(text)
    const linked = program.index.files[f]!.facts!
    const functions = facts.rows('functions')
    const sites: Site[] = []
    const kept = facts === linked ? null : new KeptWrites(text, this.kept.get(path) ?? null)
    if (kept) this.kept.set(path, kept)
    for (const row of this.writingRows(facts, linked, f, text)) {
      const fn = facts === linked ? program.symbols.first[f]! + row : linkedFunction(program, f, facts, row)
      const [start, end] = [functions.get(row, 'start'), functions.get(row, 'end')]
      const read = (passed: readonly PassedConstant[]): readonly FunctionWrite[] => {
        const writes = () => this.writesOf(text, facts, row, f, fn, passed)
        return kept?.of(fn, text.slice(start, end), start, writes, passed) ?? writes()
      }
      const writes = kept ? read([]) : writers.byFunction.get(fn!)
      const under = writesUnder(read)
      const place = {
        path,
        function: this.input.index.names.text(functions.get(row, 'name')),
        lines,
        isFixup: fn !== null && program.registered.fixups.has(fn),
      }
      for (const write of writes ?? []) {
        const here = lines.placeOf(write.start).line
        const line = facts === linked ? here : (history?.linkedLine(path, here) ?? null)
        const ways = this.reachAsOverlaid(fn === null ? {} : reach.of(fn, line))
        const site = siteOf(write, place, ways, this.input.settings, under(write))
        const justification = justifier.of(site, { text, file: f, start, end, guard: write.guard.at, write })
        sites.push({ ...site, justification })
      }
    }
    return numbered(sites)
  }

  private writingRows(facts: FileFacts, linked: FileFacts, f: number, text: string): readonly number[] {
    const { program, writers, wrapperNames } = this.analyse()
    if (facts !== linked) return this.writeNames.rowsWriting(facts, text, wrapperNames)
    const first = program.symbols.first[f]!
    const rows: number[] = []
    for (let row = 0; row < facts.count('functions'); row++) if (writers.byFunction.has(first + row)) rows.push(row)
    return rows
  }

  private writesOf(
    text: string,
    facts: FileFacts,
    row: number,
    f: number,
    fn: number | null,
    passed: readonly PassedConstant[],
  ): readonly FunctionWrite[] {
    const { program, writers } = this.analyse()
    const accessorOf = accessorsSeenFrom(program, writers.wrappers, f)
    const { names } = this.input.index
    const context = writers.context.of(this.input.index.files[f]!.path, text, fn, passed)
    const writes = writesOfRow(text, facts, row, names, this.input.parser, context, accessorOf)
    const canForward = fn === null || writers.wrappers.has(fn)
    return canForward && wrapperOf('', writes) ? [] : writes
  }
}

/** Finds a write of a function among those that `read` gives for constants; they are read once for all its writes. */
function writesUnder(
  read: (passed: readonly PassedConstant[]) => readonly FunctionWrite[],
): (write: FunctionWrite) => WriteUnder {
  const known = new Map<string, readonly FunctionWrite[]>()
  return (write) => (passed) => {
    const key = JSON.stringify(passed)
    const writes = known.get(key) ?? read(passed)
    known.set(key, writes)
    return writes.find(({ callee, ordinal }) => callee === write.callee && ordinal === write.ordinal) ?? null
  }
}

/** Ids of sites in functions that stand twice in a file (`#if` branches) would clash: the second gets its own ordinals. */
function numbered(sites: readonly Site[]): readonly Site[] {
  const seen = new Map<string, number>()
  return sites.map((site) => {
    const key = site.id.slice(0, site.id.lastIndexOf('#'))
    const ordinal = (seen.get(key) ?? 0) + 1
    seen.set(key, ordinal)
    return { ...site, id: `${key}#${ordinal}` }
  })
}

/** Which of the functions of its name in the file a row is, from 0. */
function occurrence(facts: FileFacts, row: number): number {
  const functions = facts.rows('functions')
  const name = functions.get(row, 'name')
  let count = 0
  for (let r = 0; r < row; r++) if (functions.get(r, 'name') === name) count++
  return count
}

/** Number of the function in the linked file that a row of newer facts is, null if the file had none when it was linked. */
function linkedFunction({ symbols }: Program, f: number, facts: FileFacts, row: number): number | null {
  const name = facts.rows('functions').get(row, 'name')
  const nth = occurrence(facts, row)
  for (let fn = symbols.first[f]!, count = 0; fn < symbols.first[f + 1]!; fn++)
    if (symbols.name[fn] === name && count++ === nth) return fn
  return null
}
