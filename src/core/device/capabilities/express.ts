/**
 * The PCI Express capability (PCIe r6.0 §7.5.3). Masks follow from the device, link, slot and root capabilities:
 * a bit for what a function cannot do is permitted to be hardwired, and is taken to be.
 */
import { all, mark, resets, resetsBelow, when, whenChanged, whenCleared, whenWrittenOne } from '../consequence.js'
import { functionOf, hasRegister, isSet, type Machine, type PciFunction, readRegister } from '../fabric.js'
import { type Register, register } from '../register.js'
import { type CapabilityShape, defineCapability, isPort } from './capability.js'

const PCI_EXP_DEVCAP_PAYLOAD = 0x7
const PCI_EXP_DEVCAP_PHANTOM = 0x18
const PCI_EXP_DEVCAP_EXT_TAG = 0x20
const PCI_EXP_DEVCAP_FLR = 0x10000000
const PCI_EXP_DEVCTL_ERRORS = 0xf
const PCI_EXP_DEVCTL_RELAX_EN = 0x10
const PCI_EXP_DEVCTL_PAYLOAD = 0xe0
const PCI_EXP_DEVCTL_EXT_TAG = 0x100
const PCI_EXP_DEVCTL_PHANTOM = 0x200
const PCI_EXP_DEVCTL_AUX_PME = 0x400
const PCI_EXP_DEVCTL_NOSNOOP_EN = 0x800
const PCI_EXP_DEVCTL_READRQ = 0x7000
const PCI_EXP_DEVCTL_BCR_FLR = 0x8000
const PCI_EXP_LNKCTL_RCB = 0x8
export const PCI_EXP_LNKCTL_LD = 0x10
const PCI_EXP_LNKCTL_RL = 0x20
const PCI_EXP_SLTCTL_PCC = 0x400
const PCI_EXP_SLTCTL_EIC = 0x800
const PCI_EXP_RTCTL_PMEIE = 0x8
export const PCI_EXP_RTSTA_PME = 0x10000
const PCI_EXP_DEVCTL2_ARI = 0x20
const PCI_EXP_DEVCTL2_10BIT_TAG = 0x1000
const PCI_EXP_LNKCTL2_ENTER_COMP = 0x10

export const express = defineCapability({
  name: 'EXP',
  list: 'standard',
  id: 0x10,
  registers: (shape) => {
    const version = shape.read(0x02, 2) & 0xf
    const downstream = isPort(shape.kind)
    const slot = downstream && (shape.read(0x02, 2) & 0x100) !== 0
    const root = shape.kind === 'root-port'
    return [
      register({ name: 'PCI_EXP_FLAGS', offset: 0x02, width: 2, source: 'PCIe r6.0 §7.5.3.2' }),
      ...deviceRegisters(shape),
      ...linkRegisters(shape, downstream),
      ...(slot ? slotRegisters(shape) : []),
      ...(root ? rootRegisters(shape) : []),
      ...(version >= 2 ? secondRegisters(shape, downstream) : []),
    ]
  },
})

function deviceRegisters(shape: CapabilityShape): readonly Register[] {
  const capabilities = shape.read(0x04, 4)
  return [
    register({ name: 'PCI_EXP_DEVCAP', offset: 0x04, width: 4, source: 'PCIe r6.0 §7.5.3.3' }),
    register({
      name: 'PCI_EXP_DEVCTL',
      offset: 0x08,
      width: 2,
      readWrite: deviceControlMask(shape, capabilities),
      acts: capabilities & PCI_EXP_DEVCAP_FLR ? PCI_EXP_DEVCTL_BCR_FLR : 0,
      sticky: PCI_EXP_DEVCTL_PAYLOAD | PCI_EXP_DEVCTL_AUX_PME,
      onWrite: all(
        whenChanged(PCI_EXP_DEVCTL_EXT_TAG, outstanding('Extended Tag Field Enable')),
        whenChanged(PCI_EXP_DEVCTL_PHANTOM, outstanding('Phantom Functions Enable')),
        ...(capabilities & PCI_EXP_DEVCAP_FLR && !isBridgeToPci(shape)
          ? [
              whenWrittenOne(
                PCI_EXP_DEVCTL_BCR_FLR,
                resets('a function level reset cleared its state (PCIe r6.0 §6.6.2)'),
              ),
              whenWrittenOne(
                PCI_EXP_DEVCTL_BCR_FLR,
                mark(
                  'config',
                  'delayed',
                  'the function may answer with RRS until its reset is done (PCIe r6.0 §6.6.2)',
                ),
              ),
            ]
          : []),
      ),
      source: 'PCIe r6.0 §7.5.3.4',
    }),
    register({
      name: 'PCI_EXP_DEVSTA',
      offset: 0x0a,
      width: 2,
      writeOneToClear: PCI_EXP_DEVCTL_ERRORS,
      source: 'PCIe r6.0 §7.5.3.5: what was detected, for software to read',
    }),
  ]
}

function isBridgeToPci({ kind }: CapabilityShape): boolean {
  return kind === 'conventional-bridge'
}

/** A VF takes almost all of it from its PF: payload, read request size, ordering and snoop bits are reserved (PCIe r5.0 §9.3.5.4). */
function deviceControlMask({ isVf, read }: CapabilityShape, capabilities: number): number {
  if (isVf) return 0
  const now = read(0x08, 2)
  // A function that never sets the attribute, or never asks for more than 128 bytes, may hardwire 0: what reads 0 is taken so.
  const asItReads = now & (PCI_EXP_DEVCTL_RELAX_EN | PCI_EXP_DEVCTL_AUX_PME | PCI_EXP_DEVCTL_NOSNOOP_EN)
  return (
    PCI_EXP_DEVCTL_ERRORS |
    asItReads |
    ((capabilities & PCI_EXP_DEVCAP_PAYLOAD) !== 0 ? PCI_EXP_DEVCTL_PAYLOAD : 0) |
    ((capabilities & PCI_EXP_DEVCAP_EXT_TAG) !== 0 ? PCI_EXP_DEVCTL_EXT_TAG : 0) |
    ((capabilities & PCI_EXP_DEVCAP_PHANTOM) !== 0 ? PCI_EXP_DEVCTL_PHANTOM : 0) |
    ((now & PCI_EXP_DEVCTL_READRQ) !== 0 ? PCI_EXP_DEVCTL_READRQ : 0)
  )
}

function outstanding(field: string) {
  return mark(
    'requests',
    'open',
    `${field} changed with requests outstanding: their completions may not be matched (PCIe r6.0 §7.5.3.4)`,
  )
}

function linkRegisters({ isVf, read, kind }: CapabilityShape, downstream: boolean): readonly Register[] {
  const capabilities = read(0x0c, 4)
  const aspm = (capabilities & 0xc00) >> 10
  const clockPower = (capabilities & 0x40000) !== 0 && !downstream
  const bandwidth = downstream && (capabilities & 0x200000) !== 0
  const control =
    aspm |
    (kind === 'root-port' ? 0 : PCI_EXP_LNKCTL_RCB) |
    (downstream ? PCI_EXP_LNKCTL_LD : 0) |
    0xc0 |
    (clockPower ? 0x100 : 0) |
    (bandwidth ? 0xe00 : 0)
  return [
    register({ name: 'PCI_EXP_LNKCAP', offset: 0x0c, width: 4, source: 'PCIe r6.0 §7.5.3.6' }),
    register({
      name: 'PCI_EXP_LNKCTL',
      offset: 0x10,
      width: 2,
      readWrite: isVf ? 0 : control,
      acts: downstream ? PCI_EXP_LNKCTL_RL : 0,
      sticky: isVf || downstream ? 0 : control,
      onWrite: downstream ? all(retrains, disables) : boundary,
      source: 'PCIe r6.0 §7.5.3.7',
    }),
    register({
      name: 'PCI_EXP_LNKSTA',
      offset: 0x12,
      width: 2,
      writeOneToClear: bandwidth ? 0xc000 : 0,
      source: 'PCIe r6.0 §7.5.3.8',
    }),
  ]
}

/** The link goes through Recovery: TLPs wait in the replay buffers. New common-clock or speed settings act only then. */
const retrains = whenWrittenOne(PCI_EXP_LNKCTL_RL, (event) => {
  const compliance = isSet(functionOf(event.machine, event.on), 'PCI_EXP_LNKCTL2', PCI_EXP_LNKCTL2_ENTER_COMP)
  return compliance
    ? mark('link', 'cut', 'the link trains into Polling.Compliance (PCIe r6.0 §7.5.3.19)')(event)
    : mark('link', 'delayed', 'the link retrains, what is under way is held and replayed (PCIe r6.0 §7.5.3.7)')(event)
})

const disables = all(
  whenChanged(PCI_EXP_LNKCTL_LD, resetsBelow('the link was disabled, which resets what is below (PCIe r6.0 §6.6.1)')),
  whenCleared(PCI_EXP_LNKCTL_LD, mark('link', 'delayed', 'the link trains')),
)

/** A requester that expects larger pieces than the root complex sends may take a completion for malformed. */
const boundary = whenChanged(
  PCI_EXP_LNKCTL_RCB,
  mark('requests', 'open', 'the read completion boundary no longer is the one of the root port (PCIe r6.0 §7.5.3.7)'),
)

function slotRegisters({ read }: CapabilityShape): readonly Register[] {
  const capabilities = read(0x14, 4)
  const bit = (capability: number, control: number) => ((capabilities & capability) !== 0 ? control : 0)
  const control =
    bit(0x1, 0x1) |
    bit(0x2, 0x402) |
    bit(0x4, 0x4) |
    bit(0x8, 0xc0) |
    bit(0x10, 0x300) |
    bit(0x40, 0x28) |
    ((capabilities & 0x40000) === 0 ? 0x10 : 0) |
    0x1000
  return [
    register({ name: 'PCI_EXP_SLTCAP', offset: 0x14, width: 4, source: 'PCIe r6.0 §7.5.3.9' }),
    register({
      name: 'PCI_EXP_SLTCTL',
      offset: 0x18,
      width: 2,
      readWrite: control,
      onWrite: all(
        whenChanged(PCI_EXP_SLTCTL_PCC, resetsBelow('the slot lost its power (PCIe r6.0 §7.5.3.10)')),
        whenCleared(PCI_EXP_SLTCTL_PCC, mark('link', 'delayed', 'the slot gets power and the link trains')),
        when(
          () => (capabilities & 0x20000) !== 0,
          whenWrittenOne(
            PCI_EXP_SLTCTL_EIC,
            mark('link', 'open', 'the electromechanical interlock was toggled (PCIe r6.0 §7.5.3.10)'),
          ),
        ),
      ),
      source: 'PCIe r6.0 §7.5.3.10',
    }),
    register({
      name: 'PCI_EXP_SLTSTA',
      offset: 0x1a,
      width: 2,
      writeOneToClear: 0x11f,
      source: 'PCIe r6.0 §7.5.3.11: events for software to read',
    }),
  ]
}

function rootRegisters({ read }: CapabilityShape): readonly Register[] {
  const visible = (read(0x1e, 2) & 0x1) !== 0
  return [
    register({
      name: 'PCI_EXP_RTCTL',
      offset: 0x1c,
      width: 2,
      readWrite: 0xf | (visible ? 0x10 : 0),
      source: 'PCIe r6.0 §7.5.3.12',
    }),
    register({ name: 'PCI_EXP_RTCAP', offset: 0x1e, width: 2, source: 'PCIe r6.0 §7.5.3.13' }),
    register({
      name: 'PCI_EXP_RTSTA',
      offset: 0x20,
      width: 4,
      writeOneToClear: PCI_EXP_RTSTA_PME,
      source: 'PCIe r6.0 §7.5.3.14',
    }),
  ]
}

function secondRegisters(shape: CapabilityShape, downstream: boolean): readonly Register[] {
  return [
    register({ name: 'PCI_EXP_DEVCAP2', offset: 0x24, width: 4, source: 'PCIe r6.0 §7.5.3.15' }),
    register({
      name: 'PCI_EXP_DEVCTL2',
      offset: 0x28,
      width: 2,
      readWrite: secondDeviceControlMask(shape, downstream),
      sticky: downstream ? 0 : 0x400,
      onWrite: whenChanged(PCI_EXP_DEVCTL2_10BIT_TAG, outstanding('10-Bit Tag Requester Enable')),
      source: 'PCIe r6.0 §7.5.3.16',
    }),
    register({ name: 'PCI_EXP_DEVSTA2', offset: 0x2a, width: 2, source: 'PCIe r6.0 §7.5.3.17' }),
    register({ name: 'PCI_EXP_LNKCAP2', offset: 0x2c, width: 4, source: 'PCIe r6.0 §7.5.3.18' }),
    register({
      name: 'PCI_EXP_LNKCTL2',
      offset: 0x30,
      width: 2,
      readWrite: shape.isVf || (shape.read(0x2c, 4) & 0xfe) === 0 ? 0 : 0xff9f | (downstream ? 0x20 : 0),
      sticky: 0xffff,
      source: 'PCIe r6.0 §7.5.3.19: acts when the link trains next',
    }),
    register({ name: 'PCI_EXP_LNKSTA2', offset: 0x32, width: 2, writeOneToClear: 0x20, source: 'PCIe r6.0 §7.5.3.20' }),
    ...(downstream
      ? [
          register({ name: 'PCI_EXP_SLTCAP2', offset: 0x34, width: 4, source: 'PCIe r6.0 §7.5.3.21' }),
          register({ name: 'PCI_EXP_SLTCTL2', offset: 0x38, width: 2, source: 'PCIe r6.0 §7.5.3.22' }),
          register({ name: 'PCI_EXP_SLTSTA2', offset: 0x3a, width: 2, source: 'PCIe r6.0 §7.5.3.23' }),
        ]
      : []),
  ]
}

function secondDeviceControlMask({ isVf, read }: CapabilityShape, downstream: boolean): number {
  if (isVf) return 0
  const capabilities = read(0x24, 4)
  const bit = (capability: number, control: number) => ((capabilities & capability) !== 0 ? control : 0)
  return (
    bit(0xf, 0xf) |
    bit(0x10, 0x10) |
    (downstream ? bit(0x20, 0x20) | bit(0x40, 0x80) : bit(0x380, 0x40) | (read(0x28, 2) & 0x300)) |
    bit(0x800, 0x400) |
    bit(0x20000, PCI_EXP_DEVCTL2_10BIT_TAG) |
    bit(0xc0000, 0x6000) |
    (downstream ? bit(0x200000, 0x8000) : 0)
  )
}

/** Largest payload that the function may send and must take, in bytes; a VF has that of its PF (PCIe r5.0 §9.3.5.4). */
export function maxPayload(machine: Machine, of: PciFunction): number {
  const owner = of.physicalFunction === null ? of : functionOf(machine, of.physicalFunction)
  return 128 * 2 ** ((readRegister(owner, 'PCI_EXP_DEVCTL') & PCI_EXP_DEVCTL_PAYLOAD) >> 5)
}

export function hasExpress(of: PciFunction): boolean {
  return hasRegister(of, 'PCI_EXP_DEVCTL')
}

/** Why nothing crosses the link below a port for as long as its registers stay so. */
export function linkOff(port: PciFunction): string | null {
  if (isSet(port, 'PCI_EXP_LNKCTL', PCI_EXP_LNKCTL_LD))
    return 'PCI_EXP_LNKCTL_LD is set: the link is disabled (PCIe r6.0 §7.5.3.7)'
  const switched = hasRegister(port, 'PCI_EXP_SLTCTL') && isSet(port, 'PCI_EXP_SLTCAP', 0x2)
  if (switched && isSet(port, 'PCI_EXP_SLTCTL', PCI_EXP_SLTCTL_PCC))
    return 'PCI_EXP_SLTCTL_PCC is set: the slot has no power (PCIe r6.0 §7.5.3.10)'
  return null
}

/** Whether the port sends config requests for every device number of the bus below on, not only for device 0. */
export function forwardsAri(port: PciFunction): boolean {
  return isSet(port, 'PCI_EXP_DEVCTL2', PCI_EXP_DEVCTL2_ARI)
}

/** Whether the port keeps End-End TLP Prefixes, and the PASID in them, from passing (PCIe r6.0 §7.5.3.16). */
export function blocksPrefixes(port: PciFunction): boolean {
  return isSet(port, 'PCI_EXP_DEVCTL2', 0x8000)
}

export function tellsOfWakes(root: PciFunction): boolean {
  return isSet(root, 'PCI_EXP_RTCTL', PCI_EXP_RTCTL_PMEIE)
}
