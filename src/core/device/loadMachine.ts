/**
 * A machine from the text of lspci. The tree comes from bus numbers, VFs from their PF's offset and stride, traffic
 * from what is turned on: a flow that the dump shows no sign of did not run. What the model does not know is named.
 */
import { msiEnabled } from './capabilities/msi.js'
import { msixEnabled } from './capabilities/msix.js'
import { vfsEnabled } from './capabilities/sriov.js'
import { readBytes } from './configSpace.js'
import { type Described, describeFunction, findCapabilities } from './describe.js'
import {
  type BarInUse,
  type Bdf,
  bridgesAbove,
  type FunctionName,
  functionOf,
  isSet,
  type Machine,
  type PciFunction,
  readRegister,
  requesterId,
} from './fabric.js'
import { barAddress, commandHas, isWideBar, PCI_COMMAND_MASTER, PCI_COMMAND_MEMORY, windowCovers } from './header.js'
import { type BrokenListing, type ListedFunction, readListing, romAddress } from './lspci.js'
import { requestUpstream } from './routes.js'

export interface LoadedMachine {
  readonly machine: Machine
  /** The function that `on` names. */
  readonly on: FunctionName
  /** What the model does not know, by function. */
  readonly unknown: ReadonlyMap<FunctionName, readonly string[]>
}

export interface NoSuchFunction extends BrokenListing {
  /** What could be named instead. */
  readonly known: readonly string[]
}

/** `on` is a slot of the text, or a role: `endpoint`, `pf`, `vf`, `root-port`, `switch`, `switch-upstream`, `switch-downstream`. */
export function loadMachine(text: string, on: string): LoadedMachine | BrokenListing | NoSuchFunction {
  const listed = readListing(text)
  if ('problem' in listed) return listed
  const described = describeAll(listed)
  const functions = described.map((one) => one.function)
  const chosen = choose(functions, on)
  if ('problem' in chosen) return chosen
  const unknown = new Map(described.map((one) => [one.function.name, one.unknown]))
  return { machine: machineOf(functions, chosen), on: chosen.on, unknown }
}

interface Placed {
  readonly listed: ListedFunction
  readonly domain: string
  readonly bdf: Bdf
}

function describeAll(listed: readonly ListedFunction[]): readonly Described[] {
  const placed = listed.map((one) => ({ listed: one, ...addressOf(one.slot) }))
  const owners = new Map(placed.map((one) => [one, physicalFunctionOf(placed, one)] as const))
  return placed.map((one) => {
    const { bytes, slot, barSizes } = one.listed
    const vf = placed.find((other) => owners.get(other) === one)
    const above = bridgeAbove(placed, one)
    const guessed = guessedSizes(placed, one)
    const described = describeFunction({
      name: slot,
      bdf: one.bdf,
      bytes,
      upstream: above?.listed.slot ?? null,
      physicalFunction: owners.get(one)?.listed.slot ?? null,
      barSizes: new Map([...guessed, ...barSizes]),
      ...(vf ? { vfBarSizes: vf.listed.barSizes } : {}),
    })
    return { ...described, unknown: [...described.unknown, ...notTold(one, above, guessed)] }
  })
}

/** What the text leaves out: sizes, and the bridges above. */
function notTold(
  { listed, bdf }: Placed,
  above: Placed | null,
  guessed: ReadonlyMap<number | 'rom', number>,
): readonly string[] {
  const sizes = [...guessed.keys()].filter((index) => !listed.barSizes.has(index))
  return [
    ...(above === null && bdf.bus !== 0 ? ['the bridges above it: they are not in the text'] : []),
    ...sizes.map(
      (index) =>
        `the size of ${index === 'rom' ? 'the ROM' : `BAR ${index}`}: taken for 0x${guessed.get(index)!.toString(16)}, the most that its address allows; lspci -vvv tells it`,
    ),
    ...(readBytes(listed.bytes, 0, 4) === 0xffffffff && bdf.function === 0 ? ['anything: it reads as all ones'] : []),
  ]
}

function addressOf(slot: string): { readonly domain: string; readonly bdf: Bdf } {
  const parts = slot.split(/[:.]/)
  const [bus, device, fn] = parts.slice(-3).map((part) => Number.parseInt(part, 16))
  return { domain: parts.length > 3 ? parts[0]! : '', bdf: { bus: bus!, device: device!, function: fn! } }
}

/** The bridge whose secondary bus it is; buses are numbered downwards, so that a wrong number cannot make a circle. */
function bridgeAbove(placed: readonly Placed[], { domain, bdf }: Placed): Placed | null {
  return (
    placed.find(
      (one) =>
        one.domain === domain &&
        isBridge(one) &&
        readBytes(one.listed.bytes, 0x19, 1) === bdf.bus &&
        one.bdf.bus < bdf.bus,
    ) ?? null
  )
}

function isBridge({ listed }: Placed): boolean {
  return (readBytes(listed.bytes, 0x0e, 1) & 0x7f) === 1
}

/** The PF whose First VF Offset and VF Stride lead to this address (PCIe r6.0 §9.2.1.2). */
function physicalFunctionOf(placed: readonly Placed[], of: Placed): Placed | null {
  const own = requesterId({ bdf: of.bdf, capturedBus: of.bdf.bus })
  return (
    placed.find((pf) => {
      const at = findCapabilities(pf.listed.bytes).find(({ list, id }) => list === 'extended' && id === 0x10)?.at
      if (at === undefined || pf.domain !== of.domain || pf === of) return false
      const read = (offset: number) => readBytes(pf.listed.bytes, at + offset, 2)
      if ((read(0x08) & 0x1) === 0) return false
      const [count, offset, stride] = [read(0x10), read(0x14), read(0x16)]
      const first = requesterId({ bdf: pf.bdf, capturedBus: pf.bdf.bus }) + offset
      const index = count > 1 && stride > 0 ? (own - first) / stride : own - first
      return Number.isInteger(index) && index >= 0 && index < count
    }) ?? null
  )
}

/** For BARs in use whose size nothing tells: what the alignment allows, and the next BAR above in the machine. */
function guessedSizes(placed: readonly Placed[], { listed }: Placed): ReadonlyMap<number | 'rom', number> {
  const guessed = new Map<number | 'rom', number>()
  const taken = placed.flatMap(({ listed: { bytes } }) => barsOf(bytes).map(({ address }) => address))
  for (const { index, address, io } of barsOf(listed.bytes)) {
    if (listed.barSizes.has(index)) continue
    const above = taken.filter((other) => other > address).sort((a, b) => a - b)[0]
    const room = above === undefined ? Number.POSITIVE_INFINITY : above - address
    guessed.set(index, largestAt(address, io ? 256 : 2 ** 24, room))
  }
  const rom = romAddress(listed.bytes)
  if (rom !== 0 && !listed.barSizes.has('rom')) guessed.set('rom', largestAt(rom, 2 ** 24, Number.POSITIVE_INFINITY))
  return guessed
}

/** The largest size that the address is aligned to. */
function largestAt(address: number, most: number, room: number): number {
  let size = most
  while (size > 16 && (address % size !== 0 || size > room)) size /= 2
  return size
}

interface AssignedBar {
  readonly index: number
  readonly address: number
  readonly io: boolean
}

function barsOf(bytes: Readonly<Uint8Array>): readonly AssignedBar[] {
  const count = (readBytes(bytes, 0x0e, 1) & 0x7f) === 1 ? 2 : 6
  const found: AssignedBar[] = []
  for (let index = 0; index < count; index++) {
    const low = readBytes(bytes, 0x10 + index * 4, 4)
    const io = (low & 0x1) !== 0
    const wide = isWideBar(low)
    const high = wide ? readBytes(bytes, 0x14 + index * 4, 4) : 0
    const address = high * 2 ** 32 + (low - (low % (io ? 4 : 16)))
    if (address !== 0) found.push({ index, address, io })
    if (wide) index++
  }
  return found
}

interface Choice {
  readonly on: FunctionName
  readonly endpoint: FunctionName
  readonly vf: FunctionName | null
}

function choose(functions: readonly PciFunction[], on: string): Choice | NoSuchFunction {
  const tree = { functions } as Machine
  const devices = [
    ...functions.filter(({ kind }) => kind === 'endpoint'),
    ...functions.filter(({ kind }) => kind === 'conventional'),
  ]
  const busy = devices.filter((one) => commandHas(one, PCI_COMMAND_MASTER) && one.upstream !== null)
  const inOrder = [...busy, ...devices]
  const below = (bridge: PciFunction) =>
    inOrder.find(({ name }) => bridgesAbove(tree, name).some((one) => one.name === bridge.name))
  const vfs = functions.filter(({ kind }) => kind === 'vf')
  const withVf = (endpoint: PciFunction, written: PciFunction, vf?: PciFunction): Choice => ({
    on: written.name,
    endpoint: endpoint.name,
    vf: (vf ?? vfs.find(({ physicalFunction }) => physicalFunction === endpoint.name))?.name ?? null,
  })
  const target = functionFor(functions, inOrder, below, on)
  if (target?.kind === 'vf') return withVf(functionOf(tree, target.physicalFunction!), target, target)
  if (target?.bridge) return withVf(below(target) ?? inOrder[0] ?? target, target)
  if (target) return withVf(target, target)
  const known = [...new Set(functions.map(({ kind }) => kind)), ...functions.map(({ name }) => name)]
  return { problem: `there is no ${on} in it`, known }
}

/** The first that plays the role: one that does DMA below a bridge before one that does not. */
function functionFor(
  functions: readonly PciFunction[],
  devices: readonly PciFunction[],
  below: (bridge: PciFunction) => PciFunction | undefined,
  on: string,
): PciFunction | undefined {
  const bridge = (kind: string) => {
    const all = functions.filter((one) => one.kind === kind)
    return all.find((one) => below(one) !== undefined) ?? all[0]
  }
  switch (on) {
    case 'endpoint':
      return devices[0]
    case 'pf':
      return devices.find(vfsEnabled) ?? devices.find(({ byName }) => byName.has('PCI_SRIOV_CTRL'))
    case 'vf':
      return functions.find(({ kind }) => kind === 'vf')
    case 'root-port':
      return bridge('root-port')
    case 'switch':
      return bridge('switch-downstream') ?? bridge('switch-upstream')
    case 'switch-upstream':
    case 'switch-downstream':
      return bridge(on)
    default: {
      const slot = on.toLowerCase().replace(/^0000:/, '')
      return functions.find(({ name }) => name === slot)
    }
  }
}

function machineOf(functions: readonly PciFunction[], { endpoint, vf }: Choice): Machine {
  const tree = { functions } as Machine
  const device = functionOf(tree, endpoint)
  const peer = findPeer(functions, device)
  const machine: Machine = {
    functions,
    endpoint,
    vf,
    peer: peer?.name ?? null,
    iommu: { requesters: functions.filter(({ bridge }) => !bridge).map(requesterId), refusesUntranslated: false },
    dmaAddresses: [freeAddress(functions)],
    guestMmio: firstMemoryBar(device),
    peerToPeer: firstMemoryBar(device),
    signals: Object.fromEntries(
      [endpoint, ...(vf === null ? [] : [vf])].map((name) => [name, signalOf(functionOf(tree, name))]),
    ),
    pendingWakes: pendingWakes(tree, endpoint),
  }
  return withSharedAddress(machine, peer)
}

/** Another device, not a function of the same one, that may do DMA and answers it. */
function findPeer(functions: readonly PciFunction[], device: PciFunction): PciFunction | undefined {
  return functions.find(
    (one) =>
      !one.bridge &&
      one.kind !== 'vf' &&
      (one.bdf.bus !== device.bdf.bus || one.bdf.device !== device.bdf.device) &&
      one.upstream !== null &&
      commandHas(one, PCI_COMMAND_MASTER) &&
      firstMemoryBar(one) !== null,
  )
}

/** An address of memory: one that no window covers. */
function freeAddress(functions: readonly PciFunction[]): number {
  const bridges = functions.filter(({ bridge }) => bridge)
  const candidates = [0x40000000, 0x10000000, 0x1_0000_0000, 0x8_0000_0000]
  return candidates.find((address) => !bridges.some((one) => windowCovers(one, address))) ?? 0x1000
}

/** Where ports redirect requests upstream, an IOVA may well be the address of the peer's BAR too. */
function withSharedAddress(machine: Machine, peer: PciFunction | undefined): Machine {
  const shared = peer && firstMemoryBar(peer)?.address
  if (!peer || shared === undefined || peer.upstream === null) return machine
  if (requestUpstream(machine, machine.endpoint, { address: shared }).length > 0) return machine
  return { ...machine, dmaAddresses: [...machine.dmaAddresses, shared] }
}

function firstMemoryBar(of: PciFunction): BarInUse | null {
  if (!commandHas(of, PCI_COMMAND_MEMORY)) return null
  const bar = barsOf(of.config.bytes).find(({ io }) => !io)
  return bar ? { bar: bar.index, address: barAddress(of, bar.index) } : null
}

function signalOf(of: PciFunction): 'msi' | 'msix' | 'intx' | undefined {
  if (msixEnabled(of)) return 'msix'
  if (msiEnabled(of)) return 'msi'
  return readRegister(of, 'PCI_INTERRUPT_PIN') === 0 ? undefined : 'intx'
}

function pendingWakes(tree: Machine, endpoint: FunctionName): readonly FunctionName[] {
  const root = bridgesAbove(tree, endpoint).at(-1)
  return [
    ...(isSet(functionOf(tree, endpoint), 'PCI_PM_CTRL', 0x8000) ? [endpoint] : []),
    ...(root && isSet(root, 'PCI_EXP_RTSTA', 0x10000) ? [root.name] : []),
  ]
}
