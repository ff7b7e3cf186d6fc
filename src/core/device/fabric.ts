/**
 * A machine as the model sees it: functions in a tree of bridges, the IOMMU in the root complex, a VM that owns the
 * preserved endpoint. Values are immutable; a config write gives the next machine. Where machines come from:
 * `smallMachine.ts` builds one, `loadMachine.ts` reads one from the text of lspci.
 */
import { type ConfigSpace, readConfig, resetConfig, writeConfig } from './configSpace.js'
import type { Register } from './register.js'

/** `root-port`, `switch-upstream`, `switch-downstream`, `endpoint`, `vf`, `peer-port`, `peer`; in a loaded machine also a BDF. */
export type FunctionName = string

/** Where a transaction can be: a function, or one of the two ends that have no config space here. */
export type Place = FunctionName

const PLACE_NAMES: Readonly<Record<string, string>> = {
  'root-port': 'the root port',
  'switch-upstream': 'the upstream port of the switch',
  'switch-downstream': 'the downstream port of the switch',
  endpoint: 'the endpoint',
  vf: 'the VF',
  'peer-port': 'the port above the peer',
  peer: 'the peer',
  'root-complex': 'the root complex',
  vm: 'the VM',
}

/** The place in words; a function that is known by its address only is called by it. */
export function placeName(place: Place): string {
  return Object.hasOwn(PLACE_NAMES, place) ? PLACE_NAMES[place]! : place
}

export interface Bdf {
  readonly bus: number
  readonly device: number
  readonly function: number
}

/** What a function is, by its header and its PCI Express capability (PCIe r6.0 §7.5.3.2). */
export type FunctionKind =
  | 'root-port'
  | 'switch-upstream'
  | 'switch-downstream'
  | 'conventional-bridge'
  | 'endpoint'
  | 'vf'
  | 'conventional'

/** What of a function is concerned by a mark. */
export type Scope =
  /** What the function has been set up to do: queues, contexts, everything but config space. */
  | 'state'
  /** Requests that wait for completions. */
  | 'requests'
  /** Everything that crosses the link below a bridge. */
  | 'link'
  | 'config'
  | 'interrupt'
  | 'bar'
  | 'vfs'
  | 'ats'
  | 'pasid'
  | 'pri'

/**
 * A state of the hardware that no register shows. `cut`: what is sent is lost. `open`: the specification does not
 * say what happens. `delayed`: traffic is held and goes on by itself; gone with the next write.
 */
export interface Mark {
  readonly scope: Scope
  readonly state: 'cut' | 'open' | 'delayed'
  readonly why: string
}

export interface PciFunction {
  readonly name: FunctionName
  readonly kind: FunctionKind
  readonly bridge: boolean
  /** The address under which it was handed over. */
  readonly bdf: Bdf
  /** The bridge above it; null on the root bus. */
  readonly upstream: FunctionName | null
  /** Of a VF: its PF. */
  readonly physicalFunction: FunctionName | null
  readonly registers: readonly Register[]
  readonly byName: ReadonlyMap<string, Register>
  readonly config: ConfigSpace
  /** The bus number of the last Type 0 config write it received: its requester id (PCIe r6.0 §2.2.6.2). */
  readonly capturedBus: number
  readonly marks: readonly Mark[]
}

/** A memory BAR that others reach the endpoint by, where they expect it. */
export interface BarInUse {
  readonly bar: number
  readonly address: number
}

export interface Machine {
  readonly functions: readonly PciFunction[]
  /** The preserved device; the PF, if it has VFs. */
  readonly endpoint: FunctionName
  /** A VF of the endpoint that is in use. */
  readonly vf: FunctionName | null
  /** A device that does peer-to-peer with the endpoint. */
  readonly peer: FunctionName | null
  readonly iommu: {
    /** Requester ids that it translates for the VM; all others are blocked. */
    readonly requesters: readonly number[]
    /** It refuses requests without a translation from a function whose ATS was on (a choice of the platform). */
    readonly refusesUntranslated: boolean
  }
  /** Addresses that the endpoint and its VF read and write by DMA, as the IOMMU takes them. */
  readonly dmaAddresses: readonly number[]
  readonly guestMmio: BarInUse | null
  readonly peerToPeer: BarInUse | null
  /** How the endpoint and its VF signal; a function that has no interrupt turned on is left out. */
  readonly signals: Readonly<Record<FunctionName, 'msi' | 'msix' | 'intx' | undefined>>
  /** Functions that had a wake pending when they were handed over. */
  readonly pendingWakes: readonly FunctionName[]
}

export function findFunction(machine: Machine, name: FunctionName): PciFunction | undefined {
  return machine.functions.find((one) => one.name === name)
}

/** The function of that name; only for names that came from the machine itself. */
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

/** Every function below a bridge. */
export function functionsBelow(machine: Machine, bridge: FunctionName): readonly PciFunction[] {
  return machine.functions.filter(({ name }) => bridgesAbove(machine, name).some((one) => one.name === bridge))
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
  const found = of.byName.get(name)
  return found ? readConfig(of.config, found.offset, found.width) : 0
}

export function hasRegister(of: PciFunction, name: string): boolean {
  return of.byName.has(name)
}

/** Whether any of the bits is set; false for a register that the function does not have. */
export function isSet(of: PciFunction, name: string, bits: number): boolean {
  return (readRegister(of, name) & bits) !== 0
}

/** The register as hardware takes the value, with all that follows. A Type 0 config write also tells a function its bus (§2.2.6.2). */
export function writeRegister(machine: Machine, name: FunctionName, register: Register, value: number): Machine {
  const { offset, width } = register
  const of = functionOf(machine, name)
  const rested = withoutDelays(machine)
  const config = writeConfig(of.config, offset, width, value)
  const written = changeFunction(rested, name, (one) => ({ ...one, config, capturedBus: presentBus(machine, one) }))
  if (!register.onWrite) return written
  const before = readConfig(of.config, offset, width)
  const after = readConfig(config, offset, width)
  return register.onWrite({ machine: written, earlier: machine, on: name, register, before, written: value, after })
}

/** The bus a function is on by the numbers of the bridge above it now. */
export function presentBus(machine: Machine, of: PciFunction): number {
  return of.upstream === null ? of.bdf.bus : readRegister(functionOf(machine, of.upstream), 'PCI_SECONDARY_BUS')
}

export function changeFunction(
  machine: Machine,
  name: FunctionName,
  change: (of: PciFunction) => PciFunction,
): Machine {
  return { ...machine, functions: machine.functions.map((one) => (one.name === name ? change(one) : one)) }
}

/** Adds a mark; what is cut stays cut. */
export function marked(machine: Machine, name: FunctionName, mark: Mark): Machine {
  return changeFunction(machine, name, (one) => ({ ...one, marks: [...one.marks, mark] }))
}

/** The worst mark of a function in one of the scopes. */
export function markOf(of: PciFunction, ...scopes: readonly Scope[]): Mark | null {
  if (of.marks.length === 0) return null
  const found = of.marks.filter(({ scope }) => scopes.includes(scope))
  return MARKS_WORST_FIRST.flatMap((state) => found.filter((mark) => mark.state === state))[0] ?? null
}

const MARKS_WORST_FIRST: readonly Mark['state'][] = ['cut', 'open', 'delayed']

/** The function loses what it was set up to do and the writable bits of its config space, sticky ones apart. */
export function resetFunction(machine: Machine, name: FunctionName, why: string): Machine {
  const once = changeFunction(machine, name, (one) => ({
    ...one,
    config: resetConfig(one.config),
    marks: [...one.marks, { scope: 'state', state: 'cut', why }],
  }))
  const vfs = machine.functions.filter((one) => one.physicalFunction === name && name !== one.name)
  return vfs.reduce((next, vf) => resetFunction(next, vf.name, why), once)
}

/** A hot reset of everything below a bridge (PCIe r6.0 §6.6.1). */
export function resetBelow(machine: Machine, bridge: FunctionName, why: string): Machine {
  return functionsBelow(machine, bridge).reduce((next, { name }) => resetFunction(next, name, why), machine)
}

function withoutDelays(machine: Machine): Machine {
  if (!machine.functions.some(({ marks }) => marks.some(({ state }) => state === 'delayed'))) return machine
  const functions = machine.functions.map((one) => ({
    ...one,
    marks: one.marks.filter(({ state }) => state !== 'delayed'),
  }))
  return { ...machine, functions }
}
