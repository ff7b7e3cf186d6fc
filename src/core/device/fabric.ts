/**
 * The small machine that a write is tried on: a root complex with an IOMMU, a root port with the preserved endpoint
 * below it (optionally behind a switch), a peer below a root port of its own, and a VM that owns the endpoint.
 * It is handed over in the state in which the old kernel left it: everything enabled, traffic running.
 * Values are immutable; a config write gives the next machine.
 */
import { type PlacedCapability, placeCapabilities } from './capabilities/capability.js'
import { msi } from './capabilities/msi.js'
import { type ConfigSpace, createConfigSpace, readConfig, writeConfig } from './configSpace.js'
import {
  type BridgeNumbers,
  PCI_COMMAND_IO,
  PCI_COMMAND_MASTER,
  PCI_COMMAND_MEMORY,
  type0Header,
  type1Header,
  type Window,
} from './header.js'
import { findRegister, type Register } from './register.js'

export type FunctionName = 'root-port' | 'switch-upstream' | 'switch-downstream' | 'endpoint' | 'peer-port' | 'peer'

/** Where a transaction can be: a function, or one of the two ends that have no config space here. */
export type Place = FunctionName | 'root-complex' | 'vm'

export const PLACE_NAMES: Readonly<Record<Place, string>> = {
  'root-port': 'the root port',
  'switch-upstream': 'the upstream port of the switch',
  'switch-downstream': 'the downstream port of the switch',
  endpoint: 'the endpoint',
  'peer-port': 'the root port of the peer',
  peer: 'the peer',
  'root-complex': 'the root complex',
  vm: 'the VM',
}

export interface Bdf {
  readonly bus: number
  readonly device: number
  readonly function: number
}

export interface PciFunction {
  readonly name: FunctionName
  readonly bridge: boolean
  /** The address under which it was handed over. */
  readonly bdf: Bdf
  /** The bridge above it; null on the root bus. */
  readonly upstream: FunctionName | null
  readonly registers: readonly Register[]
  readonly config: ConfigSpace
  /** The bus number of the last Type 0 config write it received: its requester id (PCIe r6.0 §2.2.6.2). */
  readonly capturedBus: number
}

export interface Machine {
  readonly functions: readonly PciFunction[]
  /** Requester ids that the IOMMU translates for the VM; all others are blocked. */
  readonly translatedRequesters: readonly number[]
  /** An address that the endpoint reads and writes by DMA. */
  readonly dmaAddress: number
  /** Where the VM maps BAR 0 of the endpoint. */
  readonly guestMmioAddress: number
  /** Where the peer finds BAR 2 of the endpoint. */
  readonly peerToPeerAddress: number
}

const COMMAND_IN_USE = PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER
const FIRST_CAPABILITY = 0x50
const MSI_CAPABILITY: readonly PlacedCapability[] = [{ capability: msi, at: FIRST_CAPABILITY }]

const MEMORY_WINDOW: Window = { base: 0xfe800000, limit: 0xfe8fffff }
const PREFETCHABLE_WINDOW: Window = { base: 0x60_0000_0000, limit: 0x60_00ff_ffff }
const PEER_WINDOW: Window = { base: 0xfe600000, limit: 0xfe6fffff }
const CLOSED_WINDOW: Window = { base: 0xfff00000, limit: 0x0 }

const QEMU = 0x1b36
const PCIE_ROOT_PORT = 0x000c
const INTEL = 0x8086
const NET_82574L = 0x10d3

interface Options {
  /** A switch between root port and endpoint. */
  readonly switch?: boolean
}

export function smallMachine(options: Options = {}): Machine {
  const endpointBus = options.switch ? 3 : 1
  const endpoint = endpointFunction(options.switch ? 'switch-downstream' : 'root-port', endpointBus)
  const between = options.switch
    ? [
        bridgeFunction('switch-upstream', bdf(1, 0), 'root-port', { primary: 1, secondary: 2, subordinate: 3 }),
        bridgeFunction('switch-downstream', bdf(2, 0), 'switch-upstream', { primary: 2, secondary: 3, subordinate: 3 }),
      ]
    : []
  return {
    functions: [
      bridgeFunction('root-port', bdf(0, 0x1c), null, { primary: 0, secondary: 1, subordinate: endpointBus }),
      ...between,
      endpoint,
      peerPort(),
      peerFunction(),
    ],
    translatedRequesters: [requesterId(endpoint), 0x0800],
    dmaAddress: 0x40000000,
    guestMmioAddress: MEMORY_WINDOW.base,
    peerToPeerAddress: PREFETCHABLE_WINDOW.base,
  }
}

function bdf(bus: number, device: number): Bdf {
  return { bus, device, function: 0 }
}

function endpointFunction(upstream: FunctionName, bus: number): PciFunction {
  const header = type0Header(
    { vendor: INTEL, device: NET_82574L, command: COMMAND_IN_USE, capabilities: FIRST_CAPABILITY },
    [
      { index: 0, address: MEMORY_WINDOW.base, size: 0x10000, wide: false },
      { index: 2, address: PREFETCHABLE_WINDOW.base, size: 0x1000000, wide: true },
    ],
  )
  return pciFunction('endpoint', false, bdf(bus, 0), upstream, [...header, ...placeCapabilities(MSI_CAPABILITY)])
}

function peerFunction(): PciFunction {
  const header = type0Header({ vendor: INTEL, device: NET_82574L, command: COMMAND_IN_USE, capabilities: 0 }, [
    { index: 0, address: PEER_WINDOW.base, size: 0x10000, wide: false },
  ])
  return pciFunction('peer', false, bdf(8, 0), 'peer-port', header)
}

function bridgeFunction(
  name: FunctionName,
  address: Bdf,
  upstream: FunctionName | null,
  numbers: BridgeNumbers,
): PciFunction {
  const identity = { vendor: QEMU, device: PCIE_ROOT_PORT, command: COMMAND_IN_USE, capabilities: 0 }
  const header = type1Header(identity, numbers, MEMORY_WINDOW, PREFETCHABLE_WINDOW)
  return pciFunction(name, true, address, upstream, header)
}

function peerPort(): PciFunction {
  const identity = { vendor: QEMU, device: PCIE_ROOT_PORT, command: COMMAND_IN_USE, capabilities: 0 }
  const numbers = { primary: 0, secondary: 8, subordinate: 8 }
  return pciFunction('peer-port', true, bdf(0, 0x1d), null, type1Header(identity, numbers, PEER_WINDOW, CLOSED_WINDOW))
}

function pciFunction(
  name: FunctionName,
  bridge: boolean,
  address: Bdf,
  upstream: FunctionName | null,
  registers: readonly Register[],
): PciFunction {
  const config = createConfigSpace(256, registers)
  return { name, bridge, bdf: address, upstream, registers, config, capturedBus: address.bus }
}

export function findFunction(machine: Machine, name: FunctionName): PciFunction | undefined {
  return machine.functions.find((one) => one.name === name)
}

/** The function of that name; only for names that every machine has or that came from the machine itself. */
export function functionOf(machine: Machine, name: FunctionName): PciFunction {
  const found = findFunction(machine, name)
  if (!found) throw new RangeError(`this machine has no ${name}`)
  return found
}

/** The bridges above a function, the nearest first. */
export function bridgesAbove(machine: Machine, name: FunctionName): readonly PciFunction[] {
  const bridges: PciFunction[] = []
  for (let above = functionOf(machine, name).upstream; above !== null; ) {
    const bridge = functionOf(machine, above)
    bridges.push(bridge)
    above = bridge.upstream
  }
  return bridges
}

export function requesterId(of: Pick<PciFunction, 'capturedBus' | 'bdf'>): number {
  return of.capturedBus * 256 + of.bdf.device * 8 + of.bdf.function
}

/** As the kernel prints it, without the domain. */
export function formatBdf({ bus, device, function: fn }: Bdf): string {
  return `${bus.toString(16).padStart(2, '0')}:${device.toString(16).padStart(2, '0')}.${fn}`
}

/** Reads a register by name; 0 for one that the function does not have. */
export function readRegister(of: PciFunction, name: string): number {
  const found = findRegister(of.registers, name)
  return found ? readConfig(of.config, found.offset, found.width) : 0
}

/** The register as hardware takes the value. A Type 0 config write also tells a function its bus (§2.2.6.2). */
export function writeRegister(machine: Machine, name: FunctionName, register: Register, value: number): Machine {
  const functions = machine.functions.map((one) => {
    if (one.name !== name) return one
    const config = writeConfig(one.config, register.offset, register.width, value)
    return { ...one, config, capturedBus: presentBus(machine, one) }
  })
  return { ...machine, functions }
}

/** The bus a function is on by the numbers of the bridge above it now. */
export function presentBus(machine: Machine, of: PciFunction): number {
  return of.upstream === null ? of.bdf.bus : readRegister(functionOf(machine, of.upstream), 'PCI_SECONDARY_BUS')
}
