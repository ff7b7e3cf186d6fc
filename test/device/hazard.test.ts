import { expect, test } from 'vitest'
import { functionOf } from '../../src/core/device/fabric.js'
import { hazardOf } from '../../src/core/device/hazard.js'
import { PhaseSimulator, phaseHazards } from '../../src/core/device/phaseHazards.js'
import { smallMachine } from '../../src/core/device/smallMachine.js'
import {
  type Change,
  type Field,
  FLOWS,
  type Flow,
  type Hazard,
  PHASES,
  type Phase,
} from '../../src/core/report/schema.js'
import { effectOf, whyOf } from './simulated.js'

const PROMISED = ['dma', 'config'] as const

function master(change: Change): Field {
  return {
    register: 'PCI_COMMAND',
    capability: null,
    feature: 'bus-master',
    bits: ['PCI_COMMAND_MASTER'],
    mask: 0x4,
    change,
  }
}

const ats: Field = {
  register: 'PCI_ATS_CTRL',
  capability: 'ATS',
  feature: 'ats',
  bits: ['PCI_ATS_CTRL_STU'],
  mask: 0x1f,
  change: 'set',
}

function hazard(fields: readonly Field[], value: number | null = null, onBridge = false): Hazard {
  const result = hazardOf(fields, value, onBridge, PROMISED, 'boot')
  expect(result.effects.map(({ flow }) => flow)).toEqual(FLOWS)
  return result
}

test('MASTER cleared breaks DMA, with the decision and the scenario that shows it', () => {
  expect(hazard([master('clear')])).toMatchObject({
    verdict: 'breaks',
    decision: 'preserve',
    source: 'V7-11',
    scenario: 'bus-master/clear-endpoint',
  })
  expect(hazard([master('clear')], null, true)).toMatchObject({
    verdict: 'breaks',
    scenario: 'bus-master/clear-root-port',
  })
})

test('MASTER set is safe on a device that has it set', () => {
  expect(hazard([master('set')])).toMatchObject({ verdict: 'safe', scenario: 'bus-master/set' })
  expect(hazard([master('set')], null, true).scenario).toBe('bus-master/set-root-port')
})

test('a constant is judged by the bits of the field in it', () => {
  expect(hazard([master('value')], 0x7)).toMatchObject({ verdict: 'safe', scenario: 'bus-master/set' })
  expect(hazard([master('value')], 0x3)).toMatchObject({ verdict: 'breaks', scenario: 'bus-master/clear-endpoint' })
  expect(hazard([master('value')], 0xffff0007).verdict).toBe('safe')
})

test.each(['unknown', 'caller', 'saved', 'value'] as const)(
  'a value that is not resolved (%s) is never guessed: the worst case is named and the effect stays unknown',
  (change) => {
    const open = hazard([master(change)])
    expect(open.verdict).toBe('unknown')
    expect(open.effects.every(({ effect }) => effect === 'unknown')).toBe(true)
    expect(whyOf(open, 'dma')).toContain('worst case, if PCI_COMMAND_MASTER is cleared')
    expect(open.scenario).toBe('bus-master/clear-endpoint')
  },
)

test('what is written back as read changes nothing', () => {
  const back = hazard([master('as-read'), { ...ats, change: 'as-read' }])
  expect(back.verdict).toBe('safe')
  expect(back.effects.every(({ effect }) => effect === 'none')).toBe(true)
})

test('written back as read still clears what a written 1 clears', () => {
  const power: Field = { ...ats, register: 'PCI_PM_CTRL', feature: 'pme', bits: [], mask: 0xffff, change: 'as-read' }
  expect(effectOf(hazard([power]), 'wake')).toBe('breaks')
  expect(whyOf(hazard([power]), 'wake')).toContain('PCI_PM_CTRL_PME_STATUS')
  expect(effectOf(hazard([{ ...power, mask: 0x3 }]), 'wake')).toBe('none')
})

test('a register that the model does not have is unknown', () => {
  const agp: Field = { ...ats, register: 'PCI_AGP_COMMAND', feature: 'agp', bits: [], capability: 'AGP' }
  expect(hazard([agp])).toMatchObject({ verdict: 'unknown', decision: 'open', source: null, scenario: null })
  expect(whyOf(hazard([agp]), 'dma')).toBe('the device model has no PCI_AGP_COMMAND on the endpoint')
})

test('every register of the model is answered, on the endpoint or on a bridge, whatever the engine knows of the write', () => {
  for (const [on, onBridge] of [
    ['endpoint', false],
    ['root-port', true],
  ] as const) {
    const { registers } = functionOf(smallMachine(), on)
    for (const { name } of registers.filter((one) => one.name.startsWith('PCI_')))
      for (const change of ['set', 'clear', 'value', 'as-read', 'saved', 'caller', 'unknown'] as const) {
        const field: Field = { register: name, capability: null, feature: 'none', bits: [], mask: 0, change }
        const { effects } = hazard([field], change === 'value' ? 0 : null, onBridge)
        const told = effects.map(({ why }) => why).join()
        expect(told, `${name} ${change}`).not.toMatch(/the device model has no|NaN/)
      }
  }
})

test('a dword takes in the registers that follow: four numbers in PCI_PRIMARY_BUS', () => {
  const numbers: Field = { ...ats, register: 'PCI_PRIMARY_BUS', bits: [], mask: 0xffffffff, change: 'value' }
  expect(hazard([numbers], 0x010100, true).effects.every(({ effect }) => effect === 'none')).toBe(true)
  expect(effectOf(hazard([numbers], 0x020200, true), 'config')).toBe('breaks')
  expect(effectOf(hazard([{ ...numbers, mask: 0xffffff, change: 'clear' }], null, true), 'dma')).toBe('breaks')
})

const devctl = (change: Change, mask: number, bits: readonly string[] = []): Field => ({
  ...ats,
  register: 'PCI_EXP_DEVCTL',
  feature: 'mps',
  bits,
  mask,
  change,
})

test('bits that are told both ways, set on one way and cleared on another, are unknown', () => {
  const either = hazard([master('clear'), master('set')])
  expect(either.verdict).toBe('unknown')
  expect(whyOf(either, 'dma')).toContain('worst case')
  const apart = hazard([devctl('clear', 0xc0), devctl('set', 0x20)])
  expect(apart.verdict).not.toBe('unknown')
})

test('bits that are cleared for an unknown value are unknown, and the worst case is theirs', () => {
  const open = hazard([devctl('clear', 0xe0), devctl('unknown', 0)])
  expect(open.verdict).toBe('unknown')
  expect(whyOf(open, 'dma')).toContain('worst case')
  expect(whyOf(open, 'config')).not.toContain('worst case')
})

test('a name that the header does not give is known from the kernel, or leaves the write open', () => {
  const named = (bit: string): Field => ({ ...master('clear'), feature: 'decode', bits: [bit], mask: 0 })
  const decode = hazard([named('PCI_COMMAND_DECODE_ENABLE')])
  expect([effectOf(decode, 'p2p'), effectOf(decode, 'dma')]).toEqual(['breaks', 'none'])
  expect(hazard([named('SOME_BITS')]).verdict).toBe('unknown')
})

test('a bit that only ports have is written on a port', () => {
  const retrain: Field = { ...devctl('set', 0x20), register: 'PCI_EXP_LNKCTL', feature: 'link' }
  expect(hazard([retrain]).verdict).toBe('disturbs')
})

test('a register that only a port has is written on the port, whatever the caller thinks', () => {
  const dpc: Field = { ...ats, register: 'PCI_EXP_DPC_STATUS', bits: [], mask: 0x1, change: 'as-read' }
  expect(hazard([dpc])).toMatchObject({ verdict: 'safe' })
})

test('a register that is not resolved is unknown', () => {
  expect(hazard([])).toMatchObject({ verdict: 'unknown', decision: 'open', scenario: null })
})

test('of several fields proven harm leads, and what cannot be told stays visible', () => {
  const both = hazard([ats, master('clear')])
  expect(both).toMatchObject({ verdict: 'breaks', decision: 'preserve', scenario: 'bus-master/clear-endpoint' })
  expect(effectOf(both, 'translated')).toBe('breaks')
  expect(hazard([master('set'), { ...master('set'), register: 'PCI_AGP_COMMAND' }]).verdict).toBe('unknown')
})

test('the phase decides which flows are live', () => {
  const fields = [master('clear')]
  expect(whyOf(hazardOf(fields, null, false, PROMISED, 'boot'), 'guest-mmio')).toContain('vCPUs do not run')
  expect(whyOf(hazardOf(fields, null, false, PROMISED, 'userspace'), 'guest-mmio')).toContain('reach BAR 0')
})

const decodeOff: Field = { ...master('clear'), feature: 'decode', bits: ['PCI_COMMAND_MEMORY'], mask: 0x2 }
const decodeOffWith = (flows: readonly Flow[], counting: readonly Phase[]) => {
  const simulator = new PhaseSimulator(flows)
  const write = { fields: [decodeOff], value: null, onBridge: false }
  const hazards = Object.fromEntries(PHASES.map((phase) => [phase, simulator.hazardAt(write, phase)]))
  return phaseHazards(hazards, counting, () => simulator.hazardAt(write, 'boot'))
}

test('a site is judged in every phase: with guest MMIO promised, decode off is harmless until vCPUs run again', () => {
  const both = decodeOffWith(['guest-mmio'], ['boot', 'shutdown', 'userspace'])
  expect(both.worst.verdict).toBe('breaks')
  expect(effectOf(both.worst, 'guest-mmio')).toBe('breaks')
  expect([both.own.boot?.verdict, both.own.shutdown?.verdict, both.own.userspace]).toEqual(['safe', 'safe', undefined])
})

test('only the phases that reach it decide what a site is worth', () => {
  expect(decodeOffWith(['guest-mmio'], ['boot', 'shutdown']).worst.verdict).toBe('safe')
  expect(decodeOffWith(['guest-mmio'], []).worst.verdict).toBe('safe')
})

test('of equally grave phases boot leads, and one in which an effect differs has its own hazard', () => {
  const unpromised = decodeOffWith(['dma', 'config'], ['boot', 'userspace'])
  expect(unpromised.worst.verdict).toBe('safe')
  expect(effectOf(unpromised.worst, 'guest-mmio')).toBe('none')
  expect(effectOf(unpromised.own.userspace!, 'guest-mmio')).toBe('breaks')
  expect([unpromised.own.boot, unpromised.own.shutdown]).toEqual([undefined, undefined])
})
