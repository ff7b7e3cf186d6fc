/**
 * What the locals and struct fields of a function can hold at each of its calls, bit by bit: a forward walk over its
 * blocks, where two ways meet either value counts. Only what the written values depend on is followed. With constants
 * passed to the function, ways that they leave out are not walked.
 */
import {
  type Block,
  type Call,
  callOf,
  NOWHERE,
  type Step,
  slice,
  type Test,
  unwrapped,
} from '../functions/controlFlow.js'
import type { FunctionText } from '../functions/functionText.js'
import { childOf, type SyntaxNode } from '../functions/parser.js'
import { evaluateCall } from './arithmetic.js'
import {
  and,
  type BitValue,
  bitsFrom,
  computed,
  constantBits,
  constantOf as constantValue,
  EMPTY,
  either,
  isEmpty,
  isSameValue,
  NO_NAMES,
  not,
  or,
  shifted,
  xor,
} from './bitValues.js'
import type { ConstantOf } from './constants.js'
import { readOf, returnedRead } from './reads.js'

/** Values of the followed names; a name that is missing has its first value. */
type Values = ReadonlyMap<string, BitValue>
/** Values at each call that some way leads to; null if they could not be followed to the end. */
type States = ReadonlyMap<SyntaxNode, Values> | null

/** A function whose values can be asked for. */
export interface ValueSource {
  readonly fn: FunctionText
  readonly blocks: readonly Block[]
  readonly constantOf: ConstantOf
  /** True if the function puts back what was saved earlier. */
  readonly restores: boolean
  /** Constants that the callers pass, by the parameter's name. */
  readonly passed: Passed
}

export type Passed = ReadonlyMap<string, BitValue>

/** A walk that takes more steps than this many a block would not end in useful time: nothing is known then. */
const MOST_VISITS = 40
const UNKNOWN = bitsFrom('unknown')
/** `case 1 ... 3:`, of which a test holds the first number only. */
const CASE_RANGE = /\bcase\b[^:;]*\.\.\./

/** Evaluates an argument of a call, as it is when the call is made. */
export type ValueAt = (call: Call, argument: SyntaxNode) => BitValue

export interface CallValues {
  readonly valueAt: ValueAt
  /** False for a call that the constants passed leave out. */
  readonly isMade: (call: Call) => boolean
}

/** Follows the values that the arguments of these calls depend on, once one is asked for. */
export function valuesAt(source: ValueSource, wanted: readonly SyntaxNode[]): CallValues {
  const passes = source.passed.size > 0
  const walk = new ValueWalk(source, passes ? [...wanted, ...testsIn(source.blocks)] : wanted)
  let known: States | undefined
  const states = (): States => {
    if (known === undefined) known = walk.run()
    return known
  }
  return {
    valueAt: (call, argument) => {
      const state = states()?.get(call.node)
      return state ? walk.evaluate(argument, state) : UNKNOWN
    },
    isMade: (call) => !passes || (states()?.has(call.node) ?? true),
  }
}

/** Parameters, but pointers, that the arguments of calls depend on, or whether the calls are made. */
export function decidingParameters(source: ValueSource, wanted: readonly SyntaxNode[]): readonly string[] {
  const { parameters, plainParameters } = source.fn
  if (plainParameters.size === 0) return []
  const names = new ValueWalk(source, [...wanted, ...testsIn(source.blocks)]).followed
  return parameters.filter((name) => plainParameters.has(name) && names.has(name))
}

function testsIn(blocks: readonly Block[]): readonly SyntaxNode[] {
  return blocks.flatMap(({ branch }) => (branch ? [branch.test.node] : []))
}

class ValueWalk {
  readonly followed: ReadonlySet<string>
  private readonly passed: Passed
  private addressedNames: ReadonlySet<string> | null = null

  constructor(
    private readonly source: ValueSource,
    wanted: readonly SyntaxNode[],
  ) {
    this.followed = this.dependencies(wanted)
    this.passed = source.passed.size > 0 ? this.keptConstants() : source.passed
  }

  run(): States {
    const { blocks } = this.source
    const entries: (Values | null)[] = blocks.map(() => null)
    const visits = blocks.map(() => 0)
    entries[0] = new Map()
    const queue = [0]
    for (let b = queue.shift(); b !== undefined; b = queue.shift()) {
      if (++visits[b]! > MOST_VISITS) return null
      const leaving = this.through(blocks[b]!, entries[b]!, () => {})
      for (const target of this.successors(blocks[b]!, leaving)) {
        const old = entries[target] ?? null
        const merged = old ? this.meet(old, leaving) : leaving
        if (merged === old) continue
        entries[target] = merged
        if (!queue.includes(target)) queue.push(target)
      }
    }
    const found = new Map<SyntaxNode, Values>()
    for (const [b, entry] of entries.entries())
      if (entry) this.through(blocks[b]!, entry, (call, values) => found.set(call.node, values))
    return found
  }

  /** Blocks that control can go on to: of a test that the constants passed decide, one. */
  private successors(block: Block, values: Values): readonly number[] {
    if (block.crashes) return []
    if (!block.branch) return block.next === NOWHERE ? [] : [block.next]
    const { test, whenTrue, whenFalse } = block.branch
    const outcome = this.passed.size > 0 ? this.outcomeOf(test, values) : null
    if (outcome !== null) return [outcome ? whenTrue : whenFalse]
    return [whenTrue, whenFalse]
  }

  /** Whether a test is true; null if that depends on more than parameters and what the function made of them. */
  private outcomeOf({ node, equals }: Test, values: Values): boolean | null {
    if (equals === null) return this.truthAt(node, values)
    if (!this.isOfOwn(node) || CASE_RANGE.test(this.source.fn.text)) return null
    const value = this.evaluate(node, values)
    const label = evaluateText(equals, this.source.constantOf, [])
    const constant = constantValue(value)
    return label === null || constant === null ? null : label === constant
  }

  private truthAt(node: SyntaxNode, values: Values): boolean | null {
    return this.isOfOwn(node) ? truthOf(this.evaluate(node, values)) : null
  }

  private isOfOwn(node: SyntaxNode): boolean {
    return this.namesIn(node).every((name) => this.isOwn(name))
  }

  /** A parameter, a local that only assignments fill, or a constant; no memory that others may write. */
  private isOwn(name: string): boolean {
    const { fn, constantOf } = this.source
    if (/\W/.test(name) || this.addressed.has(name)) return false
    if (fn.parameters.includes(name)) return true
    if (!fn.declared.has(name)) return constantOf(name) !== null
    return fn.assignments.has(name) && !new RegExp(`\\bstatic\\b[^;{}]*\\b${name}\\b`).test(fn.text)
  }

  /** The constants of parameters that only this function's assignments can change. */
  private keptConstants(): Passed {
    const { passed, fn } = this.source
    return new Map([...passed].filter(([name]) => !this.addressed.has(name) && fn.declared.get(name)?.times === 1))
  }

  /** Names whose address the function takes. */
  private get addressed(): ReadonlySet<string> {
    this.addressedNames ??= new Set(
      this.source.blocks.flatMap((block) => stepNodes(block).flatMap((n) => this.taken(n))),
    )
    return this.addressedNames
  }

  private taken(node: SyntaxNode): readonly string[] {
    const inside = node.children.flatMap((child) => this.taken(child))
    const argument = node.type === 'pointer_expression' ? childOf(node, 'argument') : null
    const isAddress = argument !== null && this.source.fn.text[node.start] === '&'
    const key = isAddress ? this.keyOf(argument) : null
    return key === null ? inside : [key, ...inside]
  }

  /** Names that the wanted expressions are made of, through every assignment in the function. */
  private dependencies(wanted: readonly SyntaxNode[]): ReadonlySet<string> {
    const found = new Set<string>()
    const pending = [...wanted]
    const assigned = new Map<string, SyntaxNode[]>()
    for (const step of this.source.blocks.flatMap((block) => block.steps)) {
      if (step.kind !== 'assign' || !step.value) continue
      const key = this.keyOf(step.target)
      if (key !== null) assigned.set(key, [...(assigned.get(key) ?? []), step.value])
    }
    for (let node = pending.pop(); node; node = pending.pop())
      for (const name of this.namesIn(node)) {
        if (found.has(name)) continue
        found.add(name)
        pending.push(...(assigned.get(name) ?? []))
      }
    return found
  }

  private namesIn(node: SyntaxNode): string[] {
    const key = this.keyOf(node)
    const inside = node.children.flatMap((child) => this.namesIn(child))
    return key === null ? inside : [key, ...inside]
  }

  /** `ctrl`, `dev->ctrl`: what a value can be kept under. */
  private keyOf(node: SyntaxNode): string | null {
    const inner = unwrapped(node)
    if (inner.type !== 'identifier' && inner.type !== 'field_expression') return null
    return slice(this.source.fn.text, inner).replace(/\s+/g, '')
  }

  /** What holds where two ways meet; `known` itself where the other adds nothing. */
  private meet(known: Values, other: Values): Values {
    let both: Map<string, BitValue> | null = null
    for (const values of [known, other])
      for (const name of values.keys()) {
        const a = known.get(name)
        const b = other.get(name)
        if (a === b) continue
        const first = a ?? this.initial(name)
        const joined = either(first, b ?? this.initial(name))
        if (isSameValue(first, joined)) continue
        both ??= new Map(known)
        both.set(name, joined)
      }
    return both ?? known
  }

  private through(block: Block, entry: Values, atCall: (call: Call, values: Values) => void): Values {
    let values = entry
    for (const step of block.steps) {
      if (step.kind === 'call') atCall(step.call, values)
      values = this.after(step, values)
    }
    return values
  }

  private after(step: Step, values: Values): Values {
    if (step.kind === 'return') return values
    if (step.kind === 'call') return this.afterCall(step.call, values)
    const key = this.keyOf(step.target)
    if (key === null || !this.followed.has(key)) return values
    return new Map(values).set(key, this.assigned(key, step.operator, step.value, values))
  }

  private assigned(key: string, operator: string, value: SyntaxNode | null, values: Values): BitValue {
    if (operator === 'for_each') return bitsFrom('data')
    const right = value ? this.evaluate(value, values) : constantBits(1)
    if (operator === '=' || operator === '') return right
    return binary(operator.slice(0, -1), this.lookUp(key, values), right)
  }

  /** A read fills its last argument; what another function does with an address or a struct is not known. */
  private afterCall(call: Call, values: Values): Values {
    const { text } = this.source.fn
    const read = readOf(call, text)
    let changed: Map<string, BitValue> | null = null
    for (const [i, argument] of call.args.entries()) {
      const target = argument.operator === '&' ? childOf(argument, 'argument') : null
      const key = target ? this.keyOf(target) : null
      if (key !== null && this.followed.has(key)) {
        changed ??= new Map(values)
        changed.set(key, read && i === read.into ? bitsFrom('read', read.mask, read.from) : UNKNOWN)
      }
      const root = !read && argument.type === 'identifier' ? `${slice(text, argument)}->` : null
      if (root === null) continue
      for (const name of values.keys())
        if (name.startsWith(root)) {
          changed ??= new Map(values)
          changed.set(name, this.memory(name))
        }
    }
    return changed ?? values
  }

  evaluate(node: SyntaxNode, values: Values, depth = 0): BitValue {
    if (depth > 40) return UNKNOWN
    const inner = unwrapped(node)
    const side = (field: string): BitValue => {
      const child = childOf(inner, field)
      return child ? this.evaluate(child, values, depth + 1) : UNKNOWN
    }
    switch (inner.type) {
      case 'identifier':
        return this.ofName(slice(this.source.fn.text, inner), values)
      case 'field_expression':
        return this.lookUp(this.keyOf(inner)!, values)
      case 'subscript_expression':
        return this.memory(slice(this.source.fn.text, inner))
      case 'binary_expression':
        return binary(inner.operator, side('left'), side('right'))
      case 'conditional_expression': {
        const condition = childOf(inner, 'condition')
        const outcome = condition && this.passed.size > 0 ? this.truthAt(condition, values) : null
        if (outcome !== null) return side(outcome ? 'consequence' : 'alternative')
        return either(side('consequence'), side('alternative'))
      }
      case 'assignment_expression':
        return side('right')
      case 'comma_expression':
        return side('right')
      case 'sizeof_expression':
        return bitsFrom('data')
      case 'unary_expression':
        return this.unary(inner, side('argument'))
      case 'update_expression':
        return computed([side('argument')])
      case 'pointer_expression':
        return inner.operator === '*' ? this.memory(slice(this.source.fn.text, inner)) : UNKNOWN
      case 'call_expression':
        return this.ofCall(inner, values, depth)
      default:
        return this.ofConstant(slice(this.source.fn.text, inner))
    }
  }

  private unary(node: SyntaxNode, argument: BitValue): BitValue {
    switch (node.operator) {
      case '~':
        return not(argument)
      case '!': {
        const truth = truthOf(argument)
        return truth === null ? bitsFrom(argument.unknown ? 'unknown' : 'data', 1) : constantBits(truth ? 0 : 1)
      }
      case '-': {
        const value = constantValue(argument)
        return value === null ? computed([argument]) : constantBits(-value >>> 0, argument.names)
      }
      default:
        return argument
    }
  }

  private ofCall(node: SyntaxNode, values: Values, depth: number): BitValue {
    const { text } = this.source.fn
    const read = returnedRead(node, text)
    if (read) return bitsFrom('read', read.mask, read.from)
    const field = this.takenField(node, values, depth)
    if (field) return field
    return evaluateCall(node, text, (argument) => this.evaluate(argument, values, depth + 1)) ?? UNKNOWN
  }

  /** `PCI_ATS_CTRL_STU(unit)`: a macro of pci_regs.h that names a field and puts its argument there. */
  private takenField(node: SyntaxNode, values: Values, depth: number): BitValue | null {
    const call = callOf(node, this.source.fn.text)
    const mask = call && /^PCI_/.test(call.callee) ? this.source.constantOf(call.callee) : null
    const argument = call?.args[0]
    if (!mask || !argument) return null
    const inField = and(this.evaluate(argument, values, depth + 1), constantBits(mask.value))
    return { ...inField, names: new Set(mask.names) }
  }

  private ofConstant(text: string): BitValue {
    const names: string[] = []
    const value = evaluateText(text, this.source.constantOf, names)
    return value === null ? UNKNOWN : constantBits(value, new Set(names))
  }

  private ofName(name: string, values: Values): BitValue {
    const { fn, constantOf } = this.source
    if (fn.parameters.includes(name) || fn.assignments.has(name) || fn.reads.has(name)) {
      const value = this.lookUp(name, values)
      return isEmpty(value) ? UNKNOWN : value
    }
    const constant = constantOf(name)
    if (constant) return constantBits(constant.value, new Set(constant.names))
    // A constant that was not found is not known; a variable of the file is memory.
    return /^[A-Z]\w*$/.test(name) ? UNKNOWN : this.memory(name)
  }

  private lookUp(key: string, values: Values): BitValue {
    return values.get(key) ?? this.initial(key)
  }

  private initial(key: string): BitValue {
    if (/\W/.test(key)) return this.memory(key)
    return this.source.fn.parameters.includes(key) ? (this.passed.get(key) ?? bitsFrom('caller')) : EMPTY
  }

  /** What stands in memory that the function did not fill: saved state if it says so, or data. */
  private memory(expression: string): BitValue {
    const root = /\w+/.exec(expression)?.[0] ?? ''
    const sources = (this.source.fn.assignments.get(root) ?? []).map(({ value }) => slice(this.source.fn.text, value))
    const isSaved = this.source.restores || [expression, ...sources].some((text) => /saved|save_state/.test(text))
    return bitsFrom(isSaved ? 'saved' : 'data')
  }
}

function evaluateText(text: string, constantOf: ConstantOf, names: string[]): number | null {
  if (/^\d/.test(text)) {
    const value = Number(text.replace(/[ul]+$/i, ''))
    return Number.isFinite(value) ? value >>> 0 : null
  }
  if (text === 'true' || text === 'false') return text === 'true' ? 1 : 0
  const constant = constantOf(text)
  if (constant) names.push(...constant.names)
  return constant?.value ?? null
}

/** Whether a value is other than 0; null if that is not certain. */
function truthOf(value: BitValue): boolean | null {
  if (constantValue(value) === 0) return false
  const { one, zero, read, data, saved, caller, unknown } = value
  return (one & ~(zero | read | data | saved | caller | unknown)) !== 0 ? true : null
}

/** Everything that a block evaluates. */
function stepNodes({ steps, branch }: Block): readonly SyntaxNode[] {
  const nodes = steps.flatMap((step) => (step.kind === 'call' ? step.call.args : step.value ? [step.value] : []))
  return branch ? [...nodes, branch.test.node] : nodes
}

function binary(operator: string, left: BitValue, right: BitValue): BitValue {
  const [a, b] = [isEmpty(left) ? UNKNOWN : left, isEmpty(right) ? UNKNOWN : right]
  switch (operator) {
    case '|':
      return or(a, b)
    case '&':
      return and(a, b)
    case '^':
      return xor(a, b)
    case '<<':
    case '>>': {
      const by = constantValue(b)
      return by === null ? computed([a, b]) : shifted(a, operator === '<<' ? by : -by)
    }
    case '==':
    case '!=':
    case '<':
    case '>':
    case '<=':
    case '>=':
      return compared(operator, a, b)
    case '&&':
    case '||':
      return both(operator, a, b)
    default:
      return arithmetic(operator, a, b)
  }
}

function both(operator: '&&' | '||', a: BitValue, b: BitValue): BitValue {
  const decisive = operator === '||'
  const [x, y] = [truthOf(a), truthOf(b)]
  if (x === decisive || y === decisive) return constantBits(decisive ? 1 : 0)
  if (x === null || y === null) return bitsFrom(a.unknown | b.unknown ? 'unknown' : 'data', 1)
  return constantBits(decisive ? 0 : 1)
}

/** Of constants that look the same with a sign as without. */
function compared(operator: string, a: BitValue, b: BitValue): BitValue {
  const [x, y] = [constantValue(a), constantValue(b)]
  const isPlain = x !== null && y !== null && x <= MOST_SIGNED && y <= MOST_SIGNED
  if (!isPlain) return bitsFrom(a.unknown | b.unknown ? 'unknown' : 'data', 1)
  return constantBits(COMPARISONS[operator]!(x, y) ? 1 : 0)
}

const MOST_SIGNED = 0x7fffffff
const COMPARISONS: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  '==': (x, y) => x === y,
  '!=': (x, y) => x !== y,
  '<': (x, y) => x < y,
  '>': (x, y) => x > y,
  '<=': (x, y) => x <= y,
  '>=': (x, y) => x >= y,
}

function arithmetic(operator: string, a: BitValue, b: BitValue): BitValue {
  const [x, y] = [constantValue(a), constantValue(b)]
  // What is added or taken away is a number, and no mask.
  if (x === null || y === null) return { ...computed([a, b]), names: NO_NAMES }
  const names = new Set([...a.names, ...b.names])
  switch (operator) {
    case '+':
      return constantBits((x + y) >>> 0, names)
    case '-':
      return constantBits((x - y) >>> 0, names)
    case '*':
      return constantBits(Math.imul(x, y) >>> 0, names)
    case '/':
      return y === 0 ? UNKNOWN : constantBits(Math.floor(x / y), names)
    case '%':
      return y === 0 ? UNKNOWN : constantBits(x % y, names)
    default:
      return UNKNOWN
  }
}
