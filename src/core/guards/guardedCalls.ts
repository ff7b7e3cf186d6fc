/**
 * The calls of a function as the walk through callers wants them: which arguments are the function's own parameters,
 * and which of them a guard covers at the call.
 */
import { type Call, slice, unwrapped } from '../functions/controlFlow.js'
import type { CParser } from '../functions/parser.js'
import type { Phase } from '../report/schema.js'
import { ANY_DEVICE, deviceText } from './conditions.js'
import { relation } from './deviceRelation.js'
import type { Protection } from './guardFlow.js'
import type { GuardView } from './guardTable.js'
import { type FunctionSource, parameterOf, type ReadFunction, readFunction } from './readFunction.js'

/** Which arguments of a call are devices known not to be handed over; `all` for a guard that speaks for every device. */
export interface CallGuard {
  readonly positions: readonly number[] | 'all'
  readonly phases: readonly Phase[]
  readonly condition: string
  /** Offset of the condition in the file. */
  readonly at: number
}

export interface CallInFunction {
  readonly callee: string
  readonly isField: boolean
  /** Offset of the called name in the file: the index counts a call at its line. */
  readonly at: number
  /** For each argument the position of the parameter that it is, null if it is none. */
  readonly parameters: readonly (number | null)[]
  readonly guard: CallGuard | null
}

export function callsInFunction(
  source: FunctionSource,
  parser: CParser,
  guards?: GuardView,
): readonly CallInFunction[] {
  const read = readFunction(source, parser, guards)
  return read.calls.map((call) => callIn(call, read))
}

function callIn(call: Call, { fn, states, offset }: ReadFunction): CallInFunction {
  const args = call.args.map((node) => slice(fn.text, node))
  const protections = states.get(call.node)?.protections ?? []
  return {
    callee: call.callee,
    isField: call.receiver !== null,
    at: offset + nameStart(call),
    parameters: args.map((text) => parameterOf(text, fn)),
    guard: guardOf(args, protections, { fn, offset }),
  }
}

/** Where the called name begins: the last field's for a call through one. */
function nameStart({ node, receiver }: Call): number {
  const called = node.children.find((child) => child.field === 'function') ?? node
  const field = receiver ? unwrapped(called).children.find((child) => child.field === 'field') : undefined
  return (field ?? called).start
}

function guardOf(
  args: readonly string[],
  protections: readonly Protection[],
  { fn, offset }: Pick<ReadFunction, 'fn' | 'offset'>,
): CallGuard | null {
  for (const protection of protections) {
    if (protection.strength !== 'guarded') continue
    const covered = args.flatMap((text, i) =>
      relation(protection.device, deviceText(text), protection.guard, fn) === 'same' ? [i] : [],
    )
    if (protection.device !== ANY_DEVICE && covered.length === 0) continue
    return {
      positions: protection.device === ANY_DEVICE ? 'all' : covered,
      phases: protection.guard.phases,
      condition: slice(fn.text, protection.at).replace(/\s+/g, ' '),
      at: offset + protection.at.start,
    }
  }
  return null
}
