/**
 * The calls of a function as the walk through callers wants them: which arguments are the function's own parameters,
 * and which of them a guard covers at the call.
 */
import { type Call, slice, unwrapped } from '../functions/controlFlow.js'
import type { FunctionText } from '../functions/functionText.js'
import type { CParser } from '../functions/parser.js'
import type { Phase } from '../report/schema.js'
import { ANY_DEVICE, deviceText } from './conditions.js'
import { relation, resolvedDevice } from './deviceRelation.js'
import type { Protection } from './guardFlow.js'
import type { GuardView } from './guardTable.js'
import { type FunctionSource, parameterPath, protectionsAt, type ReadFunction, readFunction } from './readFunction.js'

/**
 * Which devices of a callee are known not to be handed over, as paths from its parameters (`0`, `1->pdev`); `all` for a
 * guard that speaks for every device.
 */
export interface CallGuard {
  readonly positions: readonly string[] | 'all'
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
  /** For each argument the parameter of this function that it is reached through, as a path; null if it is none. */
  readonly arguments: readonly (string | null)[]
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

function callIn(call: Call, read: ReadFunction): CallInFunction {
  const { fn, offset } = read
  const args = call.args.map((node) => slice(fn.text, node))
  return {
    callee: call.callee,
    isField: call.receiver !== null,
    at: offset + nameStart(call),
    arguments: args.map((text) => parameterPath(text, fn)),
    guard: guardOf(args, protectionsAt(read, call), read),
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
  { fn, offset }: ReadFunction,
): CallGuard | null {
  for (const protection of protections) {
    if (protection.strength !== 'guarded') continue
    const covered = args.flatMap((text, i) => coveredBy(protection, text, i, fn))
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

/** The device that is protected, as the callee reaches it through an argument. */
function coveredBy({ device, guard }: Protection, argument: string, i: number, fn: FunctionText): readonly string[] {
  const plain = deviceText(argument)
  if (relation(device, plain, guard, fn) === 'same') return [`${i}`]
  const [whole, root] = [resolvedDevice(device, fn), resolvedDevice(plain, fn)]
  return root !== '' && whole.startsWith(`${root}->`) ? [`${i}${whole.slice(root.length)}`] : []
}
