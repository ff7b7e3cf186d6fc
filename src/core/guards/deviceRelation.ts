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

/** `dev->bus->self` and `pci_upstream_bridge(dev)` are the bridge above `dev`, never `dev` itself. */
function isBridgeOf(bridge: string, device: string): boolean {
  if (CONVERSIONS.test(device)) return false
  return bridge === `${device}->bus->self` || bridge === `pci_upstream_bridge(${device})`
}
