/**
 * Which devices are known not to be handed over, at every call of a function: a forward walk over its blocks, where two
 * ways meet only what holds on both is kept. Inside one function; a guard in a caller is not seen from here.
 */
import { type Block, type Call, NOWHERE, type Step, slice } from '../functions/controlFlow.js'
import type { SyntaxNode } from '../functions/parser.js'
import { type Implied, implied } from './conditions.js'
import type { KnownGuard } from './knownGuards.js'

/** A fact at a call: `device` is known not to be handed over live, because of the condition `at`. */
export interface Protection {
  readonly device: string
  readonly guard: KnownGuard
  readonly at: SyntaxNode
  /** The other outcome does not skip the call, it stops the machine (BUG_ON). */
  readonly crash: boolean
}

interface State {
  readonly protections: ReadonlyMap<string, Protection>
  /** Locals and the expression that each holds. */
  readonly held: ReadonlyMap<string, SyntaxNode>
}

const EMPTY: State = { protections: new Map(), held: new Map() }
const CRASH_TESTS = new Set(['BUG_ON', 'VM_BUG_ON'])

/** What is known when a call is made: the devices not handed over, and what each local holds. */
export interface StateAtCall {
  readonly protections: readonly Protection[]
  readonly held: ReadonlyMap<string, SyntaxNode>
}

/** The state at each call, by call node. Calls that no path reaches have no entry. */
export function statesAtCalls(blocks: readonly Block[], text: string): ReadonlyMap<SyntaxNode, StateAtCall> {
  const entries = solve(blocks, text)
  const found = new Map<SyntaxNode, StateAtCall>()
  for (const [b, block] of blocks.entries()) {
    const entry = entries[b]
    if (entry)
      through(block, entry, text, (call, state) =>
        found.set(call.node, { protections: [...state.protections.values()], held: state.held }),
      )
  }
  return found
}

function solve(blocks: readonly Block[], text: string): readonly (State | null)[] {
  const entries: (State | null)[] = blocks.map(() => null)
  entries[0] = EMPTY
  const queue = [0]
  for (let b = queue.shift(); b !== undefined; b = queue.shift()) {
    const block = blocks[b]!
    const state = through(block, entries[b]!, text, () => {})
    for (const { target, facts } of successors(blocks, block, state, text)) {
      const old = entries[target] ?? null
      const fresh = assume(state, facts)
      const merged = old ? meet(old, fresh) : fresh
      if (old && isSame(old, merged)) continue
      entries[target] = merged
      if (!queue.includes(target)) queue.push(target)
    }
  }
  return entries
}

function successors(
  blocks: readonly Block[],
  block: Block,
  state: State,
  text: string,
): readonly { readonly target: number; readonly facts: readonly Protection[] }[] {
  if (block.crashes) return []
  if (!block.branch) return block.next === NOWHERE ? [] : [{ target: block.next, facts: [] }]
  const { test, whenTrue, whenFalse } = block.branch
  const facts = (outcome: boolean, other: number): Protection[] =>
    protections(implied(test, outcome, text, state.held), blocks[other]!.crashes)
  return [
    { target: whenTrue, facts: facts(true, whenFalse) },
    { target: whenFalse, facts: facts(false, whenTrue) },
  ]
}

function protections(facts: readonly Implied[], crash: boolean): Protection[] {
  return facts.filter((f) => !f.preserved).map((f) => ({ device: f.device, guard: f.guard, at: f.at, crash }))
}

function assume(state: State, facts: readonly Protection[]): State {
  if (facts.length === 0) return state
  const merged = new Map(state.protections)
  for (const fact of facts) if (merged.get(fact.device)?.crash !== false) merged.set(fact.device, fact)
  return { protections: merged, held: state.held }
}

function meet(a: State, b: State): State {
  const both = new Map<string, Protection>()
  for (const [device, fact] of a.protections) {
    const other = b.protections.get(device)
    if (other)
      both.set(
        device,
        fact.crash || !other.crash
          ? fact.at.start <= other.at.start || fact.crash !== other.crash
            ? fact
            : other
          : other,
      )
  }
  const held = new Map<string, SyntaxNode>()
  for (const [name, value] of a.held) if (b.held.get(name) === value) held.set(name, value)
  return { protections: both, held }
}

function isSame(a: State, b: State): boolean {
  if (a.protections.size !== b.protections.size || a.held.size !== b.held.size) return false
  for (const [device, fact] of a.protections) {
    const other = b.protections.get(device)
    if (!other || other.crash !== fact.crash || other.at !== fact.at) return false
  }
  for (const [name, value] of a.held) if (b.held.get(name) !== value) return false
  return true
}

function through(block: Block, entry: State, text: string, atCall: (call: Call, state: State) => void): State {
  let state = entry
  for (const step of block.steps) {
    if (step.kind === 'call') atCall(step.call, state)
    state = after(step, state, text)
  }
  return state
}

function after(step: Step, state: State, text: string): State {
  if (step.kind === 'assign') {
    const target = step.target.type === 'identifier' ? slice(text, step.target) : null
    const changed = target === null ? state : forget(state, target, text)
    if (target === null || step.operator !== '=' || !step.value || mentions(slice(text, step.value), target))
      return changed
    return { protections: changed.protections, held: new Map(changed.held).set(target, step.value) }
  }
  const { call } = step
  let next = state
  for (const argument of call.args) {
    const taken = /^&\s*(\w+)$/.exec(slice(text, argument))?.[1]
    if (taken !== undefined) next = forget(next, taken, text)
  }
  const condition = CRASH_TESTS.has(call.callee) ? call.args[0] : undefined
  if (!condition) return next
  return assume(next, protections(implied({ node: condition, equals: null }, false, text, next.held), true))
}

/** What is still known once `name` has another value. */
function forget(state: State, name: string, text: string): State {
  const keep = (expression: string): boolean => !mentions(expression, name)
  const held = new Map([...state.held].filter(([local, value]) => local !== name && keep(slice(text, value))))
  return { protections: new Map([...state.protections].filter(([device]) => keep(device))), held }
}

function mentions(expression: string, name: string): boolean {
  return new RegExp(`(?<![\\w.>])${name}\\b`).test(expression)
}
