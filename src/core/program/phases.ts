/**
 * For each writer and each phase: can it run, does a preserved device take that path, and by which witness. Two walks a
 * phase over one graph: everything, and without the code of drivers that hand no device over and without fixups, which
 * run for matching ids only. The path that counts is shown where there is one.
 */
import type { Steps } from '../cancel.js'
import type { Settings } from '../config/settings.js'
import { type Hop, PHASES, type Phase } from '../report/schema.js'
import { areaOf } from './areas.js'
import { leadsTo } from './callers.js'
import { matchingFixups, type ReadSource } from './fixupIds.js'
import { credibilityOf, EDGE_KINDS, type Graph, lineOf, viaOf } from './graph.js'
import type { Program } from './linker.js'
import type { Protected, ProtectedGraph } from './protect.js'
import { findWitnesses, type PathStep, rootsOf, type Witnesses } from './reach.js'
import { ENDINGS, meetsPreserved } from './roots.js'
import { type Cut, isCut, NO_CUT, type PassedConstant } from './specialise.js'

export interface PhaseReach {
  readonly counts: boolean
  readonly rootKind: string
  readonly root: string
  /** The driver that the path passes through, null if none. */
  readonly through: string | null
  readonly path: readonly Hop[]
  /** Set when every way to the writer passes a guard of a caller. */
  readonly protection: Protected | null
  /** Constants that this way passes to the writer, where it acts on them. */
  readonly passed: readonly PassedConstant[]
  /** What ways are in order by; of ways with the same none matters more. */
  readonly rank: readonly number[]
}

/** By phase the ways to a write, the one that matters most first; a phase in which it cannot run is missing. */
export type Reach = Partial<Record<Phase, readonly PhaseReach[]>>

/** A way, and what the constants on it leave out of the writer. */
interface CutWay {
  readonly reach: PhaseReach
  readonly cut: Cut
}

/** How each function is reached that writes, and single writes of it that the constants on some ways leave out. */
export class ReachOfWriters {
  private readonly ways = new Map<number, Partial<Record<Phase, readonly CutWay[]>>>()

  /** How the write at a line of a function is reached; `line` null: how the function is. */
  of(fn: number, line: number | null): Reach {
    const reach: Reach = {}
    for (const [phase, ways] of Object.entries(this.ways.get(fn) ?? {})) {
      const open = line === null ? ways : ways.filter(({ cut }) => !isCut(cut, line))
      if (open.length > 0) reach[phase as Phase] = alikeInGuard(open.map((way) => way.reach))
    }
    return reach
  }

  add(fn: number, phase: Phase, ways: readonly CutWay[]): void {
    this.ways.set(fn, { ...this.ways.get(fn), [phase]: ways })
  }
}

/** The ways that count and are guarded as the first one is: a worse one behind a guard is no worse. */
function alikeInGuard(ways: readonly PhaseReach[]): readonly PhaseReach[] {
  const { counts, protection } = ways[0]!
  return ways.filter((way) => way.counts === counts && (way.protection === null) === (protection === null))
}

export function* reachOfWriters(
  program: Program,
  protectedGraph: ProtectedGraph,
  writers: readonly number[],
  settings: Settings,
  read: ReadSource,
): Steps<ReachOfWriters> {
  const { graph, bases } = protectedGraph
  const { count } = program.symbols
  const writing = new Set(writers)
  const targets = [...writing, ...bases.flatMap((base, i) => (writing.has(base) ? [count + i] : []))]
  const relevant = leadsTo(graph, targets)
  for (const ending of functionsNamed(program, ENDINGS)) relevant[ending] = 0
  const handsOver = handingOver(program, settings.drivers)
  const counting = countingFunctions(program, relevant, bases, handsOver)
  const matching = matchingFixups(program.registered, settings.ids, read)
  for (const fn of matching) counting[fn] = relevant[fn]!
  const found = new ReachOfWriters()
  for (const phase of PHASES.filter((p) => settings.phases.includes(p))) {
    yield { done: 0, total: 0, what: 'walking the call graph' }
    const query = { roots: rootsOf(program, phase), followsRegistrations: phase === 'boot', targets }
    const all = findWitnesses(graph, { ...query, allowed: relevant })
    const counts = countingRoots(program, phase, handsOver)
    const roots = query.roots.filter((root) => counts.has(root.function) || matching.has(root.function))
    const counted = findWitnesses(graph, { ...query, roots, allowed: counting, targets: [...all.keys()] })
    addPhase(program, protectedGraph, phase, waysToWriters(count, protectedGraph, all, counted), found)
  }
  return found
}

/** Roots of a phase that a preserved device meets. What a driver that hands devices over sets up is all its own. */
function countingRoots({ roots, symbols, index }: Program, phase: Phase, handsOver: HandsOver): ReadonlySet<number> {
  const counting = roots[phase].filter((root) => {
    const { path } = index.files[symbols.file[root.function]!]!
    const name = symbols.text(symbols.name[root.function]!)
    return meetsPreserved(root, name, path) || (root.kind !== 'fixup' && areaOf(path).isDriver && handsOver(path))
  })
  return new Set(counting.map((root) => root.function))
}

function functionsNamed({ symbols, index }: Program, names: readonly string[]): readonly number[] {
  const wanted = new Set(names.map((name) => index.names.id(name)))
  const found: number[] = []
  for (let fn = 0; fn < symbols.count; fn++) if (wanted.has(symbols.name[fn]!)) found.push(fn)
  return found
}

export type HandsOver = (path: string) => boolean

/** A way to a writer, with functions in place of nodes. */
interface Way {
  readonly counts: boolean
  readonly path: readonly PathStep[]
  readonly protection: Protected | null
  /** What the constants on the way leave out of the writer. */
  readonly cut: Cut
  readonly passed: readonly PassedConstant[]
  readonly rank: readonly number[]
}

/**
 * For each writer the ways to its nodes, the one that matters most first: one that counts before one that does not, one
 * with no guard on it before one that a caller guards, then the more credible, then the shorter.
 */
function waysToWriters(
  count: number,
  { graph, bases, cuts, passed, protections }: ProtectedGraph,
  all: Witnesses,
  counted: Witnesses,
): ReadonlyMap<number, readonly Way[]> {
  const baseOf = (node: number): number => (node < count ? node : bases[node - count]!)
  const level = (path: readonly PathStep[]): number =>
    Math.max(...path.map((step) => (step.edge < 0 ? 0 : credibilityOf(graph, step.edge))))
  const ways = new Map<number, Way[]>()
  for (const [witnesses, counts] of [
    [counted, true],
    [all, false],
  ] as const)
    for (const [node, nodes] of witnesses) {
      if (!counts && counted.has(node)) continue
      const protection = protections.get(node) ?? null
      const path = nodes.map((step) => ({ ...step, function: baseOf(step.function) }))
      const rank = [counts ? 0 : 1, protection ? 1 : 0, level(nodes), nodes.length]
      const constants = node < count ? [] : passed[node - count]!
      const way = {
        counts,
        path,
        protection,
        cut: node < count ? NO_CUT : cuts[node - count]!,
        passed: constants,
        rank,
      }
      const known = ways.get(baseOf(node))
      if (known) known.push(way)
      else ways.set(baseOf(node), [way])
    }
  for (const known of ways.values()) known.sort((a, b) => compared(a.rank, b.rank))
  return ways
}

function compared(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at < 0 ? 0 : a[at]! - b[at]!
}

function countingFunctions(
  program: Program,
  relevant: Uint8Array,
  bases: readonly number[],
  handsOver: HandsOver,
): Uint8Array {
  const { symbols, index } = program
  const counting = relevant.slice()
  const isLeftOut = index.files.map(({ path }, f) => {
    const [first, end] = [symbols.first[f]!, symbols.first[f + 1]!]
    const leavesOut = first < end && areaOf(path).isDriver && !handsOver(path)
    if (leavesOut) counting.fill(0, first, end)
    return leavesOut
  })
  for (const { tag, functions, file } of program.registered.driverHooks)
    if (tag === 'pci_driver' && areaOf(file).scope !== 'service' && !handsOver(file))
      for (const fn of functions) counting[fn] = 0
  for (const [i, base] of bases.entries())
    if ((relevant[base] && !counting[base]) || isLeftOut[symbols.file[base]!]) counting[symbols.count + i] = 0
  return counting
}

/**
 * Whether a file is of a driver that hands devices over: it names such a driver (`.name` of its driver struct), or
 * stands beside a file that does and registers no driver itself.
 */
export function handingOver(program: Program, drivers: readonly string[]): HandsOver {
  const { driverNames } = program.registered
  const wanted = new Set(drivers.map(plainName))
  const named = [...driverNames].filter(([, names]) => names.some((name) => wanted.has(plainName(name))))
  const files = new Set(named.map(([file]) => file))
  const folders = new Set(named.map(([file]) => folderOf(file)))
  return (path) => files.has(path) || (folders.has(folderOf(path)) && !driverNames.has(path))
}

function plainName(name: string): string {
  return name.replaceAll('-', '_')
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

function addPhase(
  program: Program,
  { graph }: ProtectedGraph,
  phase: Phase,
  waysTo: ReadonlyMap<number, readonly Way[]>,
  found: ReachOfWriters,
): void {
  const kinds = new Map(program.roots[phase].map((root) => [root.function, root]))
  const reachBy = ({ counts, path, protection, passed, rank }: Way): PhaseReach => {
    const root = kinds.get(path[0]!.function)!
    const hops = path.map((step, i) =>
      hopOf(program, graph, step, path[i - 1], { kind: root.kind, reason: root.reason }),
    )
    const through = driverOf(program, path)
    return { counts, rootKind: root.kind, root: hops[0]!.function, through, path: hops, protection, passed, rank }
  }
  for (const [fn, ways] of waysTo)
    found.add(
      fn,
      phase,
      ways.map((way) => ({ reach: reachBy(way), cut: way.cut })),
    )
}

export function hopOf(
  program: Program,
  graph: Graph,
  step: PathStep,
  before: PathStep | undefined,
  root: { kind: string; reason: number },
): Hop {
  const { symbols, index } = program
  const f = symbols.file[step.function]!
  const line = index.files[f]!.facts!.rows('functions').get(step.function - symbols.first[f]!, 'line')
  const hop = { function: symbols.text(symbols.name[step.function]!), file: index.files[f]!.path, line }
  if (!before) return { ...hop, edge: root.kind, via: root.reason === 0 ? null : symbols.text(root.reason), call: null }
  const via = viaOf(graph, step.edge)
  const kind = EDGE_KINDS[graph.kind[step.edge]!]!
  return {
    ...hop,
    edge: kind === 'fallback' ? 'direct' : kind.replace('wide ', ''),
    via: via === 0 ? null : symbols.text(via),
    ...(kind === 'wide field' && { byName: true as const }),
    call: { file: index.files[symbols.file[before.function]!]!.path, line: lineOf(graph, step.edge) },
  }
}

function driverOf(program: Program, path: readonly PathStep[]): string | null {
  const { symbols, index } = program
  const step = path.find((s) => areaOf(index.files[symbols.file[s.function]!]!.path).isDriver)
  if (!step) return null
  const file = index.files[symbols.file[step.function]!]!.path
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.[ch]$/, '')
}
