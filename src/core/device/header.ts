/**
 * The type 0 and type 1 headers of a PCI Express function (PCIe r6.0 §7.5.1). Bits that PCI Express hardwires to zero
 * (special cycles, palette snooping, MWI, fast back-to-back) are not writable here either.
 */
import { type Register, register } from './register.js'

export const PCI_COMMAND_IO = 0x1
export const PCI_COMMAND_MEMORY = 0x2
export const PCI_COMMAND_MASTER = 0x4
const PCI_COMMAND_PARITY = 0x40
const PCI_COMMAND_SERR = 0x100
const PCI_COMMAND_INTX_DISABLE = 0x400

/** Error bits that a written 1 clears: parity, target and master aborts, system error. */
const STATUS_ERRORS = 0xf900
const PCI_STATUS_CAP_LIST = 0x10

const WINDOW_ADDRESS = 0xfff0
const PREFETCHABLE_64 = 0x1

export interface Identity {
  readonly vendor: number
  readonly device: number
  readonly command: number
  /** Offset of the first capability, 0 for none. */
  readonly capabilities: number
}

export interface Bar {
  /** 0 to 5 (0 or 1 on a bridge). */
  readonly index: number
  readonly address: number
  /** A power of two, at least 16. */
  readonly size: number
  readonly wide: boolean
}

export interface BridgeNumbers {
  readonly primary: number
  readonly secondary: number
  readonly subordinate: number
}

export interface Window {
  readonly base: number
  readonly limit: number
}

function identityRegisters(identity: Identity, headerType: 0 | 1): readonly Register[] {
  return [
    register({
      name: 'PCI_VENDOR_ID',
      offset: 0x00,
      width: 2,
      initial: identity.vendor,
      source: 'PCIe r6.0 §7.5.1.1.1',
    }),
    register({
      name: 'PCI_DEVICE_ID',
      offset: 0x02,
      width: 2,
      initial: identity.device,
      source: 'PCIe r6.0 §7.5.1.1.2',
    }),
    register({
      name: 'PCI_COMMAND',
      offset: 0x04,
      width: 2,
      initial: identity.command,
      readWrite:
        PCI_COMMAND_IO |
        PCI_COMMAND_MEMORY |
        PCI_COMMAND_MASTER |
        PCI_COMMAND_PARITY |
        PCI_COMMAND_SERR |
        PCI_COMMAND_INTX_DISABLE,
      bits: {
        PCI_COMMAND_IO,
        PCI_COMMAND_MEMORY,
        PCI_COMMAND_MASTER,
        PCI_COMMAND_PARITY,
        PCI_COMMAND_SERR,
        PCI_COMMAND_INTX_DISABLE,
      },
      source: 'PCIe r6.0 §7.5.1.1.3',
    }),
    register({
      name: 'PCI_STATUS',
      offset: 0x06,
      width: 2,
      initial: identity.capabilities === 0 ? 0 : PCI_STATUS_CAP_LIST,
      writeOneToClear: STATUS_ERRORS,
      bits: statusBits('PCI_STATUS'),
      source: 'PCIe r6.0 §7.5.1.1.4',
    }),
    register({
      name: 'PCI_CACHE_LINE_SIZE',
      offset: 0x0c,
      width: 1,
      readWrite: 0xff,
      source: 'PCIe r6.0 §7.5.1.1.7: without effect on a PCI Express device',
    }),
    register({ name: 'PCI_LATENCY_TIMER', offset: 0x0d, width: 1, source: 'PCIe r6.0 §7.5.1.1.8: hardwired to 0' }),
    register({
      name: 'PCI_HEADER_TYPE',
      offset: 0x0e,
      width: 1,
      initial: headerType,
      source: 'PCIe r6.0 §7.5.1.1.9',
    }),
    register({
      name: 'PCI_CAPABILITY_LIST',
      offset: 0x34,
      width: 1,
      initial: identity.capabilities,
      source: 'PCIe r6.0 §7.5.1.1.11',
    }),
    register({
      name: 'PCI_INTERRUPT_LINE',
      offset: 0x3c,
      width: 1,
      readWrite: 0xff,
      source: 'PCIe r6.0 §7.5.1.1.12: read by software only',
    }),
    register({ name: 'PCI_INTERRUPT_PIN', offset: 0x3d, width: 1, initial: 1, source: 'PCIe r6.0 §7.5.1.1.13' }),
  ]
}

function statusBits(prefix: 'PCI_STATUS' | 'PCI_SEC_STATUS'): Readonly<Record<string, number>> {
  return {
    [`${prefix}_PARITY`]: 0x100,
    [`${prefix}_SIG_TARGET_ABORT`]: 0x800,
    [`${prefix}_REC_TARGET_ABORT`]: 0x1000,
    [`${prefix}_REC_MASTER_ABORT`]: 0x2000,
    [`${prefix}_SIG_SYSTEM_ERROR`]: 0x4000,
    [`${prefix}_DETECTED_PARITY`]: 0x8000,
  }
}

/** A memory BAR: the bits below its size are hardwired, which is what sizing reads (PCIe r6.0 §7.5.1.2.1). */
function barRegisters(bar: Bar): readonly Register[] {
  const source = 'PCIe r6.0 §7.5.1.2.1'
  const offset = 0x10 + bar.index * 4
  const low = register({
    name: `PCI_BASE_ADDRESS_${bar.index}`,
    offset,
    width: 4,
    initial: (bar.address % 2 ** 32) + (bar.wide ? 0xc : 0),
    readWrite: 2 ** 32 - bar.size,
    source,
  })
  if (!bar.wide) return [low]
  const high = register({
    name: `PCI_BASE_ADDRESS_${bar.index + 1}`,
    offset: offset + 4,
    width: 4,
    initial: Math.floor(bar.address / 2 ** 32),
    readWrite: 0xffffffff,
    source,
  })
  return [low, high]
}

/** Type 0: an endpoint. The expansion ROM BAR decodes nothing that a modelled flow uses. */
export function type0Header(identity: Identity, bars: readonly Bar[]): readonly Register[] {
  return [
    ...identityRegisters(identity, 0),
    ...bars.flatMap(barRegisters),
    register({
      name: 'PCI_SUBSYSTEM_VENDOR_ID',
      offset: 0x2c,
      width: 2,
      initial: identity.vendor,
      source: 'PCIe r6.0 §7.5.1.2.3',
    }),
    register({ name: 'PCI_SUBSYSTEM_ID', offset: 0x2e, width: 2, initial: 0x1100, source: 'PCIe r6.0 §7.5.1.2.3' }),
    register({
      name: 'PCI_ROM_ADDRESS',
      offset: 0x30,
      width: 4,
      readWrite: 0xffff0001,
      bits: { PCI_ROM_ADDRESS_ENABLE: 0x1 },
      uncarried: 0xffff0001,
      source: 'PCIe r6.0 §7.5.1.2.4',
    }),
  ]
}

/** Type 1: a root port or a switch port. */
export function type1Header(
  identity: Identity,
  numbers: BridgeNumbers,
  memory: Window,
  prefetchable: Window,
): readonly Register[] {
  return [
    ...identityRegisters(identity, 1),
    ...busNumberRegisters(numbers),
    ...ioWindowRegisters(),
    ...memoryWindowRegisters(memory, prefetchable),
    register({
      name: 'PCI_BRIDGE_CONTROL',
      offset: 0x3e,
      width: 2,
      readWrite: 0x5f,
      bits: {
        PCI_BRIDGE_CTL_PARITY: 0x01,
        PCI_BRIDGE_CTL_SERR: 0x02,
        PCI_BRIDGE_CTL_ISA: 0x04,
        PCI_BRIDGE_CTL_VGA: 0x08,
        PCI_BRIDGE_CTL_BUS_RESET: 0x40,
      },
      // VGA forwarding (and its 16-bit decode, 0x10) and the secondary bus reset act on what is below; no flow knows them.
      uncarried: 0x58,
      source: 'PCIe r6.0 §7.5.1.3.13',
    }),
  ]
}

function busNumberRegisters(numbers: BridgeNumbers): readonly Register[] {
  const one = (name: string, offset: number, initial: number, source: string) =>
    register({ name, offset, width: 1, initial, readWrite: 0xff, source })
  return [
    one('PCI_PRIMARY_BUS', 0x18, numbers.primary, 'PCIe r6.0 §7.5.1.3.2: kept for software, used by no PCIe hardware'),
    one('PCI_SECONDARY_BUS', 0x19, numbers.secondary, 'PCIe r6.0 §7.5.1.3.3'),
    one('PCI_SUBORDINATE_BUS', 0x1a, numbers.subordinate, 'PCIe r6.0 §7.5.1.3.4'),
    register({ name: 'PCI_SEC_LATENCY_TIMER', offset: 0x1b, width: 1, source: 'PCIe r6.0 §7.5.1.3.5: hardwired to 0' }),
  ]
}

/** Closed (base above limit): no modelled flow uses I/O space. */
function ioWindowRegisters(): readonly Register[] {
  return [
    register({
      name: 'PCI_IO_BASE',
      offset: 0x1c,
      width: 1,
      initial: 0xf0,
      readWrite: 0xf0,
      source: 'PCIe r6.0 §7.5.1.3.6',
    }),
    register({ name: 'PCI_IO_LIMIT', offset: 0x1d, width: 1, readWrite: 0xf0, source: 'PCIe r6.0 §7.5.1.3.6' }),
    register({
      name: 'PCI_SEC_STATUS',
      offset: 0x1e,
      width: 2,
      writeOneToClear: STATUS_ERRORS,
      bits: statusBits('PCI_SEC_STATUS'),
      source: 'PCIe r6.0 §7.5.1.3.7',
    }),
  ]
}

function memoryWindowRegisters(memory: Window, prefetchable: Window): readonly Register[] {
  const low = (address: number) => Math.floor((address % 2 ** 32) / 0x10000) & WINDOW_ADDRESS
  const high = (address: number) => Math.floor(address / 2 ** 32)
  const half = (name: string, offset: number, initial: number, source: string) =>
    register({ name, offset, width: 2, initial, readWrite: WINDOW_ADDRESS, source })
  const upper = (name: string, offset: number, initial: number) =>
    register({ name, offset, width: 4, initial, readWrite: 0xffffffff, source: 'PCIe r6.0 §7.5.1.3.10' })
  return [
    half('PCI_MEMORY_BASE', 0x20, low(memory.base), 'PCIe r6.0 §7.5.1.3.8'),
    half('PCI_MEMORY_LIMIT', 0x22, low(memory.limit), 'PCIe r6.0 §7.5.1.3.8'),
    half('PCI_PREF_MEMORY_BASE', 0x24, low(prefetchable.base) | PREFETCHABLE_64, 'PCIe r6.0 §7.5.1.3.9'),
    half('PCI_PREF_MEMORY_LIMIT', 0x26, low(prefetchable.limit) | PREFETCHABLE_64, 'PCIe r6.0 §7.5.1.3.9'),
    upper('PCI_PREF_BASE_UPPER32', 0x28, high(prefetchable.base)),
    upper('PCI_PREF_LIMIT_UPPER32', 0x2c, high(prefetchable.limit)),
  ]
}
