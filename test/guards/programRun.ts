/**
 * Runs a generated function. A collecting interpreter on the syntax tree, never on the C text: all states that can be at
 * each write, loops and jumps to a fixpoint. It knows nothing of the engine.
 */
import {
  type Block,
  type Case,
  type Expression,
  type Label,
  type Program,
  type Statement,
  writesIn,
} from './programs.js'

/** What each guard answers for a preserved device, and for another: any value that C takes for true, or below zero. */
export const GUARDS = {
  'pci_lu_adopt(dev)': { preserved: [-1, 1, 2], other: [0] },
  'pci_liveupdate_is_incoming(dev)': { preserved: [-1, 1, 2], other: [0] },
  'dev->liveupdate.incoming': { preserved: [-1, 1, 2], other: [0] },
  'pci_liveupdate_adopt_acs(dev)': { preserved: [0], other: [-1, -2] },
} as const

export const COMPARE = {
  '== 0': (v: number) => v === 0,
  '!= 0': (v: number) => v !== 0,
  '< 0': (v: number) => v < 0,
  '>= 0': (v: number) => v >= 0,
  '> 0': (v: number) => v > 0,
  '<= 0': (v: number) => v <= 0,
} as const

interface State {
  readonly preserved: boolean
  readonly h: number
  readonly k: number
}

class States {
  private readonly byKey = new Map<string, State>()

  constructor(states: Iterable<State> = []) {
    this.add(states)
  }
  add(states: Iterable<State>): void {
    for (const s of states) this.byKey.set(`${s.preserved} ${s.h} ${s.k}`, s)
  }
  get size(): number {
    return this.byKey.size
  }
  [Symbol.iterator](): Iterator<State> {
    return this.byKey.values()
  }
  map(change: (s: State) => readonly State[]): States {
    return new States([...this].flatMap(change))
  }
}

export interface WriteTruth {
  readonly isReached: boolean
  /** Some path reaches the write with a device that was handed over. */
  readonly isOpen: boolean
}

/** What holds at each write, in the order of the text. */
export function runProgram({ first, second }: Program): readonly WriteTruth[] {
  const run = new Run([...first, ...second])
  const entry = [true, false].flatMap((preserved) =>
    OPAQUE.flatMap((h) => OPAQUE.map((k): State => ({ preserved, h, k }))),
  )
  run.jumps.again.add(entry)
  for (let before = -1; before !== run.jumps.again.size + run.jumps.out.size; ) {
    before = run.jumps.again.size + run.jumps.out.size
    const end = run.block(first, new States(run.jumps.again))
    run.jumps.out.add(end)
    run.block(second, new States(run.jumps.out))
  }
  return run.truths()
}

/** One more than the case labels have, so that a switch without a default may pass all of them by. */
const OPAQUE = [-1, 0, 1, 2]

class Run {
  readonly jumps: Readonly<Record<Label, States>> = { again: new States(), out: new States() }
  private readonly writes = new Map<Expression, States>()
  private breaks: States[] = []
  private continues: States[] = []

  constructor(all: Block) {
    for (const write of writesIn(all)) this.writes.set(write, new States())
  }

  truths(): WriteTruth[] {
    return [...this.writes.values()].map((states) => ({
      isReached: states.size > 0,
      isOpen: [...states].some((s) => s.preserved),
    }))
  }

  block(statements: Block, states: States): States {
    return statements.reduce((now, s) => this.statement(s, now), states)
  }

  private statement(s: Statement, states: States): States {
    switch (s.is) {
      case 'expression':
        return this.evaluated(s.of, states)
      case 'if': {
        const { whenTrue, whenFalse } = this.tested(s.test, states)
        const end = this.block(s.yes, whenTrue)
        end.add(s.no ? this.block(s.no, whenFalse) : whenFalse)
        return end
      }
      case 'while':
        return this.loop(states, (at) => this.tested(s.test, at), s.body)
      case 'do':
        return this.doLoop(states, s.test, s.body)
      case 'each':
        return this.loop(
          states,
          (at) => ({
            whenTrue: s.over === 'dev' ? otherDevice(at) : at,
            whenFalse: s.over === 'dev' ? otherDevice(at) : at,
          }),
          s.body,
        )
      case 'switch':
        return this.switched(s.on, s.cases, states)
      case 'return':
        if (s.value) this.evaluated(s.value, states)
        return new States()
      case 'crash':
        return new States()
      case 'bug on':
        return this.tested(s.test, states).whenFalse
      case 'next device':
        return otherDevice(states)
      case 'goto':
        this.jumps[s.label].add(states)
        return new States()
      case 'break':
        this.breaks.at(-1)?.add(states)
        return new States()
      case 'continue':
        this.continues.at(-1)?.add(states)
        return new States()
    }
  }

  private loop(entry: States, test: (at: States) => { whenTrue: States; whenFalse: States }, body: Block): States {
    const head = new States(entry)
    const after = new States()
    this.breaks.push(after)
    this.continues.push(head)
    for (let before = -1; before !== head.size; ) {
      before = head.size
      const { whenTrue, whenFalse } = test(new States(head))
      after.add(whenFalse)
      head.add(this.block(body, whenTrue))
    }
    this.breaks.pop()
    this.continues.pop()
    return after
  }

  private doLoop(entry: States, test: Expression, body: Block): States {
    const head = new States(entry)
    const [after, toTest] = [new States(), new States()]
    this.breaks.push(after)
    this.continues.push(toTest)
    for (let before = -1; before !== head.size + toTest.size; ) {
      before = head.size + toTest.size
      toTest.add(this.block(body, new States(head)))
      const { whenTrue, whenFalse } = this.tested(test, new States(toTest))
      after.add(whenFalse)
      head.add(whenTrue)
    }
    this.breaks.pop()
    this.continues.pop()
    return after
  }

  private switched(on: Expression, cases: readonly Case[], states: States): States {
    const entries = cases.map(() => new States())
    const after = new States()
    const values = cases.map((c) => c.value)
    for (const state of states)
      for (const { value, state: then } of this.values(on, state)) {
        const at = values.includes(value) ? values.indexOf(value) : values.indexOf(null)
        if (at < 0) after.add([then])
        else entries[at]!.add([then])
      }
    this.breaks.push(after)
    let falling = new States()
    for (const [i, { body, breaks }] of cases.entries()) {
      const entry = new States([...entries[i]!, ...falling])
      falling = this.block(body, entry)
      if (breaks || body.length === 0) {
        after.add(falling)
        falling = new States()
      }
    }
    this.breaks.pop()
    after.add(falling)
    return after
  }

  private evaluated(e: Expression, states: States): States {
    return states.map((s) => this.values(e, s).map(({ state }) => state))
  }

  private tested(e: Expression, states: States): { whenTrue: States; whenFalse: States } {
    const [whenTrue, whenFalse] = [new States(), new States()]
    for (const s of states)
      for (const { value, state } of this.values(e, s)) (value !== 0 ? whenTrue : whenFalse).add([state])
    return { whenTrue, whenFalse }
  }

  /** Every value that an expression can have in a state, and the state that each leaves. */
  private values(e: Expression, state: State): { value: number; state: State }[] {
    const mapped = (of: Expression, f: (v: number) => boolean) =>
      this.values(of, state).map(({ value, state: s }) => ({ value: f(value) ? 1 : 0, state: s }))
    switch (e.is) {
      case 'guard':
        return GUARDS[e.guard][state.preserved ? 'preserved' : 'other'].map((value) => ({ value, state }))
      case 'opaque':
        return OPAQUE.map((value) => ({ value, state }))
      case 'local':
        return [{ value: state[e.name], state }]
      case 'not':
        return mapped(e.of, (v) => v === 0)
      case 'truth':
      case 'warn':
        return mapped(e.of, (v) => v !== 0)
      case 'likely':
        return this.values(e.of, state)
      case 'compare':
        return mapped(e.of, COMPARE[e.operator])
      case 'and':
      case 'or':
        return this.values(e.left, state).flatMap(({ value, state: s }) =>
          (value !== 0) === (e.is === 'or')
            ? [{ value: e.is === 'or' ? 1 : 0, state: s }]
            : this.values(e.right, s).map((r) => ({ value: r.value !== 0 ? 1 : 0, state: r.state })),
        )
      case 'choose':
        return this.values(e.test, state).flatMap(({ value, state: s }) => this.values(value !== 0 ? e.yes : e.no, s))
      case 'assign':
        return this.values(e.value, state).map(({ value, state: s }) => ({ value, state: { ...s, [e.name]: value } }))
      case 'write':
        this.writes.get(e)!.add([state])
        return OPAQUE.map((value) => ({ value, state }))
    }
  }
}

function otherDevice(states: States): States {
  return states.map((s) => [s, { ...s, preserved: !s.preserved }])
}
