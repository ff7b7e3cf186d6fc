/**
 * How one transaction moves through the machine: requests by address, completions and config requests by bus number.
 * Each function answers with the first obstacle, or null if there is none.
 */
import {
  bridgesAbove,
  type FunctionName,
  formatBdf,
  functionOf,
  type Machine,
  type PciFunction,
  PLACE_NAMES,
  type Place,
  presentBus,
  readRegister,
  requesterId,
} from './fabric.js'
import { PCI_COMMAND_MASTER, PCI_COMMAND_MEMORY } from './header.js'

export interface Obstacle {
  readonly at: Place
  readonly why: string
}

/** A memory request (DMA, MSI) from a function to the root complex. */
export function requestUpstream(machine: Machine, from: FunctionName, address: number): Obstacle | null {
  const source = functionOf(machine, from)
  if (!commandHas(source, PCI_COMMAND_MASTER))
    return {
      at: from,
      why: `PCI_COMMAND_MASTER is off: ${PLACE_NAMES[from]} may not issue memory requests (PCIe r6.0 §7.5.1.1.3)`,
    }
  for (const bridge of bridgesAbove(machine, from)) {
    if (!commandHas(bridge, PCI_COMMAND_MASTER))
      return {
        at: bridge.name,
        why: `PCI_COMMAND_MASTER is off: ${PLACE_NAMES[bridge.name]} answers memory requests from below with Unsupported Request (PCIe r6.0 §7.5.1.1.3)`,
      }
    if (windowCovers(bridge, address))
      return {
        at: bridge.name,
        why: `a window of ${PLACE_NAMES[bridge.name]} covers the address ${hex(address)}: the request is not forwarded upstream (PCIe r6.0 §7.5.1.3.8)`,
      }
  }
  return null
}

/** The IOMMU finds its table by requester id (Intel VT-d 4.1 §3.4). */
export function translation(machine: Machine, of: FunctionName): Obstacle | null {
  const id = requesterId(functionOf(machine, of))
  if (machine.translatedRequesters.includes(id)) return null
  return { at: 'root-complex', why: `the IOMMU has no table for requester id ${hex(id)}` }
}

/** A completion on its way back down, routed by the requester's bus number (§2.2.4.2). MASTER plays no part in it. */
export function completionDownstream(machine: Machine, to: FunctionName): Obstacle | null {
  return routeToBus(machine, to, functionOf(machine, to).capturedBus, 'completions')
}

/** A config request to the address under which the function was handed over (§7.3.3). */
export function configRequest(machine: Machine, to: FunctionName): Obstacle | null {
  const { bdf } = functionOf(machine, to)
  return routeToBus(machine, to, bdf.bus, `config requests to ${formatBdf(bdf)}`)
}

/** Whether a config request reaches the function at all, under whatever number its bus has now. */
export function configReaches(machine: Machine, to: FunctionName): Obstacle | null {
  return routeToBus(machine, to, presentBus(machine, functionOf(machine, to)), 'config requests')
}

/** A memory request from above to the BAR that is expected at `address`. MASTER plays no part in it. */
export function requestDownstream(machine: Machine, to: FunctionName, bar: number, address: number): Obstacle | null {
  for (const bridge of [...bridgesAbove(machine, to)].reverse()) {
    if (!commandHas(bridge, PCI_COMMAND_MEMORY))
      return {
        at: bridge.name,
        why: `PCI_COMMAND_MEMORY is off: ${PLACE_NAMES[bridge.name]} forwards no memory requests downstream`,
      }
    if (!windowCovers(bridge, address))
      return { at: bridge.name, why: `no window of ${PLACE_NAMES[bridge.name]} covers the address ${hex(address)}` }
  }
  const target = functionOf(machine, to)
  if (!commandHas(target, PCI_COMMAND_MEMORY))
    return {
      at: to,
      why: `PCI_COMMAND_MEMORY is off: ${PLACE_NAMES[to]} answers no memory request (PCIe r6.0 §7.5.1.1.3)`,
    }
  const decoded = barAddress(target, bar)
  if (decoded !== address)
    return { at: to, why: `BAR ${bar} of ${PLACE_NAMES[to]} is at ${hex(decoded)} and not at ${hex(address)}` }
  return null
}

/** Bus numbers lead down: a bridge takes what lies between its secondary and subordinate bus. */
function routeToBus(machine: Machine, to: FunctionName, bus: number, what: string): Obstacle | null {
  const bridges = bridgesAbove(machine, to)
  for (const bridge of [...bridges].reverse()) {
    const secondary = readRegister(bridge, 'PCI_SECONDARY_BUS')
    const subordinate = readRegister(bridge, 'PCI_SUBORDINATE_BUS')
    if (bus < secondary || bus > subordinate)
      return {
        at: bridge.name,
        why: `${what} for bus ${hex(bus)} are not routed: ${PLACE_NAMES[bridge.name]} takes buses ${hex(secondary)} to ${hex(subordinate)} (PCIe r6.0 §2.2.4.2)`,
      }
    const endsHere = bus === secondary
    if (endsHere !== (bridge === bridges[0]))
      return {
        at: bridge.name,
        why: `${what} for bus ${hex(bus)} do not end at the bus of ${PLACE_NAMES[to]} (PCIe r6.0 §7.3.3)`,
      }
  }
  return null
}

function commandHas(of: PciFunction, bit: number): boolean {
  return (readRegister(of, 'PCI_COMMAND') & bit) !== 0
}

/** Whether the bridge's memory decode is on and one of its two memory windows holds the address (§7.5.1.3.8, .9, .10). */
function windowCovers(bridge: PciFunction, address: number): boolean {
  if (!commandHas(bridge, PCI_COMMAND_MEMORY)) return false
  const start = (register: string) => (readRegister(bridge, register) & 0xfff0) * 0x10000
  const upper = (register: string) => readRegister(bridge, register) * 2 ** 32
  const inside = (base: number, limit: number) => address >= base && address <= limit + 0xfffff
  return (
    inside(start('PCI_MEMORY_BASE'), start('PCI_MEMORY_LIMIT')) ||
    inside(
      start('PCI_PREF_MEMORY_BASE') + upper('PCI_PREF_BASE_UPPER32'),
      start('PCI_PREF_MEMORY_LIMIT') + upper('PCI_PREF_LIMIT_UPPER32'),
    )
  )
}

/** Where a memory BAR decodes. Bits 2:1 of its low half tell a 64-bit one (§7.5.1.2.1). */
function barAddress(of: PciFunction, bar: number): number {
  const low = readRegister(of, `PCI_BASE_ADDRESS_${bar}`)
  const wide = (low & 0x6) === 0x4
  const high = wide ? readRegister(of, `PCI_BASE_ADDRESS_${bar + 1}`) : 0
  return high * 2 ** 32 + (low - (low % 16))
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
