/**
 * From the bytes of a config space to its registers: which header, which capabilities, which bits take a write.
 * The small machine and a loaded one are described by the same rules. What the model does not know is named.
 */
import { type CapabilityShape, defineCapability } from './capabilities/capability.js'
import { capabilityWithId } from './capabilities/index.js'
import { createConfigSpace, readBytes } from './configSpace.js'
import type { Bdf, FunctionKind, FunctionName, PciFunction } from './fabric.js'
import { headerRegisters } from './header.js'
import { type Register, register } from './register.js'

export interface FunctionBytes {
  readonly name: FunctionName
  readonly bdf: Bdf
  readonly bytes: Readonly<Uint8Array>
  readonly upstream: FunctionName | null
  readonly physicalFunction: FunctionName | null
  readonly barSizes: ReadonlyMap<number | 'rom', number>
  /** Of a PF: the sizes of its VFs' BARs, which no register shows; absent where nothing told them. */
  readonly vfBarSizes?: ReadonlyMap<number | 'rom', number>
}

export interface Described {
  readonly function: PciFunction
  /** What the model does not know about it, in words. */
  readonly unknown: readonly string[]
}

export interface FoundCapability {
  readonly list: 'standard' | 'extended'
  readonly id: number
  readonly at: number
}

export function describeFunction(of: FunctionBytes): Described {
  const { bytes } = of
  const found = findCapabilities(bytes)
  const bridge = (readBytes(bytes, 0x0e, 1) & 0x7f) === 1
  const isVf = of.physicalFunction !== null
  const kind = kindOf(bytes, found, bridge, isVf)
  const conventional = kind === 'conventional' || kind === 'conventional-bridge'
  const header = headerRegisters({ bytes, bridge, isVf, conventional, barSizes: of.barSizes })
  const registers = [...header, ...found.flatMap((one) => capabilityRegisters(one, of, kind))].filter(
    ({ offset, width }) => offset + width <= bytes.length,
  )
  const byName = new Map<string, Register>()
  for (const one of registers) if (!byName.has(one.name)) byName.set(one.name, one)
  return {
    function: {
      name: of.name,
      kind,
      bridge,
      bdf: of.bdf,
      upstream: of.upstream,
      physicalFunction: of.physicalFunction,
      registers,
      byName,
      config: createConfigSpace(bytes, registers),
      capturedBus: of.bdf.bus,
      marks: [],
    },
    unknown: unknownParts(bytes, found),
  }
}

function capabilityRegisters(
  { list, id, at }: FoundCapability,
  { bytes, physicalFunction, vfBarSizes = new Map() }: FunctionBytes,
  kind: FunctionKind,
): readonly Register[] {
  const capability = capabilityWithId(list, id) ?? unknownCapability(list, id)
  const read: CapabilityShape['read'] = (offset, width) => readBytes(bytes, at + offset, width)
  const shape: CapabilityShape = { read, kind, isVf: physicalFunction !== null, vfBarSizes }
  const header = register({
    name: `${capability.name} header`,
    offset: at,
    width: list === 'standard' ? 2 : 4,
    source: list === 'standard' ? 'PCIe r6.0 §7.5.1.1.11' : 'PCIe r6.0 §7.6.3',
  })
  return [header, ...capability.registers(shape).map((one) => ({ ...one, offset: at + one.offset }))]
}

function unknownCapability(list: 'standard' | 'extended', id: number) {
  return defineCapability({ name: capabilityTitle(list, id), list, id, registers: () => [] })
}

/** Both lists, in the order of their pointers; a list that loops or leaves the space ends there (PCIe r6.0 §7.5.1.1.11, §7.6). */
export function findCapabilities(bytes: Readonly<Uint8Array>): readonly FoundCapability[] {
  return [...standardCapabilities(bytes), ...extendedCapabilities(bytes)]
}

function standardCapabilities(bytes: Readonly<Uint8Array>): readonly FoundCapability[] {
  const found: FoundCapability[] = []
  if ((readBytes(bytes, 0x06, 2) & 0x10) === 0) return found
  const seen = new Set<number>()
  for (let at = readBytes(bytes, 0x34, 1) & 0xfc; at >= 0x40 && at < 0x100; at = readBytes(bytes, at + 1, 1) & 0xfc) {
    if (seen.has(at) || at + 4 > bytes.length) break
    seen.add(at)
    const id = readBytes(bytes, at, 1)
    if (id === 0xff) break
    found.push({ list: 'standard', id, at })
  }
  return found
}

function extendedCapabilities(bytes: Readonly<Uint8Array>): readonly FoundCapability[] {
  const found: FoundCapability[] = []
  const seen = new Set<number>()
  for (let at = 0x100; at >= 0x100 && at + 4 <= bytes.length; ) {
    const header = readBytes(bytes, at, 4)
    if (header === 0 || header === 0xffffffff || seen.has(at)) break
    seen.add(at)
    found.push({ list: 'extended', id: header & 0xffff, at })
    at = (header >>> 20) & 0xffc
  }
  return found
}

const KIND_OF_TYPE: Readonly<Record<number, FunctionKind>> = {
  4: 'root-port',
  5: 'switch-upstream',
  6: 'switch-downstream',
  7: 'conventional-bridge',
  8: 'switch-downstream',
}

function kindOf(
  bytes: Readonly<Uint8Array>,
  found: readonly FoundCapability[],
  bridge: boolean,
  isVf: boolean,
): FunctionKind {
  if (isVf) return 'vf'
  const express = found.find(({ list, id }) => list === 'standard' && id === 0x10)
  if (!express) return bridge ? 'conventional-bridge' : 'conventional'
  const type = (readBytes(bytes, express.at + 2, 2) & 0xf0) >> 4
  if (!bridge) return 'endpoint'
  return KIND_OF_TYPE[type] ?? 'conventional-bridge'
}

function unknownParts(bytes: Readonly<Uint8Array>, found: readonly FoundCapability[]): readonly string[] {
  const header = readBytes(bytes, 0x0e, 1) & 0x7f
  return [
    ...(header > 1 ? [`header type ${header}: only what all headers share is in the model`] : []),
    ...(bytes.length <= 64 && (readBytes(bytes, 0x06, 2) & 0x10) !== 0
      ? ['its capabilities: the dump holds the first 64 bytes only']
      : []),
    ...(bytes.length > 64 && bytes.length <= 256 && found.some(({ list, id }) => list === 'standard' && id === 0x10)
      ? ['its extended capabilities: the dump holds 256 bytes only']
      : []),
    ...found
      .filter(({ list, id }) => !capabilityWithId(list, id))
      .map(({ list, id, at }) => `${capabilityTitle(list, id)} at 0x${at.toString(16)}`),
  ]
}

/** Capabilities that the model has no registers for, by the name that pci_regs.h gives their id. */
const TITLES: Readonly<Record<'standard' | 'extended', Readonly<Record<number, string>>>> = {
  standard: {
    2: 'AGP',
    4: 'SLOTID',
    6: 'CHSWP',
    7: 'PCIX',
    8: 'HT',
    9: 'VNDR',
    10: 'DBG',
    11: 'CCRC',
    12: 'SHPC',
    13: 'SSVID',
    15: 'SECDEV',
    18: 'SATA',
    20: 'EA',
  },
  extended: {
    3: 'DSN',
    4: 'PWR',
    5: 'RCLD',
    6: 'RCILC',
    7: 'RCEC',
    8: 'MFVC',
    9: 'VC9',
    11: 'VNDR',
    18: 'MCAST',
    22: 'DPA',
    25: 'SECPCI',
    35: 'DVSEC',
    36: 'VF_REBAR',
    37: 'DLF',
    38: 'PL_16GT',
    39: 'LMR',
    41: 'NPEM',
    42: 'PL_32GT',
  },
}

function capabilityTitle(list: 'standard' | 'extended', id: number): string {
  return `${TITLES[list][id] ?? `0x${id.toString(16)}`} ${list === 'extended' ? 'extended capability' : 'capability'}`
}
