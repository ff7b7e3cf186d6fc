/**
 * The headers of a function: type 0, type 1, and the VF's, in which most is hardwired to zero (PCIe r6.0 §7.5.1;
 * for the VF's r5.0 §9.3.4.1, whose list of registers r6 has spread over §7).
 * Masks follow from what the header says about itself, and for BARs from their sizes, which no register shows.
 */

import { readBytes } from './configSpace.js'
import { all, mark, resetsBelow, when, whenChanged, whenCleared } from './consequence.js'
import { functionsBelow, isSet, type PciFunction, readRegister } from './fabric.js'
import { type Register, register } from './register.js'
import { bitsOf } from './registerBits.js'

export const PCI_COMMAND_IO = 0x1
export const PCI_COMMAND_MEMORY = 0x2
export const PCI_COMMAND_MASTER = 0x4
const PCI_COMMAND_PARITY = 0x40
const PCI_COMMAND_SERR = 0x100
const PCI_COMMAND_INTX_DISABLE = 0x400
/** Special cycles, MWI, palette snooping and fast back-to-back are hardwired to 0 on PCI Express (PCIe r6.0 §7.5.1.1.3). */
const COMMAND_WRITABLE =
  PCI_COMMAND_IO |
  PCI_COMMAND_MEMORY |
  PCI_COMMAND_MASTER |
  PCI_COMMAND_PARITY |
  PCI_COMMAND_SERR |
  PCI_COMMAND_INTX_DISABLE

/** Error bits that a written 1 clears: parity, target and master aborts, system error. */
const STATUS_ERRORS = 0xf900
const WINDOW_ADDRESS = 0xfff0
const PCI_BRIDGE_CTL_VGA = 0x8
const PCI_BRIDGE_CTL_BUS_RESET = 0x40

/** What a header's registers depend on beside its bytes. */
export interface HeaderShape {
  readonly bytes: Readonly<Uint8Array>
  readonly bridge: boolean
  readonly isVf: boolean
  /** No PCI Express capability: the rules of conventional PCI. */
  readonly conventional: boolean
  /** Size of each memory or I/O BAR by its index, and of the ROM under `rom`; absent where nothing told it. */
  readonly barSizes: ReadonlyMap<number | 'rom', number>
}

export function headerRegisters(shape: HeaderShape): readonly Register[] {
  if (shape.isVf) return vfRegisters()
  return shape.bridge
    ? [...commonRegisters(shape), ...bars(shape, 2), ...type1Registers(shape)]
    : [...commonRegisters(shape), ...bars(shape, 6), ...type0Registers(shape)]
}

function commonRegisters({ conventional }: HeaderShape): readonly Register[] {
  return [
    ...identityRegisters(),
    register({
      name: 'PCI_COMMAND',
      offset: 0x04,
      width: 2,
      readWrite: COMMAND_WRITABLE,
      source: 'PCIe r6.0 §7.5.1.1.3',
    }),
    register({
      name: 'PCI_STATUS',
      offset: 0x06,
      width: 2,
      writeOneToClear: STATUS_ERRORS,
      source: 'PCIe r6.0 §7.5.1.1.4',
    }),
    register({
      name: 'PCI_CACHE_LINE_SIZE',
      offset: 0x0c,
      width: 1,
      readWrite: 0xff,
      source: 'PCIe r6.0 §7.5.1.1.7: without effect on a PCI Express device',
    }),
    register({
      name: 'PCI_LATENCY_TIMER',
      offset: 0x0d,
      width: 1,
      readWrite: conventional ? 0xf8 : 0,
      source: 'PCIe r6.0 §7.5.1.1.8: hardwired to 0 on a PCI Express device',
    }),
    register({
      name: 'PCI_INTERRUPT_LINE',
      offset: 0x3c,
      width: 1,
      readWrite: 0xff,
      source: 'PCIe r6.0 §7.5.1.1.12: read by software only',
    }),
    register({ name: 'PCI_INTERRUPT_PIN', offset: 0x3d, width: 1, source: 'PCIe r6.0 §7.5.1.1.13' }),
  ]
}

function identityRegisters(): readonly Register[] {
  return [
    register({ name: 'PCI_VENDOR_ID', offset: 0x00, width: 2, source: 'PCIe r6.0 §7.5.1.1.1' }),
    register({ name: 'PCI_DEVICE_ID', offset: 0x02, width: 2, source: 'PCIe r6.0 §7.5.1.1.2' }),
    register({ name: 'PCI_REVISION_ID', offset: 0x08, width: 1, source: 'PCIe r6.0 §7.5.1.1.5' }),
    register({ name: 'PCI_CLASS_PROG', offset: 0x09, width: 1, source: 'PCIe r6.0 §7.5.1.1.6' }),
    register({ name: 'PCI_CLASS_DEVICE', offset: 0x0a, width: 2, source: 'PCIe r6.0 §7.5.1.1.6' }),
    register({ name: 'PCI_HEADER_TYPE', offset: 0x0e, width: 1, source: 'PCIe r6.0 §7.5.1.1.9' }),
    register({ name: 'PCI_BIST', offset: 0x0f, width: 1, source: 'PCIe r6.0 §7.5.1.1.10' }),
    register({ name: 'PCI_CAPABILITY_LIST', offset: 0x34, width: 1, source: 'PCIe r6.0 §7.5.1.1.11' }),
  ]
}

/** A VF: of COMMAND only MASTER is its own; BARs, ROM and INTx are hardwired to 0 (PCIe r5.0 §9.3.4.1). */
function vfRegisters(): readonly Register[] {
  const zero = (name: string, offset: number, width: 1 | 2 | 4, source: string) =>
    register({ name, offset, width, source })
  return [
    ...identityRegisters(),
    register({
      name: 'PCI_COMMAND',
      offset: 0x04,
      width: 2,
      readWrite: PCI_COMMAND_MASTER,
      source: 'PCIe r5.0 §9.3.4.1.3: MEMORY is hardwired to 0, the PF decides with its MSE',
    }),
    register({
      name: 'PCI_STATUS',
      offset: 0x06,
      width: 2,
      writeOneToClear: STATUS_ERRORS,
      source: 'PCIe r5.0 §9.3.4.1.4',
    }),
    zero('PCI_CACHE_LINE_SIZE', 0x0c, 1, 'PCIe r5.0 §9.3.4.1.7'),
    zero('PCI_LATENCY_TIMER', 0x0d, 1, 'PCIe r5.0 §9.3.4.1.8'),
    ...[0, 1, 2, 3, 4, 5].map((index) =>
      register({
        name: `PCI_BASE_ADDRESS_${index}`,
        offset: 0x10 + index * 4,
        width: 4,
        bits: bitsOf('PCI_BASE_ADDRESS'),
        source: 'PCIe r5.0 §9.3.4.1.11: the PF holds the BARs of its VFs',
      }),
    ),
    zero('PCI_CARDBUS_CIS', 0x28, 4, 'PCIe r5.0 §9.3.4.1.12'),
    zero('PCI_SUBSYSTEM_VENDOR_ID', 0x2c, 2, 'PCIe r5.0 §9.3.4.1.13'),
    zero('PCI_SUBSYSTEM_ID', 0x2e, 2, 'PCIe r5.0 §9.3.4.1.14'),
    zero('PCI_ROM_ADDRESS', 0x30, 4, 'PCIe r5.0 §9.3.4.1.15'),
    zero('PCI_INTERRUPT_LINE', 0x3c, 1, 'PCIe r5.0 §9.3.4.1.17'),
    zero('PCI_INTERRUPT_PIN', 0x3d, 1, 'PCIe r5.0 §9.3.4.1.18'),
  ]
}

/** The bits below the size of a BAR are hardwired, which is what sizing reads (PCIe r6.0 §7.5.1.2.1). */
function bars({ bytes, barSizes }: HeaderShape, count: number): readonly Register[] {
  let upperOf: number | null = null
  return Array.from({ length: count }, (_, index) => {
    const offset = 0x10 + index * 4
    const low = readBytes(bytes, offset, 4)
    const size = barSizes.get(upperOf ?? index) ?? 0
    const readWrite = upperOf === null ? addressBits(size, low) : size > 0 ? upperAddressBits(size) : 0
    upperOf = upperOf === null && isWideBar(low) ? index : null
    return register({
      name: `PCI_BASE_ADDRESS_${index}`,
      offset,
      width: 4,
      readWrite,
      bits: bitsOf('PCI_BASE_ADDRESS'),
      source: 'PCIe r6.0 §7.5.1.2.1',
    })
  })
}

/** Bits 2:1 of a memory BAR tell a 64-bit one, which takes the next register too. */
export function isWideBar(low: number): boolean {
  return (low & 0x7) === 0x4
}

function addressBits(size: number, low: number): number {
  if (size <= 0) return 0
  const writable = size >= 2 ** 32 ? 0 : 2 ** 32 - size
  return low & 0x1 ? (writable & 0xfffffffc) >>> 0 : (writable & 0xfffffff0) >>> 0
}

function upperAddressBits(size: number): number {
  return size <= 2 ** 32 ? 0xffffffff : 2 ** 32 - size / 2 ** 32
}

function romRegister(name: string, offset: number, { barSizes }: HeaderShape, source: string): Register {
  const size = barSizes.get('rom') ?? 0
  return register({
    name,
    offset,
    width: 4,
    readWrite: size > 0 ? ((2 ** 32 - Math.max(size, 0x800)) | 0x1) >>> 0 : 0,
    bits: bitsOf('PCI_ROM_ADDRESS'),
    source,
  })
}

function type0Registers(shape: HeaderShape): readonly Register[] {
  return [
    register({ name: 'PCI_CARDBUS_CIS', offset: 0x28, width: 4, source: 'PCIe r6.0 §7.5.1.2.2' }),
    register({ name: 'PCI_SUBSYSTEM_VENDOR_ID', offset: 0x2c, width: 2, source: 'PCIe r6.0 §7.5.1.2.3' }),
    register({ name: 'PCI_SUBSYSTEM_ID', offset: 0x2e, width: 2, source: 'PCIe r6.0 §7.5.1.2.3' }),
    romRegister('PCI_ROM_ADDRESS', 0x30, shape, 'PCIe r6.0 §7.5.1.2.4'),
    register({ name: 'PCI_MIN_GNT', offset: 0x3e, width: 1, source: 'PCIe r6.0 §7.5.1.2.5' }),
    register({ name: 'PCI_MAX_LAT', offset: 0x3f, width: 1, source: 'PCIe r6.0 §7.5.1.2.5' }),
  ]
}

function type1Registers(shape: HeaderShape): readonly Register[] {
  return [
    ...busNumberRegisters(shape.conventional),
    ...windowRegisters(shape),
    romRegister('PCI_ROM_ADDRESS1', 0x38, shape, 'PCIe r6.0 §7.5.1.3.12'),
    bridgeControl(shape.conventional),
  ]
}

/** Conventional bridges have the bits for master aborts, fast back-to-back and discard timers too (PCI-to-PCI Bridge r1.2 §3.2.5.18). */
function bridgeControl(conventional: boolean): Register {
  return register({
    name: 'PCI_BRIDGE_CONTROL',
    offset: 0x3e,
    width: 2,
    readWrite: conventional ? 0x0bff : 0x5f,
    writeOneToClear: conventional ? 0x400 : 0,
    onWrite: all(
      whenChanged(PCI_BRIDGE_CTL_BUS_RESET, resetsBelow('the secondary bus was reset (PCIe r6.0 §7.5.1.3.13)')),
      whenCleared(PCI_BRIDGE_CTL_BUS_RESET, mark('link', 'delayed', 'the link trains after the reset')),
      whenChanged(
        PCI_BRIDGE_CTL_VGA,
        when(
          ({ machine, on }) => functionsBelow(machine, on).some(isVgaDevice),
          mark('bar', 'cut', 'VGA ranges are routed to another device now (PCIe r6.0 §7.5.1.3.13)'),
        ),
      ),
    ),
    source: 'PCIe r6.0 §7.5.1.3.13',
  })
}

/** Base class 3 with I/O or memory decode of the VGA ranges (PCI Code and ID Assignment §1.4). */
function isVgaDevice(of: PciFunction): boolean {
  return readRegister(of, 'PCI_CLASS_DEVICE') === 0x0300
}

function busNumberRegisters(conventional: boolean): readonly Register[] {
  const one = (name: string, offset: number, source: string) =>
    register({ name, offset, width: 1, readWrite: 0xff, source })
  return [
    one('PCI_PRIMARY_BUS', 0x18, 'PCIe r6.0 §7.5.1.3.2: kept for software, used by no PCIe hardware'),
    one('PCI_SECONDARY_BUS', 0x19, 'PCIe r6.0 §7.5.1.3.3'),
    one('PCI_SUBORDINATE_BUS', 0x1a, 'PCIe r6.0 §7.5.1.3.4'),
    register({
      name: 'PCI_SEC_LATENCY_TIMER',
      offset: 0x1b,
      width: 1,
      readWrite: conventional ? 0xf8 : 0,
      source: 'PCIe r6.0 §7.5.1.3.5: hardwired to 0 on a PCI Express device',
    }),
  ]
}

/** Bit 0 of a window's base says whether its upper half exists (PCIe r6.0 §7.5.1.3.6, .9). */
function windowRegisters({ bytes }: HeaderShape): readonly Register[] {
  const wideIo = (readBytes(bytes, 0x1c, 1) & 0xf) === 0x1
  const widePrefetchable = (readBytes(bytes, 0x24, 2) & 0xf) === 0x1
  const one = (name: string, offset: number, width: 1 | 2 | 4, readWrite: number, clause: string) =>
    register({ name, offset, width, readWrite, source: `PCIe r6.0 §7.5.1.3.${clause}` })
  return [
    one('PCI_IO_BASE', 0x1c, 1, 0xf0, '6'),
    one('PCI_IO_LIMIT', 0x1d, 1, 0xf0, '6'),
    register({
      name: 'PCI_SEC_STATUS',
      offset: 0x1e,
      width: 2,
      writeOneToClear: STATUS_ERRORS,
      source: 'PCIe r6.0 §7.5.1.3.7',
    }),
    one('PCI_MEMORY_BASE', 0x20, 2, WINDOW_ADDRESS, '8'),
    one('PCI_MEMORY_LIMIT', 0x22, 2, WINDOW_ADDRESS, '8'),
    one('PCI_PREF_MEMORY_BASE', 0x24, 2, WINDOW_ADDRESS, '9'),
    one('PCI_PREF_MEMORY_LIMIT', 0x26, 2, WINDOW_ADDRESS, '9'),
    one('PCI_PREF_BASE_UPPER32', 0x28, 4, widePrefetchable ? 0xffffffff : 0, '10'),
    one('PCI_PREF_LIMIT_UPPER32', 0x2c, 4, widePrefetchable ? 0xffffffff : 0, '10'),
    one('PCI_IO_BASE_UPPER16', 0x30, 2, wideIo ? 0xffff : 0, '11'),
    one('PCI_IO_LIMIT_UPPER16', 0x32, 2, wideIo ? 0xffff : 0, '11'),
  ]
}

export function commandHas(of: PciFunction, bit: number): boolean {
  return isSet(of, 'PCI_COMMAND', bit)
}

/** Whether the bridge's memory decode is on and one of its two memory windows holds the address (§7.5.1.3.8, .9, .10). */
export function windowCovers(bridge: PciFunction, address: number): boolean {
  if (!commandHas(bridge, PCI_COMMAND_MEMORY)) return false
  return memoryWindows(bridge).some(({ base, limit }) => address >= base && address <= limit)
}

export interface Window {
  readonly base: number
  readonly limit: number
}

/** Both memory windows as they stand; a closed one has its base above its limit. */
export function memoryWindows(bridge: PciFunction): readonly Window[] {
  const start = (register: string) => (readRegister(bridge, register) & WINDOW_ADDRESS) * 0x10000
  const upper = (register: string) => readRegister(bridge, register) * 2 ** 32
  return [
    { base: start('PCI_MEMORY_BASE'), limit: start('PCI_MEMORY_LIMIT') + 0xfffff },
    {
      base: start('PCI_PREF_MEMORY_BASE') + upper('PCI_PREF_BASE_UPPER32'),
      limit: start('PCI_PREF_MEMORY_LIMIT') + upper('PCI_PREF_LIMIT_UPPER32') + 0xfffff,
    },
  ]
}

/** Where a memory BAR decodes. */
export function barAddress(of: PciFunction, bar: number): number {
  const low = readRegister(of, `PCI_BASE_ADDRESS_${bar}`)
  const high = isWideBar(low) ? readRegister(of, `PCI_BASE_ADDRESS_${bar + 1}`) : 0
  return high * 2 ** 32 + (low - (low % 16))
}

export { PCI_BRIDGE_CTL_BUS_RESET }
