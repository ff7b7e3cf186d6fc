/** What the outcome of a condition says about a device: handed over live, not handed over, or nothing. */

import { callOf, slice, type Test, unwrapped } from '../functions/controlFlow.js'
import { childOf, type SyntaxNode } from '../functions/parser.js'
import type { GuardView } from './guardTable.js'
import type { KnownGuard } from './knownGuards.js'

/** `preserved` false: on this path the device is not handed over, so writing it is a cold boot's business. */
export interface Implied {
  readonly device: string
  readonly preserved: boolean
  readonly guard: KnownGuard
  readonly at: SyntaxNode
}

/** Locals that hold a condition, and what they hold. */
export type Held = ReadonlyMap<string, SyntaxNode>

/** What a condition is read with. */
export interface Reading {
  readonly text: string
  readonly held: Held
  readonly guards: GuardView
}

const ZERO = 1
const POSITIVE = 2
const NEGATIVE = 4
const NOT_ZERO = POSITIVE | NEGATIVE
const GLOBAL = '*'
export const ANY_DEVICE = GLOBAL

const DEEPEST = 20

/** Everything that `test` being `outcome` implies. */
export function implied(test: Test, outcome: boolean, reading: Reading): readonly Implied[] {
  if (test.equals === null) return ofTruth(test.node, outcome, reading, 0)
  const value = numberOf(test.equals)
  if (value === null) return []
  if (isCondition(test.node))
    return value === 0 || value === 1 ? ofTruth(test.node, (value === 1) === outcome, reading, 0) : []
  const mask = value === 0 ? ZERO : value > 0 ? POSITIVE : NEGATIVE
  const possible = outcome ? mask : value === 0 ? NOT_ZERO : ZERO | NOT_ZERO
  return ofValue(test.node, possible, reading, 0)
}

/** What a test always comes to; null if it depends. `CONFIG_*LIVEUPDATE*` are taken as set. */
export function constantTruth({ node, equals }: Test, text: string): boolean | null {
  if (equals !== null) return null
  const plain = slice(text, node).trim()
  if (/^IS_(?:ENABLED|BUILTIN|REACHABLE)\(\s*CONFIG_\w*LIVEUPDATE\w*\s*\)$/.test(plain)) return true
  const value = numberOf(plain)
  return value === null ? null : value !== 0
}

function ofTruth(node: SyntaxNode, outcome: boolean, reading: Reading, depth: number): readonly Implied[] {
  const { text } = reading
  if (depth > DEEPEST) return []
  const inner = unwrapped(node)
  const { operator } = inner
  if (inner.type === 'unary_expression' && operator === '!') {
    const argument = childOf(inner, 'argument')
    return argument ? ofTruth(argument, !outcome, reading, depth + 1) : []
  }
  const left = childOf(inner, 'left')
  const right = childOf(inner, 'right')
  if (inner.type === 'binary_expression' && left && right) {
    if (operator === '&&' || operator === '||') {
      const both = [left, right].map((side) => ofTruth(side, outcome, reading, depth + 1))
      return (operator === '&&') === outcome ? both.flat() : common(both[0]!, both[1]!)
    }
    const compared = comparison(left, operator, right, outcome, text)
    if (compared) return ofValue(compared.node, compared.possible, reading, depth + 1)
    if (operator === '&') return ofMasked(left, outcome, reading, depth + 1)
  }
  return ofValue(inner, outcome ? NOT_ZERO : ZERO, reading, depth + 1)
}

/** Bits of a value: set, the value is not 0; clear, that says nothing of the others, save in a field of flags. */
function ofMasked(left: SyntaxNode, outcome: boolean, reading: Reading, depth: number): readonly Implied[] {
  if (outcome) return ofValue(left, NOT_ZERO, reading, depth)
  return unwrapped(left).type === 'field_expression' ? ofValue(left, ZERO, reading, depth) : []
}

/** What holds on both of two ways. */
function common(a: readonly Implied[], b: readonly Implied[]): readonly Implied[] {
  return a.filter((x) => b.some((y) => y.device === x.device && y.preserved === x.preserved))
}

function comparison(
  left: SyntaxNode,
  operator: string,
  right: SyntaxNode,
  outcome: boolean,
  text: string,
): { readonly node: SyntaxNode; readonly possible: number } | null {
  if (MIRRORED[operator] && numberOf(slice(text, right)) === null && numberOf(slice(text, left)) !== null)
    return comparison(right, MIRRORED[operator], left, outcome, text)
  if (slice(text, right).trim() === 'true' && (operator === '==' || operator === '!='))
    return { node: left, possible: (operator === '==') === outcome ? POSITIVE : ZERO }
  if (numberOf(slice(text, right)) !== 0) return null
  const whenTrue = COMPARED_WITH_ZERO[operator]
  if (whenTrue === undefined) return null
  return { node: left, possible: outcome ? whenTrue : (ZERO | NOT_ZERO) & ~whenTrue }
}

const COMPARED_WITH_ZERO: Readonly<Record<string, number>> = {
  '==': ZERO,
  '!=': NOT_ZERO,
  '<': NEGATIVE,
  '<=': NEGATIVE | ZERO,
  '>': POSITIVE,
  '>=': POSITIVE | ZERO,
}

/** The same comparison with its sides exchanged. */
const MIRRORED: Readonly<Record<string, string>> = {
  '==': '==',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/** Implications of an expression whose value is one of `possible`. */
function ofValue(node: SyntaxNode, possible: number, reading: Reading, depth: number): readonly Implied[] {
  const { text, held, guards } = reading
  if (depth > DEEPEST) return []
  const inner = unwrapped(node)
  switch (inner.type) {
    case 'call_expression': {
      const call = callOf(inner, text)
      const guard = call && !call.receiver ? guards.call(call.callee) : null
      if (!call || !guard) return []
      const argument = guard.device === 'global' ? null : call.args[guard.device]
      if (guard.device !== 'global' && !argument) return []
      return conclude(guard, argument ? deviceText(slice(text, argument)) : GLOBAL, possible, inner)
    }
    case 'field_expression': {
      const found = guards.field(slice(text, inner))
      return found ? conclude(found.guard, deviceText(found.device), possible, inner) : []
    }
    case 'identifier': {
      const name = slice(text, inner)
      const value = held.get(name)
      if (!value) {
        const found = guards.parameter(name)
        return found ? conclude(found.guard, found.device, possible, inner) : []
      }
      if (isCondition(value)) {
        if (possible === ZERO) return ofTruth(value, false, reading, depth + 1)
        return (possible & ZERO) === 0 ? ofTruth(value, true, reading, depth + 1) : []
      }
      return ofValue(value, possible, reading, depth + 1)
    }
    case 'assignment_expression': {
      const right = childOf(inner, 'right')
      return right ? ofValue(right, possible, reading, depth + 1) : []
    }
    case 'unary_expression': {
      if (inner.operator !== '!') return []
      if (possible === ZERO) return ofTruth(inner, false, reading, depth + 1)
      return (possible & ZERO) === 0 ? ofTruth(inner, true, reading, depth + 1) : []
    }
    case 'conditional_expression': {
      const [condition, yes, no] = ['condition', 'consequence', 'alternative'].map((name) => childOf(inner, name))
      if (!condition || !yes || !no) return []
      // Only a way whose value is one of the possible ones can have been taken.
      const ways = [
        { branch: yes, outcome: true },
        { branch: no, outcome: false },
      ].filter(({ branch }) => {
        const value = numberOf(slice(text, branch))
        return value === null || (possible & (value === 0 ? ZERO : value > 0 ? POSITIVE : NEGATIVE)) !== 0
      })
      const facts = ways.map(({ branch, outcome }) => [
        ...ofTruth(condition, outcome, reading, depth + 1),
        ...ofValue(branch, possible, reading, depth + 1),
      ])
      return facts.length === 2 ? common(facts[0]!, facts[1]!) : (facts[0] ?? [])
    }
    case 'compound_statement': {
      const last = inner.children.at(-1)
      const value = last?.type === 'expression_statement' ? last.children[0] : undefined
      return value ? ofValue(value, possible, reading, depth + 1) : []
    }
    case 'comma_expression': {
      const last = inner.children.at(-1)
      return last ? ofValue(last, possible, reading, depth + 1) : []
    }
    default:
      return []
  }
}

function isCondition(node: SyntaxNode): boolean {
  const { type, operator } = unwrapped(node)
  return (
    (type === 'unary_expression' && operator === '!') ||
    (type === 'binary_expression' && (operator in COMPARED_WITH_ZERO || ['&&', '||', '&'].includes(operator)))
  )
}

function conclude(guard: KnownGuard, device: string, possible: number, at: SyntaxNode): readonly Implied[] {
  const skip = guard.skipWhen === 'true' ? NOT_ZERO : guard.skipWhen === 'zero' ? ZERO : ZERO | POSITIVE
  if ((possible & skip) === 0) return [{ device, preserved: false, guard, at }]
  if ((possible & ~skip) === 0) return [{ device, preserved: true, guard, at }]
  return []
}

/** A device expression in one spelling. */
export function deviceText(expression: string): string {
  let text = expression.replace(/\s+/g, '')
  while (text.startsWith('(') && text.endsWith(')') && !/\).*\(/.test(text)) text = text.slice(1, -1)
  return text
}

function numberOf(text: string): number | null {
  const plain = text.trim()
  if (plain === 'NULL' || plain === 'false') return 0
  if (plain === 'true') return 1
  return /^-?(0x[\da-f]+|\d+)$/i.test(plain) ? Number(plain) : null
}
