/**
 * Which devices are known not to be handed over, at every call and return of a function: a forward walk over its
 * blocks, where two ways meet only what holds on both is kept. Inside one function; a guard in a caller is not seen
 * from here.
 */
import { addressedLocal, type Block, NOWHERE, type Step, slice, type Test } from '../functions/controlFlow.js'
import type { SyntaxNode } from '../functions/parser.js'
import { constantTruth, type Implied, implied } from './conditions.js'
import type { GuardView } from './guardTable.js'
import type { KnownGuard } from './knownGuards.js'

/**
 * What the other outcome does: it skips what follows; it stops the machine (BUG_ON); it skips what follows unless an
 * exception holds (`!guard || broken`). From the strongest to the weakest.
 */
const STRENGTHS = ['guarded', 'crash', 'partial'] as const
export type Strength = (typeof STRENGTHS)[number]

/** A fact at a call: `device` is known not to be handed over live, because of the condition `at`. */
export interface Protection {
  readonly device: string
  readonly guard: KnownGuard
  readonly at: SyntaxNode
  readonly strength: Strength
}

interface State {
  readonly protections: ReadonlyMap<string, Protection>
  /** Devices known to be handed over. */
  readonly adopted: ReadonlyMap<string, Protection>
  /** Locals and the expression that each holds. */
  readonly held: ReadonlyMap<string, SyntaxNode>
}

const EMPTY: State = { protections: new Map(), adopted: new Map(), held: new Map() }
const CRASH_TESTS = new Set(['BUG_ON', 'VM_BUG_ON'])

/** What is known when a call is made: the devices not handed over, and what each local holds. */
export interface StateAtCall {
  readonly protections: readonly Protection[]
  readonly held: ReadonlyMap<string, SyntaxNode>
}

/** A step, with the guards by which it runs only for a device that is not handed over, and only for one that is. */
export interface GuardedStep {
  readonly step: Step
  readonly block: number
  readonly skippedBy: readonly Protection[]
  readonly adoptedBy: readonly Protection[]
}

/** A guard that a branch asks, with the blocks where control goes on by the answer. */
export interface AskedGuard extends Protection {
  /** For a device that is not handed over, and for the others. */
  readonly open: number
  readonly closed: number
}

export interface GuardStates {
  /** Steps that some path reaches, block by block. */
  readonly steps: readonly GuardedStep[]
  /** Blocks at whose end nothing is known of any device. */
  readonly freeBlocks: ReadonlySet<number>
  /** Every guard that some branch asks. */
  readonly asked: readonly AskedGuard[]
  /** By call node. Calls that no path reaches have no entry. */
  readonly atCalls: ReadonlyMap<SyntaxNode, StateAtCall>
  readonly returns: readonly (StateAtCall & { readonly value: SyntaxNode | null })[]
}

/** Locals whose name is in `ambiguous` are not followed. */
export function guardStates(
  blocks: readonly Block[],
  text: string,
  guards: GuardView,
  ambiguous: ReadonlySet<string> = new Set(),
): GuardStates {
  return new GuardWalk(blocks, text, guards, ambiguous).run()
}

interface Successor {
  readonly target: number
  readonly facts: readonly Protection[]
  readonly adopted: readonly Protection[]
}

class GuardWalk {
  private readonly entries: (State | null)[]

  constructor(
    private readonly blocks: readonly Block[],
    private readonly text: string,
    private readonly guards: GuardView,
    private readonly ambiguous: ReadonlySet<string>,
  ) {
    this.entries = blocks.map(() => null)
  }

  run(): GuardStates {
    this.solve()
    const atCalls = new Map<SyntaxNode, StateAtCall>()
    const returns: (StateAtCall & { value: SyntaxNode | null })[] = []
    const steps: GuardedStep[] = []
    const asked = new Map<number, AskedGuard>()
    const freeBlocks = new Set<number>()
    for (const [b, block] of this.blocks.entries()) {
      const entry = this.entries[b]
      if (!entry) continue
      const end = this.through(block, entry, (step, state) => {
        const [skippedBy, adoptedBy] = [[...state.protections.values()], [...state.adopted.values()]]
        steps.push({ step, block: b, skippedBy, adoptedBy })
        const known = { protections: [...state.protections.values()], held: state.held }
        if (step.kind === 'call') atCalls.set(step.call.node, known)
        else if (step.kind === 'return') returns.push({ ...known, value: step.value })
      })
      if (end.protections.size === 0 && end.adopted.size === 0) freeBlocks.add(b)
      for (const { target, facts, adopted } of this.successors(block, end)) {
        const other = block.branch?.whenTrue === target ? block.branch.whenFalse : (block.branch?.whenTrue ?? target)
        for (const fact of facts)
          if (fact.strength !== 'partial') asked.set(fact.at.start, { ...fact, open: target, closed: other })
        for (const fact of adopted)
          if (!asked.has(fact.at.start)) asked.set(fact.at.start, { ...fact, open: other, closed: target })
      }
    }
    return { atCalls, returns, steps, freeBlocks, asked: [...asked.values()] }
  }

  private solve(): void {
    this.entries[0] = EMPTY
    const queue = [0]
    for (let b = queue.shift(); b !== undefined; b = queue.shift()) {
      const block = this.blocks[b]!
      const state = this.through(block, this.entries[b]!, () => {})
      for (const { target, facts, adopted } of this.successors(block, state)) {
        const old = this.entries[target] ?? null
        const fresh = assume(state, facts, adopted)
        const merged = old ? meet(old, fresh) : fresh
        if (old && isSame(old, merged)) continue
        this.entries[target] = merged
        if (!queue.includes(target)) queue.push(target)
      }
    }
  }

  private successors(block: Block, state: State): readonly Successor[] {
    if (block.crashes) return []
    if (!block.branch) return block.next === NOWHERE ? [] : [{ target: block.next, facts: [], adopted: [] }]
    const { test, whenTrue, whenFalse } = block.branch
    const constant = constantTruth(test, this.text)
    const ways = [
      { outcome: true, target: whenTrue, other: whenFalse },
      { outcome: false, target: whenFalse, other: whenTrue },
    ].filter(({ outcome }) => constant === null || constant === outcome)
    return ways.map(({ outcome, target, other }) => {
      const crashes = this.blocks[other]!.crashes
      return {
        target,
        facts: [...this.exceptions(test, outcome, state), ...this.facts(test, outcome, state, crashes)],
        adopted: adoptions(implied(test, outcome, this.reading(state))),
      }
    })
  }

  private facts(test: Test, outcome: boolean, state: State, crashes: boolean): readonly Protection[] {
    return protections(implied(test, outcome, this.reading(state)), crashes ? 'crash' : 'guarded')
  }

  /** `!guard || broken`: where `broken` lets control in, the guard would have kept it out but for that. */
  private exceptions(test: Test, outcome: boolean, state: State): readonly Protection[] {
    if (constantTruth(test, this.text) !== null) return []
    const reading = this.reading(state)
    // `!dev || guard(dev)`: there is no device to write where `dev` is NULL.
    const tested = slice(this.text, test.node)
    return test.siblings
      .filter(({ when }) => when === outcome)
      .flatMap(({ node, outcome: other }) => implied({ node, equals: null, siblings: [] }, other, reading))
      .flatMap((fact) => protections([fact], !outcome && fact.device === tested ? 'guarded' : 'partial'))
  }

  private reading({ held }: State) {
    return { text: this.text, held, guards: this.guards }
  }

  private through(block: Block, entry: State, at: (step: Step, state: State) => void): State {
    let state = entry
    for (const step of block.steps) {
      at(step, state)
      state = this.after(step, state)
    }
    return state
  }

  private after(step: Step, state: State): State {
    if (step.kind === 'return') return state
    if (step.kind === 'assign') {
      const target = step.target.type === 'identifier' ? slice(this.text, step.target) : null
      const changed = target === null ? state : this.forget(state, target)
      if (target === null || step.operator !== '=' || !step.value || mentions(slice(this.text, step.value), target))
        return changed
      if (this.ambiguous.has(target)) return changed
      return { ...changed, held: new Map(changed.held).set(target, step.value) }
    }
    const { call } = step
    let next = state
    for (const argument of call.args) {
      const taken = addressedLocal(argument, this.text)
      if (taken !== null) next = this.forget(next, taken)
    }
    const condition = CRASH_TESTS.has(call.callee) ? call.args[0] : undefined
    if (!condition) return next
    const test = { node: condition, equals: null, siblings: [] }
    return assume(next, protections(implied(test, false, this.reading(next)), 'crash'))
  }

  /** What is still known once `name` has another value. */
  private forget(state: State, name: string): State {
    const isAbout = (device: string): boolean => mentions(device, name)
    const held = without(state.held, (local, value) => local === name || isAbout(slice(this.text, value)))
    const protections = without(state.protections, isAbout)
    const adopted = without(state.adopted, isAbout)
    const isAsBefore = held === state.held && protections === state.protections && adopted === state.adopted
    return isAsBefore ? state : { protections, adopted, held }
  }
}

function protections(facts: readonly Implied[], strength: Strength): readonly Protection[] {
  return facts.filter((f) => !f.preserved).map((f) => ({ device: f.device, guard: f.guard, at: f.at, strength }))
}

function adoptions(facts: readonly Implied[]): readonly Protection[] {
  return facts
    .filter((f) => f.preserved)
    .map((f) => ({ device: f.device, guard: f.guard, at: f.at, strength: 'guarded' as const }))
}

function rank({ strength }: Protection): number {
  return STRENGTHS.indexOf(strength)
}

function assume(state: State, facts: readonly Protection[], adopted: readonly Protection[] = []): State {
  if (facts.length === 0 && adopted.length === 0) return state
  const merged = new Map(state.protections)
  for (const fact of facts) {
    const known = merged.get(fact.device)
    if (!known || rank(known) >= rank(fact)) merged.set(fact.device, fact)
  }
  const known = new Map(state.adopted)
  for (const fact of adopted) known.set(fact.device, fact)
  return { protections: merged, adopted: known, held: state.held }
}

/** Of two facts about a device the weaker; of equals the one whose condition stands first. */
function weaker(a: Protection, b: Protection): Protection {
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? a : b
  return a.at.start <= b.at.start ? a : b
}

function meet(a: State, b: State): State {
  const both = new Map<string, Protection>()
  for (const [device, fact] of a.protections) {
    const other = b.protections.get(device)
    if (other) both.set(device, weaker(fact, other))
  }
  const held = new Map<string, SyntaxNode>()
  for (const [name, value] of a.held) if (b.held.get(name) === value) held.set(name, value)
  const adopted = new Map([...a.adopted].filter(([device, fact]) => b.adopted.get(device)?.at === fact.at))
  return { protections: both, adopted, held }
}

function isSame(a: State, b: State): boolean {
  if (a.protections.size !== b.protections.size || a.held.size !== b.held.size) return false
  if (a.adopted.size !== b.adopted.size) return false
  for (const [device, fact] of a.adopted) if (b.adopted.get(device)?.at !== fact.at) return false
  for (const [device, fact] of a.protections) {
    const other = b.protections.get(device)
    if (!other || other.strength !== fact.strength || other.at !== fact.at) return false
  }
  for (const [name, value] of a.held) if (b.held.get(name) !== value) return false
  return true
}

/** The map itself where nothing of it is lost. */
function without<T>(map: ReadonlyMap<string, T>, isLost: (key: string, value: T) => boolean): ReadonlyMap<string, T> {
  let kept: Map<string, T> | null = null
  for (const [key, value] of map)
    if (isLost(key, value)) {
      kept ??= new Map(map)
      kept.delete(key)
    }
  return kept ?? map
}

function mentions(expression: string, name: string): boolean {
  return expression.includes(name) && new RegExp(`(?<![\\w.>])${name}\\b`).test(expression)
}
