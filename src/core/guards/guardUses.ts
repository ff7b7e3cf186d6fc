/**
 * What a function does with each guard it asks: what is skipped for a device handed over, what is done for such a
 * device only, and what goes on all the same though it belongs to what was skipped. Facts for the rules, no judgement.
 */
import { type Block, type Call, NOWHERE, SAVED_STATE_MACROS, type Step, slice } from '../functions/controlFlow.js'
import type { SyntaxNode } from '../functions/parser.js'
import { deviceText } from './conditions.js'
import type { AskedGuard, GuardedStep } from './guardFlow.js'
import type { KnownGuard } from './knownGuards.js'
import type { ReadFunction } from './readFunction.js'

/** Something in the function, by its offset in the file. */
export interface Spot {
  readonly what: string
  readonly at: number
}

export interface GuardUse {
  readonly guard: KnownGuard
  readonly device: string
  readonly condition: string
  /** Offsets of the condition in the file. */
  readonly start: number
  readonly end: number
  /** Nothing is skipped, and nothing is done for a device handed over alone. */
  readonly isEmpty: boolean
  /** Something that is skipped writes config space, or calls a function that does. */
  readonly skipsWrite: boolean
  /** State is filled in, or left, by the answer. */
  readonly restores: boolean
  /** Fields that take, guard or no guard, the value that the skipped write would have brought about. */
  readonly staleShadows: readonly Spot[]
  /** A return of success on the way that skips the work, in a function that else tells how it went. */
  readonly falseSuccess: Spot | null
  /** Delays behind a skipped write that are served all the same. */
  readonly keptDelays: readonly Spot[]
  /** Locals that only a skipped call would have filled, and where they are used. */
  readonly unset: readonly Spot[]
  /** The function is left for a device handed over, or goes on behind what is skipped. */
  readonly form: 'early return' | 'wrapped'
  /** Skipped calls that put state aside for a later restore. */
  readonly skippedSaves: readonly Spot[]
  /** Capabilities that the function looks for, as it names them. */
  readonly finds: readonly Spot[]
}

const DELAYS = /^(?:m|u|n|s|f)(?:sleep|delay)$|^usleep_range(?:_state)?$|_sleep$|^__const_udelay$/
/** What pci_restore_state() writes back is put aside by these (drivers/pci/pci.c). */
const SAVES = /^_?pci_add_(?:ext_)?cap_save_buffer$|^pci_save_\w*state$|^pci_store_saved_state$/
const FINDS = /^pci_find_(?:next_)?(?:ext_|ht_)?capability$|^pci_bus_find_capability$/
const WAITS = /wait|poll|ready/

/** `writes` tells whether a call of that name in this function writes config space, by itself or further down. */
export function guardUses(read: ReadFunction, writes: (call: Call) => boolean): readonly GuardUse[] {
  const told = new Set<string>()
  const first = (spot: Spot | null): spot is Spot => {
    const key = spot ? `${spot.what} ${spot.at}` : ''
    return spot !== null && !told.has(key) && Boolean(told.add(key))
  }
  return read.guarded.asked.map((asked) => {
    const use = new UseReader(read, writes, asked).use(asked.guard, asked.device)
    // What follows several guards of a function is told of the first.
    return {
      ...use,
      staleShadows: use.staleShadows.filter(first),
      falseSuccess: first(use.falseSuccess) ? use.falseSuccess : null,
      keptDelays: use.keptDelays.filter(first),
      unset: use.unset.filter(first),
    }
  })
}

class UseReader {
  private readonly skipped: readonly GuardedStep[]
  private readonly adopted: readonly GuardedStep[]
  /** Writes that are skipped, in order. */
  private readonly writes: readonly Call[]
  private readonly condition: SyntaxNode
  private readonly keepsWrite: boolean
  private readonly leaves: boolean
  /** Control comes to the same place by either answer, with nothing done on the way. */
  private readonly leadsNowhereElse: boolean

  constructor(
    private readonly read: ReadFunction,
    writes: (call: Call) => boolean,
    asked: AskedGuard,
  ) {
    const { steps } = read.guarded
    const condition = asked.at
    this.condition = condition
    this.skipped = steps.filter((one) => one.skippedBy.some(({ at }) => at === condition))
    this.adopted = steps.filter((one) => one.adoptedBy.some(({ at }) => at === condition))
    this.writes = this.skipped.flatMap(({ step }) => (step.kind === 'call' && writes(step.call) ? [step.call] : []))
    const closed = reachedFrom(read.blocks, asked.closed)
    const open = [...reachedFrom(read.blocks, asked.open)]
    this.leadsNowhereElse = withSteps(read.blocks, asked.open) === withSteps(read.blocks, asked.closed)
    this.leaves = !open.some((b) => closed.has(b))
    this.keepsWrite = open.some(
      (b) => !closed.has(b) && read.blocks[b]!.steps.some((step) => step.kind === 'call' && writes(step.call)),
    )
  }

  use(guard: KnownGuard, device: string): GuardUse {
    const { offset } = this.read
    const { steps } = this.read.guarded
    // Such a macro is the saved value, or what it is given instead: a way to fill state in, and no question.
    const isValue = SAVED_STATE_MACROS.has(guard.name)
    return {
      guard,
      device,
      condition: this.text(this.condition),
      start: offset + this.condition.start,
      end: offset + this.condition.end,
      isEmpty: !isValue && this.isStatement() && this.leadsNowhereElse,
      skipsWrite: this.writes.length > 0 || this.keepsWrite,
      restores:
        isValue ||
        this.adopted.some(({ step }) => step.kind === 'assign' || step.kind === 'call') ||
        this.skipped.some(({ step }) => step.kind === 'assign' && step.target.type === 'field_expression'),
      staleShadows: this.staleShadows(),
      falseSuccess: this.falseSuccess(),
      keptDelays: this.keptDelays(),
      unset: this.unset(),
      form: this.leaves ? 'early return' : 'wrapped',
      skippedSaves: this.callsOf(this.skipped, SAVES).map(({ callee, node }) => this.spot(`${callee}()`, node.start)),
      finds: this.callsOf(steps, FINDS).flatMap(({ args: [, capability] }) =>
        capability ? [this.spot(this.text(capability), capability.start)] : [],
      ),
    }
  }

  private callsOf(steps: readonly GuardedStep[], names: RegExp): readonly Call[] {
    return steps.flatMap(({ step }) => (step.kind === 'call' && names.test(step.call.callee) ? [step.call] : []))
  }

  /** The guard is asked by a statement and not for a value. */
  private isStatement(): boolean {
    const before = this.read.fn.text.slice(0, this.condition.start)
    return /[;{})]\s*(?:\/\*[^;{}]*\*\/\s*)*(?:else\s+)?(?:if|while|for|switch)\s*\([^;{}]*$/.test(before.slice(-2000))
  }

  private text(node: SyntaxNode): string {
    return slice(this.read.fn.text, node).replace(/\s+/g, ' ')
  }

  private spot(what: string, at: number): Spot {
    return { what, at: this.read.offset + at }
  }

  /** Runs for a device handed over as for any other. */
  private isFree({ skippedBy, adoptedBy }: GuardedStep): boolean {
    return skippedBy.length === 0 && adoptedBy.length === 0
  }

  private staleShadows(): readonly Spot[] {
    if (this.writes.length === 0) return []
    const written = this.writes.flatMap((call) => call.args.slice(1).map((arg) => deviceText(this.text(arg))))
    const found: Spot[] = []
    for (const one of this.read.guarded.steps) {
      const { step } = one
      if (step.kind !== 'assign' || step.target.type !== 'field_expression' || !this.isFree(one)) continue
      const field = deviceText(this.text(step.target))
      const isWritten = written.includes(field) && step.target.start < this.writes.at(-1)!.node.start
      if (isWritten || this.recordsSkipped(step)) found.push(this.spot(field, step.target.start))
    }
    return unique(found)
  }

  /** Set to a constant or a parameter right behind the skipped write: what the write would have made true. */
  private recordsSkipped(step: Extract<Step, { kind: 'assign' }>): boolean {
    if (step.operator !== '=' || !step.value) return false
    const value = this.text(step.value)
    const isPlain = /^(?:0|1|true|false)$/.test(value) || this.read.fn.parameters.includes(value)
    const last = this.lastWriteBefore(step.target.start)
    return isPlain && last !== null && this.isNextTo(last.node.end, step.target.start)
  }

  private lastWriteBefore(at: number): Call | null {
    return this.writes.filter(({ node }) => node.end <= at).at(-1) ?? null
  }

  /** Between two offsets stand only ends of statements and blocks, `else`, and other plain assignments. */
  private isNextTo(from: number, to: number): boolean {
    const between = this.read.fn.text.slice(from, to).replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '')
    return /^[)\s;}]*$/.test(between)
  }

  private falseSuccess(): Spot | null {
    if (this.writes.length === 0) return null
    const { returns, steps } = this.read.guarded
    const values = returns.flatMap(({ value }) => (value ? [this.text(value)] : []))
    const tells = values.some((value) => !/^(?:0|NULL|true|false)$/.test(value))
    const early = this.adopted.find(({ step }) => step.kind === 'return' && step.value && this.text(step.value) === '0')
    if (early?.step.kind === 'return' && tells && this.givesResult(values))
      return this.spot('0', early.step.value!.start)
    const waiting = steps.find(
      (one) =>
        one.step.kind === 'return' &&
        one.step.value?.type === 'call_expression' &&
        this.isFree(one) &&
        this.isWait(one.step.value),
    )
    const isBehind = waiting?.step.kind === 'return' && this.lastWriteBefore(waiting.step.value!.start) !== null
    return isBehind && waiting?.step.kind === 'return'
      ? this.spot(this.text(waiting.step.value!), waiting.step.value!.start)
      : null
  }

  /** Another return hands on what the skipped work answered. */
  private givesResult(values: readonly string[]): boolean {
    return this.skipped.some(({ step }) => {
      if (step.kind === 'return') return step.value?.type === 'call_expression'
      if (step.kind !== 'assign' || step.target.type !== 'identifier' || !step.value) return false
      return values.some((value) => new RegExp(`\\b${this.text(step.target)}\\b`).test(value))
    })
  }

  private isWait(node: SyntaxNode): boolean {
    return WAITS.test(/^\w*/.exec(this.text(node))![0])
  }

  private keptDelays(): readonly Spot[] {
    return this.read.guarded.steps.flatMap((one) => {
      if (one.step.kind !== 'call' || !this.isFree(one)) return []
      const { callee, node } = one.step.call
      const last = DELAYS.test(callee) ? this.lastWriteBefore(node.start) : null
      return last && this.isNextTo(last.node.end, node.start) ? [this.spot(`${callee}()`, node.start)] : []
    })
  }

  private unset(): readonly Spot[] {
    const { fn, guarded } = this.read
    const filled = new Set(
      this.skipped.flatMap(({ step }) =>
        step.kind === 'call' ? step.call.args.flatMap((arg) => /^&\s*(\w+)$/.exec(this.text(arg))?.[1] ?? []) : [],
      ),
    )
    return [...filled].flatMap((name) => {
      if (fn.parameters.includes(name) || !this.isOnlyFilledThere(name)) return []
      const word = new RegExp(`(?<![\\w.>])${name}\\b`)
      const use = guarded.steps.find((one) => {
        if (!this.isFree(one)) return false
        const { step } = one
        if (step.kind === 'call')
          return step.call.args.some((arg) => word.test(this.text(arg)) && !/^&/.test(this.text(arg)))
        return step.value !== null && word.test(this.text(step.value))
      })
      const tested = this.read.blocks.find(
        ({ branch }, b) => branch && word.test(this.text(branch.test.node)) && this.isFreeBlock(b),
      )
      const ats = [...(use ? [startOf(use.step)] : []), ...(tested?.branch ? [tested.branch.test.node.start] : [])]
      return ats.length === 0 ? [] : [this.spot(name, Math.min(...ats))]
    })
  }

  /** A test is free if the block it ends is entered whatever the guard says: no step of it is held. */
  private isFreeBlock(block: number): boolean {
    const own = this.read.guarded.steps.filter((one) => one.block === block)
    return own.length > 0 ? own.every((one) => this.isFree(one)) : this.read.guarded.freeBlocks.has(block)
  }

  private isOnlyFilledThere(name: string): boolean {
    const changes = this.read.fn.assignments.get(name) ?? []
    const reads = this.read.fn.reads.get(name) ?? []
    const inside = (node: SyntaxNode): boolean =>
      this.skipped.some(
        ({ step }) => step.kind === 'call' && step.call.node.start <= node.start && node.end <= step.call.node.end,
      )
    return [...changes.map(({ value }) => value), ...reads].every(inside)
  }
}

/** The first block from one on that does something or asks something. */
function withSteps(blocks: readonly Block[], from: number): number {
  const seen = new Set<number>()
  let b = from
  while (b !== NOWHERE && !seen.has(b)) {
    seen.add(b)
    const { steps, branch, crashes, next } = blocks[b]!
    if (steps.length > 0 || branch || crashes) break
    b = next
  }
  return b
}

/** Blocks that some way leads to from one, itself among them. */
function reachedFrom(blocks: readonly Block[], from: number): ReadonlySet<number> {
  const reached = new Set([from])
  for (const b of reached) {
    const { branch, next } = blocks[b]!
    for (const to of branch ? [branch.whenTrue, branch.whenFalse] : [next]) if (to !== NOWHERE) reached.add(to)
  }
  return reached
}

function startOf(step: Step): number {
  if (step.kind === 'call') return step.call.node.start
  return step.kind === 'assign' ? step.target.start : (step.value?.start ?? 0)
}

function unique(spots: readonly Spot[]): readonly Spot[] {
  const seen = new Set<string>()
  return spots.filter(({ what }) => !seen.has(what) && seen.add(what))
}
