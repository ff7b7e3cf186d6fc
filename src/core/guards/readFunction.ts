/** One function's text to its calls, with the guards in force at each. */
import { asFunction, blankKernelMacros } from '../functions/blanking.js'
import { type Block, type Call, flowGraph } from '../functions/controlFlow.js'
import { callsInOrder, describeFunction, type FunctionText, findNode } from '../functions/functionText.js'
import { type CParser, childOf, type SyntaxNode } from '../functions/parser.js'
import { resolvedDevice } from './deviceRelation.js'
import { type GuardStates, guardStates, type Protection } from './guardFlow.js'
import { type GuardView, knownGuards } from './guardTable.js'

export interface FunctionSource {
  /** The file, one character a byte. */
  readonly file: string
  readonly start: number
  readonly end: number
  readonly isMacro: boolean
}

/** A function taken apart: its calls in order, with what is known at each. */
export interface ReadFunction {
  readonly fn: FunctionText
  readonly blocks: readonly Block[]
  readonly calls: readonly Call[]
  /** Worked out when it is first asked for: most functions ask no guard, and few offsets are kept in a local. */
  readonly guarded: GuardStates
  readonly mayAskGuard: boolean
  /** What to add to an offset of the parsed text to get one of the file. */
  readonly offset: number
}

export function readFunction(source: FunctionSource, parser: CParser, guards: GuardView = knownGuards): ReadFunction {
  const raw = detached(source.file.slice(source.start, source.end))
  const { text: wrapped, prefix } = source.isMacro ? asFunction(raw) : { text: raw, prefix: 0 }
  const text = blankKernelMacros(wrapped)
  const root = parser.parse(text)
  const definition = findNode(root, 'function_definition')
  const body = definition ? childOf(definition, 'body') : null
  const blocks = flowGraph(body ?? root, text, wrapped)
  const fn = describeFunction(definition, blocks, text)
  let guarded: GuardStates | null = null
  return {
    fn,
    blocks,
    calls: callsInOrder(blocks),
    get guarded() {
      guarded ??= guardStates(blocks, text, ownNames(fn, guards), ambiguous(fn))
      return guarded
    },
    mayAskGuard: guards.mayStandIn(text),
    offset: source.start - prefix,
  }
}

/** The guards in force at a call. */
export function protectionsAt(read: ReadFunction, call: Call): readonly Protection[] {
  return read.mayAskGuard ? (read.guarded.atCalls.get(call.node)?.protections ?? []) : []
}

/** What a local holds at a call, undefined if that is not one expression. */
export function heldAt(read: ReadFunction, call: Call): (local: string) => SyntaxNode | undefined {
  return (local) => read.guarded.atCalls.get(call.node)?.held.get(local)
}

/** The guards as the function sees them: a parameter or a local of a guard's name, or of another struct, is none. */
function ownNames({ declared }: FunctionText, guards: GuardView): GuardView {
  return {
    call: (name) => (declared.has(name) ? null : guards.call(name)),
    field: (expression) => {
      const found = guards.field(expression)
      const type = found ? declared.get(found.device)?.type : undefined
      return type === undefined || /\bpci_dev\b/.test(type) ? found : null
    },
    parameter: (name) => guards.parameter(name),
    mayStandIn: (text) => guards.mayStandIn(text),
  }
}

/** Names that are declared in more than one block: which of them is meant is not followed. */
function ambiguous({ declared }: FunctionText): ReadonlySet<string> {
  return new Set([...declared].flatMap(([name, { times }]) => (times > 1 ? [name] : [])))
}

/** The same text in memory of its own: what is cut out of it would keep the whole file alive. */
function detached(text: string): string {
  return [text.slice(0, 1), text.slice(1)].join('')
}

/**
 * The parameter that an expression is or is reached through, as a path: `1` is the second parameter, `0->bus->self` a
 * device behind the first; null if it is neither, or if the parameter is assigned.
 */
export function parameterPath(expression: string, fn: FunctionText): string | null {
  const [, root = '', rest = ''] = /^(\w+)((?:(?:->|\.)\w+)*)$/.exec(resolvedDevice(expression, fn)) ?? []
  const position = fn.parameters.indexOf(root)
  return position < 0 || fn.assignments.has(root) ? null : `${position}${rest}`
}
