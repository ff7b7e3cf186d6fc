/**
 * How one transaction moves through the machine: requests by address, completions and config requests by bus number.
 * Each function answers with the obstacles on the way; none if it gets through.
 */
import { blocksTranslated, forwardsUpstream, redirectsRequests, validatesSource } from './capabilities/acs.js'
import { containsError } from './capabilities/dpc.js'
import { blocksPrefixes, forwardsAri, hasExpress, linkOff, maxPayload } from './capabilities/express.js'
import { powerState, powerStateName } from './capabilities/powerManagement.js'
import { vfsEnabled } from './capabilities/sriov.js'
import {
  bridgesAbove,
  type FunctionName,
  formatBdf,
  functionOf,
  isSet,
  type Machine,
  markOf,
  type PciFunction,
  type Place,
  placeName,
  presentBus,
  readRegister,
  requesterId,
  type Scope,
} from './fabric.js'
import {
  barAddress,
  commandHas,
  PCI_BRIDGE_CTL_BUS_RESET,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  windowCovers,
} from './header.js'

export interface Obstacle {
  readonly at: Place
  readonly why: string
  /**
   * `cut`: what is sent now is lost. `open`: nobody can say. `held`: waits until something releases it.
   * `delayed`: waits and goes on by itself.
   */
  readonly state: 'cut' | 'open' | 'held' | 'delayed'
}

export type Obstacles = readonly Obstacle[]

export function cut(at: Place, why: string): Obstacles {
  return [{ at, why, state: 'cut' }]
}

/** What a function's hidden state puts in the way. */
export function markObstacles(of: PciFunction, ...scopes: readonly Scope[]): Obstacles {
  const found = markOf(of, ...scopes)
  return found ? [{ at: of.name, why: `on ${placeName(of.name)}, ${found.why}`, state: found.state }] : []
}

/** What a request is, where that decides whether a port lets it through. */
export interface Request {
  readonly address: number
  /** Carries data up to the largest payload, or less than any limit (a message, a read). */
  readonly large?: boolean
  /** Carries an address that the IOMMU has translated for ATS. */
  readonly translated?: boolean
  /** Carries a PASID in a prefix. */
  readonly pasid?: boolean
  /** The function it is meant for; otherwise memory behind the root complex. */
  readonly to?: FunctionName
}

/** A memory request (DMA, MSI) from a function to the root complex, or to the port of a peer on the way. */
export function requestUpstream(machine: Machine, from: FunctionName, request: Request): Obstacles {
  const source = functionOf(machine, from)
  const sends = mayIssue(source)
  if (sends.length > 0) return sends
  const obstacles: Obstacle[] = []
  const bridges = bridgesAbove(machine, from)
  for (const [i, bridge] of bridges.entries()) {
    const here = passesUpstream(machine, source, bridge, bridges[i - 1] ?? null, request)
    obstacles.push(...here)
    if (here.some(({ state }) => state === 'cut')) break
    if (turnsToPeer(machine, bridge, request)) break
  }
  return obstacles
}

/** Whether a function may send memory requests at all (PCIe r6.0 §7.5.1.1.3, §5.3.1). */
export function mayIssue(source: PciFunction): Obstacles {
  const state = markObstacles(source, 'state')
  if (state.length > 0) return state
  if (powerState(source) !== 0)
    return cut(
      source.name,
      `${placeName(source.name)} is in ${powerStateName(source)}: it issues no memory requests (PCIe r6.0 §5.3.1)`,
    )
  if (!commandHas(source, PCI_COMMAND_MASTER))
    return cut(
      source.name,
      `PCI_COMMAND_MASTER is off: ${placeName(source.name)} may not issue memory requests (PCIe r6.0 §7.5.1.1.3)`,
    )
  return []
}

function passesUpstream(
  machine: Machine,
  source: PciFunction,
  bridge: PciFunction,
  below: PciFunction | null,
  request: Request,
): Obstacles {
  const link = linkObstacles(bridge)
  if (link.some(({ state }) => state === 'cut')) return link
  const name = placeName(bridge.name)
  if (!commandHas(bridge, PCI_COMMAND_MASTER))
    return cut(
      bridge.name,
      `PCI_COMMAND_MASTER is off: ${name} answers memory requests from below with Unsupported Request (PCIe r6.0 §7.5.1.1.3)`,
    )
  if (request.large && payloadTooLarge(machine, source, bridge))
    return cut(bridge.name, malformed(source, bridge, machine))
  if (validatesSource(bridge) && !takesBus(bridge, source.capturedBus))
    return cut(
      bridge.name,
      `${name} validates sources: requester id ${hex(requesterId(source))} is not of the buses below it (PCIe r6.0 §6.12.1.1)`,
    )
  if (request.translated && blocksTranslated(bridge))
    return cut(bridge.name, `PCI_ACS_TB is set: ${name} blocks translated requests (PCIe r6.0 §6.12.1.1)`)
  if (request.pasid && blocksPrefixes(bridge))
    return cut(bridge.name, `${name} blocks End-End TLP Prefixes, and the PASID in them (PCIe r6.0 §7.5.3.16)`)
  return [...link, ...captured(machine, bridge, below, request)]
}

/** Whether an address leads astray: into a window of the port itself, or into that of a port beside it. */
function captured(machine: Machine, bridge: PciFunction, below: PciFunction | null, request: Request): Obstacles {
  const name = placeName(bridge.name)
  const goesUp = forwardsUpstream(bridge) || (below !== null && redirectsRequests(below))
  if (request.to === undefined && !goesUp && windowCovers(bridge, request.address))
    return cut(
      bridge.name,
      `a window of ${name} covers the address ${hex(request.address)}: the request is not forwarded upstream (PCIe r6.0 §7.5.1.3.8)`,
    )
  const sibling = siblingTaking(machine, bridge, request)
  if (sibling === null || isMeant(machine, sibling, request)) return []
  return cut(
    bridge.name,
    `PCI_ACS_RR is off: ${name} sends the request for ${hex(request.address)} to ${placeName(sibling.name)}, which has that address too, and not to the IOMMU (PCIe r6.0 §6.12.1.1)`,
  )
}

/** The port beside this one that takes the address, unless requests are redirected upstream. */
function siblingTaking(machine: Machine, bridge: PciFunction, { address }: Request): PciFunction | null {
  if (redirectsRequests(bridge) || bridge.kind === 'switch-upstream') return null
  const beside = machine.functions.filter(
    (one) => one.bridge && one.upstream === bridge.upstream && one.name !== bridge.name,
  )
  return beside.find((one) => windowCovers(one, address)) ?? null
}

function isMeant(machine: Machine, port: PciFunction, { to }: Request): boolean {
  return to !== undefined && bridgesAbove(machine, to).some(({ name }) => name === port.name)
}

function turnsToPeer(machine: Machine, bridge: PciFunction, request: Request): boolean {
  const sibling = siblingTaking(machine, bridge, request)
  return sibling !== null && isMeant(machine, sibling, request)
}

/** Payload above what the receiver is set to take is a Malformed TLP (PCIe r6.0 §2.2.2). */
function payloadTooLarge(machine: Machine, sender: PciFunction, receiver: PciFunction): boolean {
  return hasExpress(sender) && hasExpress(receiver) && maxPayload(machine, sender) > maxPayload(machine, receiver)
}

function malformed(sender: PciFunction, receiver: PciFunction, machine: Machine): string {
  return `${placeName(sender.name)} sends up to ${maxPayload(machine, sender)} bytes, ${placeName(receiver.name)} takes ${maxPayload(machine, receiver)}: larger TLPs are malformed (PCIe r6.0 §2.2.2)`
}

/** What keeps requests and completions from crossing the link below a bridge, in either direction. */
export function linkObstacles(bridge: PciFunction): Obstacles {
  if (powerState(bridge) === 0) return linkDown(bridge)
  const why = `${placeName(bridge.name)} is in ${powerStateName(bridge)}, and takes all below it with it (PCIe r6.0 §5.3.2)`
  return cut(bridge.name, why)
}

/** What keeps messages too: a sleeping port still lets a PME pass (PCIe r6.0 §5.3.3). */
export function linkDown(bridge: PciFunction): Obstacles {
  const name = placeName(bridge.name)
  if (isSet(bridge, 'PCI_BRIDGE_CONTROL', PCI_BRIDGE_CTL_BUS_RESET))
    return cut(
      bridge.name,
      `PCI_BRIDGE_CTL_BUS_RESET is set: ${name} holds everything below in reset (PCIe r6.0 §7.5.1.3.13)`,
    )
  if (containsError(bridge))
    return cut(
      bridge.name,
      `PCI_EXP_DPC_STATUS_TRIGGER is set: ${name} contains an error, its link is down (PCIe r6.0 §6.2.11)`,
    )
  const off = linkOff(bridge)
  if (off !== null) return cut(bridge.name, `${off} at ${name}`)
  return markObstacles(bridge, 'link')
}

/** The IOMMU finds its table by requester id (Intel VT-d 4.1 §3.4). */
export function translation(machine: Machine, of: FunctionName): Obstacles {
  const id = requesterId(functionOf(machine, of))
  return machine.iommu.requesters.includes(id)
    ? []
    : cut('root-complex', `the IOMMU has no table for requester id ${hex(id)}`)
}

/** A completion on its way back down, routed by the requester's bus number (§2.2.4.2). MASTER plays no part in it. */
export function completionDownstream(machine: Machine, to: FunctionName, large = true): Obstacles {
  const target = functionOf(machine, to)
  const route = routeToBus(machine, to, target.capturedBus, 'completions')
  if (route.some(({ state }) => state === 'cut') || !large) return route
  const bridges = bridgesAbove(machine, to)
  const root = bridges.at(-1)
  const receivers = [...bridges.slice(0, -1), target]
  const small = root && receivers.find((one) => payloadTooLarge(machine, root, one))
  return [
    ...route,
    ...markObstacles(target, 'requests'),
    ...(small ? cut(small.name, malformed(root, small, machine)) : []),
  ]
}

/** A config request to the address under which the function was handed over (§7.3.3). */
export function configRequest(machine: Machine, to: FunctionName): Obstacles {
  const target = functionOf(machine, to)
  const what = `config requests to ${formatBdf(target.bdf)}`
  return [
    ...routeToBus(machine, to, target.bdf.bus, what),
    ...reachesDevice(machine, target),
    ...markObstacles(target, 'config'),
  ]
}

/** Whether a config request reaches the function at all, under whatever number its bus has now. */
export function configReaches(machine: Machine, to: FunctionName): boolean {
  const target = functionOf(machine, to)
  const way = [
    ...routeToBus(machine, to, presentBus(machine, target), 'config requests'),
    ...reachesDevice(machine, target),
  ]
  return !way.some(({ state }) => state === 'cut')
}

/** A port sends Type 0 requests for device 0 only, unless ARI forwarding is on (§7.3.1); a VF answers only while it exists. */
function reachesDevice(machine: Machine, target: PciFunction): Obstacles {
  const [port] = bridgesAbove(machine, target.name)
  if (port && target.bdf.device > 0 && isLinkEnd(port) && !forwardsAri(port))
    return cut(
      port.name,
      `PCI_EXP_DEVCTL2_ARI is off: ${placeName(port.name)} sends config requests to functions 0 to 7 only, and ${placeName(target.name)} is function ${target.bdf.device * 8 + target.bdf.function} (PCIe r6.0 §6.13)`,
    )
  if (target.physicalFunction === null) return []
  const pf = functionOf(machine, target.physicalFunction)
  if (!vfsEnabled(pf)) return cut(pf.name, 'PCI_SRIOV_CTRL_VFE is off: there are no VFs (PCIe r6.0 §9.3.3.3.1)')
  return markObstacles(target, 'vfs')
}

function isLinkEnd({ kind }: PciFunction): boolean {
  return kind === 'root-port' || kind === 'switch-downstream'
}

/** A memory request from above to the BAR that is expected at `address`. MASTER plays no part in it. */
export function requestDownstream(
  machine: Machine,
  to: FunctionName,
  { bar, address }: { readonly bar: number; readonly address: number },
): Obstacles {
  const obstacles: Obstacle[] = []
  for (const bridge of [...bridgesAbove(machine, to)].reverse()) {
    const here = passesDownstream(bridge, address)
    obstacles.push(...here)
    if (here.some(({ state }) => state === 'cut')) return obstacles
  }
  return [...obstacles, ...answers(functionOf(machine, to), bar, address)]
}

function passesDownstream(bridge: PciFunction, address: number): Obstacles {
  const name = placeName(bridge.name)
  if (!commandHas(bridge, PCI_COMMAND_MEMORY))
    return cut(bridge.name, `PCI_COMMAND_MEMORY is off: ${name} forwards no memory requests downstream`)
  if (!windowCovers(bridge, address)) return cut(bridge.name, `no window of ${name} covers the address ${hex(address)}`)
  return [...linkObstacles(bridge), ...markObstacles(bridge, 'bar')]
}

function answers(target: PciFunction, bar: number, address: number): Obstacles {
  const name = placeName(target.name)
  const marks = markObstacles(target, 'state', 'bar')
  if (marks.some(({ state }) => state === 'cut')) return marks
  if (powerState(target) !== 0)
    return cut(
      target.name,
      `${name} is in ${powerStateName(target)}: it answers config requests only (PCIe r6.0 §5.3.1)`,
    )
  if (!commandHas(target, PCI_COMMAND_MEMORY))
    return cut(target.name, `PCI_COMMAND_MEMORY is off: ${name} answers no memory request (PCIe r6.0 §7.5.1.1.3)`)
  const decoded = barAddress(target, bar)
  if (decoded !== address)
    return cut(target.name, `BAR ${bar} of ${name} is at ${hex(decoded)} and not at ${hex(address)}`)
  const rom: Obstacles = isSet(target, 'PCI_ROM_ADDRESS', 0x1)
    ? [
        {
          at: target.name,
          why: `PCI_ROM_ADDRESS_ENABLE is set: the ROM may share its decoder with a BAR (PCIe r6.0 §7.5.1.2.4)`,
          state: 'open',
        },
      ]
    : []
  return [...rom, ...marks]
}

/** Bus numbers lead down: a bridge takes what lies between its secondary and subordinate bus. */
function routeToBus(machine: Machine, to: FunctionName, bus: number, what: string): Obstacles {
  const bridges = bridgesAbove(machine, to)
  const obstacles: Obstacle[] = []
  for (const bridge of [...bridges].reverse()) {
    const link = linkObstacles(bridge)
    obstacles.push(...link)
    if (link.some(({ state }) => state === 'cut')) return obstacles
    if (!takesBus(bridge, bus))
      return cut(
        bridge.name,
        `${what} for bus ${hex(bus)} are not routed: ${placeName(bridge.name)} takes buses ${hex(readRegister(bridge, 'PCI_SECONDARY_BUS'))} to ${hex(readRegister(bridge, 'PCI_SUBORDINATE_BUS'))} (PCIe r6.0 §2.2.4.2)`,
      )
    const endsHere = bus === readRegister(bridge, 'PCI_SECONDARY_BUS')
    if (endsHere !== (bridge === bridges[0]))
      return cut(
        bridge.name,
        `${what} for bus ${hex(bus)} do not end at the bus of ${placeName(to)} (PCIe r6.0 §7.3.3)`,
      )
  }
  return obstacles
}

function takesBus(bridge: PciFunction, bus: number): boolean {
  return bus >= readRegister(bridge, 'PCI_SECONDARY_BUS') && bus <= readRegister(bridge, 'PCI_SUBORDINATE_BUS')
}

export function hex(value: number): string {
  return `0x${value.toString(16)}`
}
