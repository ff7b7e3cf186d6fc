/** Whether two expressions name one PCI device: the same, known to be another, or cannot tell. */
import { slice } from '../functions/controlFlow.js'
import type { FunctionText } from '../functions/functionText.js'
import { deviceText } from './conditions.js'
import type { KnownGuard } from './knownGuards.js'

export type Relation = 'same' | 'different' | 'unknown'

/** Conversions that do not change which device is meant. */
const CONVERSIONS = /\b(?:to_pci_dev|msi_desc_to_pci_dev|pci_physfn)\(/

/** The device as an expression of parameters and fields, locals that are assigned once put in. */
export function resolvedDevice(expression: string, fn: FunctionText): string {
  let text = deviceText(expression)
  for (let i = 0; i < 5; i++) {
    const root = /^(\w+)/.exec(text)?.[1]
    const assigned = root === undefined ? undefined : fn.assignments.get(root)
    if (!root || assigned?.length !== 1 || assigned[0]!.operator !== '=' || fn.parameters.includes(root)) return text
    const value = deviceText(slice(fn.text, assigned[0]!.value))
    if (!/^[\w>.()-]+$/.test(value) || value.includes(`${root}->`) || value === root) return text
    text = value + text.slice(root.length)
  }
  return text
}

/** What a guard that asks about `tested` says of `written`. */
export function relation(tested: string, written: string, guard: KnownGuard, fn: FunctionText): Relation {
  if (tested === written) return 'same'
  const [first, second] = [resolvedDevice(tested, fn), resolvedDevice(written, fn)]
  if (first === second || (guard.coversBridge && isBridgeOf(second, first))) return 'same'
  return isBridgeOf(first, second) || isBridgeOf(second, first) ? 'different' : 'unknown'
}

/**
 * Whether a guard over a write speaks for the device that is written: it does, it is known to ask another one, or it
 * may ask another one. `written` need not be a `struct pci_dev *`: an MSI descriptor is of the device at hand.
 */
export function speaksFor(
  tested: string,
  written: string,
  guard: KnownGuard,
  fn: FunctionText,
): 'yes' | 'other' | 'maybe not' {
  const answer = relation(tested, written, guard, fn)
  if (answer !== 'unknown') return answer === 'same' ? 'yes' : 'other'
  const [asked, target] = [resolvedDevice(tested, fn), resolvedDevice(written, fn)]
  const [from, to] = [rootOf(asked), rootOf(target)]
  const isOnTheBus = /->bus->/.test(asked) || /->bus->/.test(target)
  if (from === to && !isOnTheBus && (isConverted(asked) || isConverted(target) || target === `${asked}->bus`))
    return 'yes'
  const type = fn.declared.get(to)?.type
  return type !== undefined && !/\bpci_(?:dev|bus)\b/.test(type) && target === to ? 'yes' : 'maybe not'
}

/** The variable that an expression starts from: `desc` of `to_pci_dev(desc->dev)`. */
function rootOf(expression: string): string {
  return /^(?:\w+\()*&?(\w+)/.exec(expression)?.[1] ?? expression
}

function isConverted(expression: string): boolean {
  return CONVERSIONS.test(expression)
}

/** `dev->bus->self` and `pci_upstream_bridge(dev)` are the bridge above `dev`, never `dev` itself. */
function isBridgeOf(bridge: string, device: string): boolean {
  return bridge === `${device}->bus->self` || bridge === `pci_upstream_bridge(${device})`
}
