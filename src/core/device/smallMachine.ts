/**
 * The small machine that a write is tried on: a root complex with an IOMMU, a root port with the preserved endpoint
 * below it (or behind a switch), a VF of it, a peer that does peer-to-peer with it, and a VM that owns it.
 * It is handed over in the state in which the old kernel left it: everything enabled, traffic running, a wake pending.
 */
import { acs } from './capabilities/acs.js'
import { aer } from './capabilities/aer.js'
import { ari } from './capabilities/ari.js'
import { ats } from './capabilities/ats.js'
import type { Capability } from './capabilities/capability.js'
import { doe } from './capabilities/doe.js'
import { dpc } from './capabilities/dpc.js'
import { express } from './capabilities/express.js'
import { l1ss } from './capabilities/l1ss.js'
import { ltr } from './capabilities/ltr.js'
import { msi } from './capabilities/msi.js'
import { msix } from './capabilities/msix.js'
import { pasid } from './capabilities/pasid.js'
import { powerManagement } from './capabilities/powerManagement.js'
import { pri } from './capabilities/pri.js'
import { ptm } from './capabilities/ptm.js'
import { rebar } from './capabilities/rebar.js'
import { sriov } from './capabilities/sriov.js'
import { tph } from './capabilities/tph.js'
import { virtualChannel } from './capabilities/virtualChannel.js'
import { putBytes, readBytes, type Width } from './configSpace.js'
import { describeFunction } from './describe.js'
import {
  type Bdf,
  type FunctionKind,
  type FunctionName,
  type Machine,
  type PciFunction,
  requesterId,
} from './fabric.js'
import { PCI_COMMAND_IO, PCI_COMMAND_MASTER, PCI_COMMAND_MEMORY, type Window } from './header.js'

export interface MachineOptions {
  /** A switch between root port and endpoint, with the peer below it too. */
  readonly switch?: boolean
  /** How the endpoint signals; a function uses one way at a time. Default `msi`. */
  readonly interrupts?: 'msi' | 'msix' | 'intx'
  /** The IOMMU takes no untranslated request from a function that has used ATS. */
  readonly refusesUntranslated?: boolean
  /** Access Control Services in every port above a device; on by default, as a host that isolates devices sets it. */
  readonly acs?: boolean
  /** PM state survives D3hot. */
  readonly noSoftReset?: boolean
}

interface Placed {
  readonly capability: Capability
  readonly at: number
  /** In order: what later registers depend on comes first. */
  readonly values: Readonly<Record<string, number>>
}

const COMMAND_IN_USE = PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER
const MEMORY_WINDOW: Window = { base: 0xfe800000, limit: 0xfe8fffff }
const PREFETCHABLE_WINDOW: Window = { base: 0x60_0000_0000, limit: 0x60_00ff_ffff }
const PEER_WINDOW: Window = { base: 0xfe600000, limit: 0xfe6fffff }
/** What the ports above cover: the windows of both sides. */
const BOTH_WINDOWS: Window = { base: PEER_WINDOW.base, limit: MEMORY_WINDOW.limit }
const CLOSED_WINDOW: Window = { base: 0xfff00000, limit: 0x0 }
const VF_BARS = 0x60_0100_0000 - 0x10_0000

const QEMU = 0x1b36
const PCIE_ROOT_PORT = 0x000c
const INTEL = 0x8086
const NET_82576 = 0x10c9
const NET_82574L = 0x10d3
/** 256 bytes of payload, in units of the control register. */
const PAYLOAD = 0x20

export function smallMachine(options: MachineOptions = {}): Machine {
  const endpointBus = options.switch ? 3 : 1
  const peerBus = options.switch ? 4 : 8
  const above = options.switch ? 'switch-downstream' : 'root-port'
  const endpoint = endpointFunction(above, bdf(endpointBus, 0), options)
  const vf = vfFunction(bdf(endpointBus, 1), above)
  const functions = [
    bridge('root-port', bdf(0, 0x1c), null, options.switch ? BOTH_WINDOWS : MEMORY_WINDOW, options, [
      0,
      1,
      options.switch ? peerBus : endpointBus,
    ]),
    ...(options.switch
      ? [
          bridge('switch-upstream', bdf(1, 0), 'root-port', BOTH_WINDOWS, options, [1, 2, peerBus]),
          bridge('switch-downstream', bdf(2, 0), 'switch-upstream', MEMORY_WINDOW, options, [2, 3, 3]),
        ]
      : []),
    endpoint,
    vf,
    bridge(
      'peer-port',
      options.switch ? bdf(2, 1) : bdf(0, 0x1d),
      options.switch ? 'switch-upstream' : null,
      PEER_WINDOW,
      options,
      [options.switch ? 2 : 0, peerBus, peerBus],
    ),
    peerFunction(bdf(peerBus, 0)),
  ]
  return {
    functions,
    endpoint: 'endpoint',
    vf: 'vf',
    peer: 'peer',
    iommu: {
      requesters: [endpoint, vf, ...functions.filter(({ name }) => name === 'peer')].map(requesterId),
      refusesUntranslated: options.refusesUntranslated ?? false,
    },
    // Memory of the VM, and an IOVA that is the address of the peer's BAR as well: the two spaces know nothing of each other.
    dmaAddresses: options.acs === false ? [0x40000000] : [0x40000000, PEER_WINDOW.base],
    guestMmio: { bar: 0, address: MEMORY_WINDOW.base },
    peerToPeer: { bar: 2, address: PREFETCHABLE_WINDOW.base },
    signals: { endpoint: options.interrupts ?? 'msi', vf: 'msix' },
    pendingWakes: ['endpoint', 'root-port'],
  }
}

function bdf(bus: number, device: number): Bdf {
  return { bus, device, function: 0 }
}

function endpointFunction(upstream: FunctionName, address: Bdf, options: MachineOptions): PciFunction {
  const signals = options.interrupts ?? 'msi'
  const bytes = header({ vendor: INTEL, device: NET_82576, class: 0x020000, type: 0x80 })
  putBar(bytes, 0, MEMORY_WINDOW.base, false)
  putBar(bytes, 2, PREFETCHABLE_WINDOW.base, true)
  putBytes(bytes, 0x2c, 4, 0x00011af4)
  putBytes(bytes, 0x3d, 1, 1)
  place(bytes, 'endpoint', false, [
    pmPlaced(options, 0x8100),
    {
      capability: msi,
      at: 0x50,
      values: {
        PCI_MSI_FLAGS: signals === 'msi' ? 0x181 : 0x180,
        PCI_MSI_ADDRESS_LO: 0xfee01000,
        PCI_MSI_DATA_64: 0x25,
      },
    },
    expressPlaced(0x00, 0x10008022, PAYLOAD | 0x2910),
    {
      capability: msix,
      at: 0xb0,
      values: { PCI_MSIX_FLAGS: signals === 'msix' ? 0x8009 : 0x0009, PCI_MSIX_TABLE: 0x0 },
    },
    { capability: aer, at: 0x100, values: { PCI_ERR_UNCOR_SEVER: 0x62030, PCI_ERR_CAP: 0xa0 } },
    { capability: ari, at: 0x150, values: {} },
    {
      capability: sriov,
      at: 0x160,
      values: {
        PCI_SRIOV_CTRL: 0x19,
        PCI_SRIOV_INITIAL_VF: 8,
        PCI_SRIOV_TOTAL_VF: 8,
        PCI_SRIOV_NUM_VF: 1,
        PCI_SRIOV_VF_OFFSET: 8,
        PCI_SRIOV_VF_STRIDE: 1,
        PCI_SRIOV_VF_DID: 0x10ca,
        PCI_SRIOV_SUP_PGSIZE: 0x553,
        PCI_SRIOV_SYS_PGSIZE: 0x1,
        PCI_SRIOV_BAR: (VF_BARS % 2 ** 32) + 0xc,
        'PCI_SRIOV_BAR[1]': Math.floor(VF_BARS / 2 ** 32),
      },
    },
    { capability: ats, at: 0x1b0, values: { PCI_ATS_CAP: 0x20, PCI_ATS_CTRL: 0x8000 } },
    { capability: pasid, at: 0x1c0, values: { PCI_PASID_CAP: 0x1406, PCI_PASID_CTRL: 0x1 } },
    { capability: pri, at: 0x1d0, values: { PCI_PRI_CTRL: 0x1, PCI_PRI_MAX_REQ: 64, PCI_PRI_ALLOC_REQ: 32 } },
    { capability: acs, at: 0x1e0, values: {} },
    { capability: tph, at: 0x1f0, values: { PCI_TPH_CAP: 0x1 } },
    ...linkExtras(0x200),
    { capability: rebar, at: 0x230, values: { PCI_REBAR_CAP: 0x1ff0, PCI_REBAR_CTRL: 0x222 } },
    { capability: virtualChannel, at: 0x240, values: { PCI_VC_RES_CTRL: 0x800000ff } },
    { capability: doe, at: 0x260, values: { PCI_DOE_CAP: 0x1 } },
  ])
  const barSizes = new Map<number | 'rom', number>([
    [0, 0x10000],
    [2, 0x400000],
    ['rom', 0x10000],
  ])
  return describeFunction({ name: 'endpoint', bdf: address, bytes, upstream, physicalFunction: null, barSizes })
    .function
}

/** What a VF has of its own: MASTER, power states without PME, MSI-X, its share of PCI Express, ATS. Its ids read as ones (PCIe r5.0 §9.3.4.1.1). */
function vfFunction(address: Bdf, upstream: FunctionName): PciFunction {
  const bytes = header({ vendor: 0xffff, device: 0xffff, class: 0x020000, type: 0 })
  putBytes(bytes, 0x04, 2, PCI_COMMAND_MASTER)
  place(bytes, 'vf', true, [
    { capability: powerManagement, at: 0x40, values: { PCI_PM_PMC: 0x3 } },
    expressPlaced(0x00, 0x10008022, 0),
    { capability: msix, at: 0xb0, values: { PCI_MSIX_FLAGS: 0x8002, PCI_MSIX_TABLE: 0x0 } },
    { capability: aer, at: 0x100, values: {} },
    { capability: ari, at: 0x150, values: {} },
    { capability: ats, at: 0x1b0, values: { PCI_ATS_CAP: 0x20, PCI_ATS_CTRL: 0x8000 } },
    { capability: acs, at: 0x1e0, values: {} },
    { capability: tph, at: 0x1f0, values: { PCI_TPH_CAP: 0x1 } },
  ])
  const described = describeFunction({
    name: 'vf',
    bdf: address,
    bytes,
    upstream,
    physicalFunction: 'endpoint',
    barSizes: new Map(),
  })
  return described.function
}

function peerFunction(address: Bdf): PciFunction {
  const bytes = header({ vendor: INTEL, device: NET_82574L, class: 0x020000, type: 0 })
  putBar(bytes, 0, PEER_WINDOW.base, false)
  place(bytes, 'endpoint', false, [pmPlaced({}, 0), expressPlaced(0x00, 0x8022, PAYLOAD | 0x2910)])
  const barSizes = new Map([[0, 0x10000]])
  return describeFunction({
    name: 'peer',
    bdf: address,
    bytes,
    upstream: 'peer-port',
    physicalFunction: null,
    barSizes,
  }).function
}

const TYPES: Readonly<Record<string, number>> = { 'root-port': 4, 'switch-upstream': 5, 'switch-downstream': 6 }

function bridge(
  name: FunctionName,
  address: Bdf,
  upstream: FunctionName | null,
  memory: Window,
  options: MachineOptions,
  [primary, secondary, subordinate]: readonly [number, number, number],
): PciFunction {
  const kind = (name !== 'peer-port' ? name : upstream === null ? 'root-port' : 'switch-downstream') as FunctionKind
  const bytes = header({ vendor: QEMU, device: PCIE_ROOT_PORT, class: 0x060400, type: 1 })
  for (const [i, number] of [primary, secondary, subordinate].entries()) putBytes(bytes, 0x18 + i, 1, number)
  putBytes(bytes, 0x1c, 2, 0x00f0)
  putWindow(bytes, 0x20, memory, 0)
  putWindow(bytes, 0x24, name === 'peer-port' ? CLOSED_WINDOW : PREFETCHABLE_WINDOW, 1)
  putBytes(bytes, 0x3d, 1, 1)
  const port = kind !== 'switch-upstream'
  const root = kind === 'root-port'
  place(bytes, kind, false, [
    pmPlaced({}, root ? 0x0100 : 0),
    expressPlaced((TYPES[kind]! << 4) | (port ? 0x100 : 0), 0x8002, PAYLOAD | 0x10, {
      ...(port ? { PCI_EXP_SLTCAP: 0x5f, PCI_EXP_SLTCTL: 0x1c0 } : {}),
      ...(root ? { PCI_EXP_RTCAP: 0x1, PCI_EXP_RTCTL: 0x18, PCI_EXP_RTSTA: name === 'root-port' ? 0x10000 : 0 } : {}),
      ...(port ? { PCI_EXP_DEVCTL2: 0x20 } : {}),
    }),
    {
      capability: msi,
      at: 0xb0,
      values: { PCI_MSI_FLAGS: 0x181, PCI_MSI_ADDRESS_LO: 0xfee02000, PCI_MSI_DATA_64: 0x31 },
    },
    { capability: aer, at: 0x100, values: { PCI_ERR_CAP: 0xa0, ...(root ? { PCI_ERR_ROOT_COMMAND: 0x7 } : {}) } },
    ...(port
      ? [
          ...(options.acs === false
            ? []
            : [{ capability: acs, at: 0x148, values: { PCI_ACS_CAP: 0x5f, PCI_ACS_CTRL: 0x1d } }]),
          { capability: dpc, at: 0x160, values: { PCI_EXP_DPC_CAP: root ? 0xa0 : 0x80, PCI_EXP_DPC_CTL: 0x9 } },
        ]
      : []),
    { capability: virtualChannel, at: 0x1a0, values: { PCI_VC_RES_CTRL: 0x800000ff } },
    ...linkExtras(0x200),
  ])
  return describeFunction({ name, bdf: address, bytes, upstream, physicalFunction: null, barSizes: new Map() }).function
}

function pmPlaced({ noSoftReset }: MachineOptions, control: number): Placed {
  const keeps = noSoftReset ? 0x8 : 0
  return { capability: powerManagement, at: 0x40, values: { PCI_PM_PMC: 0xc803, PCI_PM_CTRL: control | keeps } }
}

function expressPlaced(
  flags: number,
  deviceCapabilities: number,
  control: number,
  more: Readonly<Record<string, number>> = {},
): Placed {
  return {
    capability: express,
    at: 0x70,
    values: {
      PCI_EXP_FLAGS: flags | 0x2,
      PCI_EXP_DEVCAP: deviceCapabilities,
      PCI_EXP_DEVCTL: control,
      PCI_EXP_LNKCAP: 0x00700c43 | (flags & 0xf0 ? 0x300000 : 0x40000),
      PCI_EXP_LNKCTL: 0x40,
      PCI_EXP_LNKSTA: 0x3043,
      PCI_EXP_DEVCAP2: 0x000f_0b7f | 0x20000,
      PCI_EXP_LNKCAP2: 0xe,
      PCI_EXP_LNKCTL2: 0x3,
      ...more,
    },
  }
}

function linkExtras(at: number): readonly Placed[] {
  return [
    { capability: ltr, at, values: { PCI_LTR_MAX_SNOOP_LAT: 0x1003, PCI_LTR_MAX_NOSNOOP_LAT: 0x1003 } },
    { capability: l1ss, at: at + 0x10, values: { PCI_L1SS_CAP: 0x1f, PCI_L1SS_CTL2: 0x28 } },
    { capability: ptm, at: at + 0x20, values: { PCI_PTM_CAP: 0x7, PCI_PTM_CTRL: 0x1 } },
  ]
}

interface Identity {
  readonly vendor: number
  readonly device: number
  readonly class: number
  readonly type: number
}

function header(identity: Identity): Uint8Array {
  const bytes = new Uint8Array(4096)
  putBytes(bytes, 0x00, 2, identity.vendor)
  putBytes(bytes, 0x02, 2, identity.device)
  putBytes(bytes, 0x04, 2, COMMAND_IN_USE)
  putBytes(bytes, 0x06, 2, 0x10)
  putBytes(bytes, 0x08, 4, identity.class * 256 + 1)
  putBytes(bytes, 0x0e, 1, identity.type)
  return bytes
}

function putBar(bytes: Uint8Array, index: number, address: number, wide: boolean): void {
  putBytes(bytes, 0x10 + index * 4, 4, (address % 2 ** 32) + (wide ? 0xc : 0))
  if (wide) putBytes(bytes, 0x14 + index * 4, 4, Math.floor(address / 2 ** 32))
}

function putWindow(bytes: Uint8Array, at: number, { base, limit }: Window, wide: 0 | 1): void {
  const low = (address: number) => (Math.floor((address % 2 ** 32) / 0x10000) & 0xfff0) | wide
  putBytes(bytes, at, 2, low(base))
  putBytes(bytes, at + 2, 2, low(limit))
  if (!wide) return
  putBytes(bytes, 0x28, 4, Math.floor(base / 2 ** 32))
  putBytes(bytes, 0x2c, 4, Math.floor(limit / 2 ** 32))
}

/** Lays the capabilities out, each header pointing to the next of its list, and fills in their registers by name. */
function place(bytes: Uint8Array, kind: FunctionKind, isVf: boolean, placed: readonly Placed[]): void {
  const lists = ['standard', 'extended'] as const
  for (const list of lists) {
    const own = placed.filter(({ capability }) => capability.list === list)
    if (list === 'standard') putBytes(bytes, 0x34, 1, own[0]?.at ?? 0)
    for (const [i, { capability, at }] of own.entries()) {
      const next = own[i + 1]?.at ?? 0
      if (list === 'standard') putBytes(bytes, at, 2, capability.id + next * 256)
      else putBytes(bytes, at, 4, capability.id + 0x10000 + next * 2 ** 20)
    }
  }
  for (const { capability, at, values } of placed) {
    for (const [name, value] of Object.entries(values)) {
      const read = (offset: number, width: Width) => readBytes(bytes, at + offset, width)
      const shape = { read, kind, isVf, vfBarSizes: new Map() }
      const found = capability.registers(shape).find((one) => one.name === name)
      if (!found) throw new RangeError(`${capability.name} has no ${name}`)
      putBytes(bytes, at + found.offset, found.width, value)
    }
  }
}
