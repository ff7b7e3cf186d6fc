/**
 * A series on a tree: the tree behind it reviewed whole, the states before by the way an editor takes with an unsaved
 * file. There a function keeps the paths that it has behind the series, and guards of callers count from the patch that
 * brings them. Where that cannot tell what the tree before the series had, it is reviewed whole as well.
 */
import { checkCancelled, type Task } from '../cancel.js'
import { withFindings } from '../report/build.js'
import type { Finding, Report, Site } from '../report/schema.js'
import { shownGuard } from '../report/shownGuard.js'
import { type LineHistory, type SessionInput, TreeSession } from '../review.js'
import { canTellBefore } from './beforeSeries.js'
import { judgeSeries } from './judgeSeries.js'
import { type Life, livesOf, matched } from './lives.js'
import { patchedInput } from './patchedInput.js'
import { featuresChanged, patchInfo } from './patchInfo.js'
import type { Series } from './series.js'
import { splitOf } from './split.js'
import { SeriesStates } from './states.js'

export interface SeriesBase {
  readonly status: 'given' | 'found' | 'guessed' | 'unknown'
  readonly commit: string | null
}

export interface SeriesReview {
  readonly report: Report
  readonly states: SeriesStates
}

/** The sites that a report lists: of the whole tree, or those that findings of the series can depend on. */
export type Listed = 'all' | 'near'

export interface SeriesTask extends Task {
  /** All when undefined. */
  readonly listed?: Listed
}

export function reviewSeries(input: SessionInput, series: Series, base: SeriesBase, task?: SeriesTask): SeriesReview {
  return new Reviewer(input, series, base, task).run()
}

/** The same with a pause between the steps of the long part, so that a server can go on meanwhile. */
export async function reviewSeriesWithPauses(
  input: SessionInput,
  series: Series,
  base: SeriesBase,
  task: SeriesTask,
  pause: () => Promise<void>,
): Promise<SeriesReview> {
  const reviewer = new Reviewer(input, series, base, task)
  await reviewer.after.prepare(task, pause)
  return reviewer.run()
}

/** Rules whose finding stays open where a series guards other writes of the same feature. */
const OPEN_WRITES = new Set(['UNGUARDED_WRITE', 'SHUTDOWN_WRITE'])

class Reviewer {
  private readonly states: SeriesStates
  private readonly folders: ReadonlySet<string>
  private readonly listed: Listed
  /** Behind the series. */
  readonly after: TreeSession
  /** The state whose texts the session behind the series has. */
  private current: number

  constructor(
    private readonly input: SessionInput,
    private readonly series: Series,
    private readonly base: SeriesBase,
    private readonly task: SeriesTask | undefined,
  ) {
    this.states = new SeriesStates(input.read, series.patches)
    this.current = this.states.count
    this.folders = new Set(this.sources.map(folderOf))
    this.listed = task?.listed ?? 'all'
    const isWanted = this.listed === 'near' ? (path: string) => this.isReviewed(path) : undefined
    this.after = new TreeSession({ ...this.stateInput(this.states.count), history: this.history(), isWanted })
  }

  run(): SeriesReview {
    const { after } = this
    const report = after.report(this.task)
    const isAbout = this.aboutSeries(report.sites)
    const ends = report.findings.filter(isAbout)
    const findings = this.findingsByState(after, report.sites).map((found) => found.filter(isAbout))
    const lives = this.livesOf(findings)
    const { series, states, base } = this
    const patches = states.patches.map((patch, i) => {
      const split = splitOf(patch, i + 1, report.sites, states)
      return { ...patchInfo(patch, i + 1, report.sites, states), ...(split && { split }) }
    })
    const ofSeries = judgeSeries(
      {
        series,
        states,
        sites: report.sites,
        patches,
        guardsOf: (path) => after.guards(path),
        functionsOf: (path) => after.functions(path),
      },
      this.input.settings,
    )
    const { sources, input } = this
    const isTold = canTellBefore({
      states,
      session: after,
      sources,
      input,
      isNear: (path) => this.isReviewed(path),
      sites: report.sites,
      ends,
      lives,
    })
    const before = isTold
      ? this.findingsSeen(findings[0]!, ends, report.sites)
      : this.findingsBefore(report.sites).filter(isAbout)
    const found = [...ofSeries, ...this.told(before, ends, lives, report.sites)].sort(byPlace)
    const { title, version, count, notes } = series
    const listed = this.listed === 'near' ? { listed: this.listed } : {}
    const info = { title, version, count, base, notes, ...listed, patches }
    const whole: Report = { ...report, command: 'series', series: info }
    return { report: withFindings(whole, found), states }
  }

  /** The tree before the series, judged by what is known of its drivers behind it. */
  private findingsBefore(sites: readonly Site[]): readonly Finding[] {
    checkCancelled(this.task)
    const guarded = this.patchesGuarding(sites)
    const isWanted = (path: string): boolean => this.isReviewed(path) || guarded.has(path)
    const before = new TreeSession({ ...this.stateInput(0), isWanted, hasGuards: this.after.hasGuards })
    return before.report(this.task).findings
  }

  private stateInput(state: number): SessionInput {
    const { states, input } = this
    const textOf = (path: string): string | null => states.textAt(path, state)
    // Behind the series every file has a place in the index that some state has: an overlay can bring it back.
    const paths = state === 0 ? states.paths.filter((path) => textOf(path) !== null) : states.paths
    return patchedInput(input, { paths, textOf })
  }

  private get sources(): readonly string[] {
    return this.states.paths.filter((path) => /\.[ch]$/.test(path))
  }

  private isReviewed(path: string): boolean {
    return this.folders.has(folderOf(path))
  }

  private history(): LineHistory {
    const stateOf = (text: 'linked' | 'overlay'): number => (text === 'linked' ? this.states.count : this.current)
    return {
      commitOf: (path, line, text) => {
        const brought = this.states.blameAt(path, line, stateOf(text))
        return brought === 0 ? null : this.states.patches[brought - 1]!.patch.patch.message
      },
      isThere: (path, line) => this.states.blameAt(path, line, this.states.count) <= this.current,
      linkedLine: (path, line) => {
        const at = this.states.lineAfter(path, line, this.current, this.states.count)
        return at?.path === path ? at.line : null
      },
    }
  }

  /** What each state finds in the files of the series, and in those whose writes its guards are over. */
  private findingsByState(session: TreeSession, sites: readonly Site[]): readonly (readonly Finding[])[] {
    const { states } = this
    const guardedBy = this.patchesGuarding(sites)
    const paths = this.seen(sites)
    const known = new Map<string, readonly Finding[]>()
    const findings: Finding[][] = []
    for (let state = states.count; state >= 0; state--) {
      checkCancelled(this.task)
      this.current = state
      const isOld = (path: string): boolean =>
        state < states.count &&
        states.textAt(path, state) === states.textAt(path, state + 1) &&
        !guardedBy.get(path)?.has(state + 1)
      const changed = paths.filter((path) => !isOld(path) || !known.has(path))
      for (const path of changed) {
        if (this.sources.includes(path)) session.setSource(path, states.textAt(path, state) ?? '')
        session.forget(path)
      }
      for (const path of changed) known.set(path, session.findings(path))
      findings[state] = paths.flatMap((path) => known.get(path)!)
    }
    for (const path of this.sources) session.setSource(path, null)
    this.current = states.count
    return findings
  }

  /** Files of which the way of the editor tells something that the series did. */
  private seen(sites: readonly Site[]): readonly string[] {
    return [...new Set([...this.sources, ...this.patchesGuarding(sites).keys()])].sort()
  }

  private livesOf(findings: readonly (readonly Finding[])[]): readonly Life[] {
    const { states } = this
    return livesOf(findings, (state) => (path, line) => states.lineBefore(path, line, state, state - 1))
  }

  /** Findings before the series, where the way of the editor tells them: other files have those that they have behind it. */
  private findingsSeen(
    first: readonly Finding[],
    ends: readonly Finding[],
    sites: readonly Site[],
  ): readonly Finding[] {
    const seen = new Set(this.seen(sites))
    return [...first, ...ends.filter(({ file }) => !seen.has(file))]
  }

  /** By file: the patches that bring guards of callers over its writes. */
  private patchesGuarding(sites: readonly Site[]): ReadonlyMap<string, ReadonlySet<number>> {
    const found = new Map<string, Set<number>>()
    for (const site of sites)
      for (const brought of this.guardsOver(site))
        found.set(site.file, (found.get(site.file) ?? new Set()).add(brought))
    return found
  }

  /** The patches that bring guards of callers over a write. */
  private guardsOver({ phases }: Site): readonly number[] {
    return Object.values(phases).flatMap((at) => {
      if (!at.reachable || at.guard.by !== 'caller' || at.guard.file === null || at.guard.line === null) return []
      const brought = this.states.blameAt(at.guard.file, at.guard.line, this.states.count)
      return brought > 0 ? [brought] : []
    })
  }

  /** Findings of the folders that the series changes, and of writes elsewhere that its guards are over. */
  private aboutSeries(sites: readonly Site[]): (finding: Finding) => boolean {
    const guarded = new Set(sites.filter((site) => this.guardsOver(site).length > 0).map(({ id }) => id))
    return ({ file, site }) => this.isReviewed(file) || (site !== null && guarded.has(site))
  }

  private told(
    before: readonly Finding[],
    after: readonly Finding[],
    lives: readonly Life[],
    sites: readonly Site[],
  ): readonly Finding[] {
    const { states } = this
    const pairs = matched(before, after, (path, line) => states.lineBefore(path, line, states.count, 0))
    const stays = new Set(pairs)
    const claims = this.claims(sites)
    const introduced = after.flatMap((finding, i) =>
      pairs[i] === -1 ? [this.introduced(finding, lives)] : this.left(finding, sites, claims),
    )
    const fixed = before.flatMap((finding, i) => (stays.has(i) ? [] : [this.fixed(finding, lives, sites)]))
    const passing = lives
      .filter(({ born, last }) => born > 0 && last < states.count)
      .map(({ born, last, finding }) => this.closed(finding, this.name(born), last + 1))
    return [...introduced, ...fixed, ...passing]
  }

  private introduced(finding: Finding, lives: readonly Life[]): Finding {
    const { states } = this
    const isIt = (life: Life): boolean =>
      life.last === states.count && life.finding.key === finding.key && life.finding.rule === finding.rule
    const born = lives.find(isIt)?.born ?? 0
    return { ...finding, state: 'introduced', patch: this.name(born > 0 ? born : this.blamed(finding)) }
  }

  /** The last patch that touched a place which a finding speaks of. */
  private blamed({ file, line, endLine, related }: Finding): number {
    const { states } = this
    const own = Array.from({ length: endLine - line + 1 }, (_, i) => states.blameAt(file, line + i, states.count))
    const far = related.map((place) => states.blameAt(place.file, place.line, states.count))
    return Math.max(...own) || Math.max(0, ...far) || this.lastTouching(file)
  }

  private lastTouching(file: string): number {
    const { patches } = this.states
    const last = patches.findLastIndex(({ files }) => files.some(({ path }) => path === file))
    return last < 0 ? patches.length : last + 1
  }

  /** What was there before and is not behind the series. */
  private fixed(finding: Finding, lives: readonly Life[], sites: readonly Site[]): Finding {
    const life = lives.find((one) => one.born === 0 && one.finding.key === finding.key && one.last < this.states.count)
    const by = life ? life.last + 1 : this.guarding(finding, sites)
    return this.closed(finding, this.name(by), by)
  }

  /** The patch whose guard now stands over the write of a finding. */
  private guarding({ site: id, file }: Finding, sites: readonly Site[]): number {
    const site = sites.find((one) => one.id === id)
    const guard = site && shownGuard(site)
    const brought = guard?.file && guard.line ? this.states.blameAt(guard.file, guard.line, this.states.count) : 0
    return brought > 0 ? brought : this.lastTouching(file)
  }

  private closed(finding: Finding, patch: string, by: number): Finding {
    return { ...finding, state: 'fixed', patch, fixedBy: this.name(by) }
  }

  /** Features of the writes that guards of the series are over, each with the first patch that guards one. */
  private claims(sites: readonly Site[]): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    for (const site of sites) {
      const { file, line } = shownGuard(site)
      const brought = file === null || line === null ? 0 : this.states.blameAt(file, line, this.states.count)
      if (brought === 0) continue
      for (const feature of featuresChanged(site)) found.set(feature, Math.min(found.get(feature) ?? brought, brought))
    }
    return found
  }

  /** A finding that the series leaves, though it guards other writes of the feature. */
  private left(finding: Finding, sites: readonly Site[], claims: ReadonlyMap<string, number>): readonly Finding[] {
    if (!OPEN_WRITES.has(finding.rule)) return []
    const site = sites.find(({ id }) => id === finding.site)
    const features = site ? featuresChanged(site) : []
    const claiming = features.flatMap((feature) => claims.get(feature) ?? [])
    if (claiming.length === 0) return []
    return [{ ...finding, state: 'left', patch: this.name(Math.min(...claiming)) }]
  }

  private name(state: number): string {
    return `${this.states.patches[state - 1]!.patch.number}/${this.series.count}`
  }
}

/** `drivers/pci` of `drivers/pci/pcie/aspm.c`. */
function folderOf(path: string): string {
  return path.split('/').slice(0, -1).slice(0, 2).join('/')
}

function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.file, b.file) ||
    a.line - b.line ||
    a.column - b.column ||
    compare(a.rule, b.rule) ||
    compare(a.key, b.key)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
