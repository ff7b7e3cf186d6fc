import { expect, test } from 'vitest'
import { hazardOf } from '../../src/core/device/hazard.js'
import { type Change, type Field, FLOWS, type Hazard } from '../../src/core/report/schema.js'
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
  const result = hazardOf(fields, value, onBridge, PROMISED)
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
  expect(hazard([power]).verdict).toBe('unknown')
  expect(whyOf(hazard([power]), 'wake')).toContain('PCI_PM_CTRL_PME_STATUS')
  expect(hazard([{ ...power, mask: 0x3 }]).verdict).toBe('safe')
})

test('a feature that the model does not cover is unknown and open', () => {
  expect(hazard([ats])).toMatchObject({ verdict: 'unknown', decision: 'open', source: null, scenario: null })
  expect(whyOf(hazard([ats]), 'translated')).toBe('the device model does not cover ats yet')
})

test('a register that is not resolved is unknown', () => {
  expect(hazard([])).toMatchObject({ verdict: 'unknown', decision: 'open', scenario: null })
})

test('of several fields proven harm leads, and what cannot be told stays visible', () => {
  const both = hazard([ats, master('clear')])
  expect(both).toMatchObject({ verdict: 'breaks', decision: 'preserve', scenario: 'bus-master/clear-endpoint' })
  expect(effectOf(both, 'config')).toBe('unknown')
  expect(hazard([master('set'), ats]).verdict).toBe('unknown')
})

test('the phase decides which flows are live', () => {
  const fields = [master('clear')]
  expect(whyOf(hazardOf(fields, null, false, PROMISED, 'boot'), 'guest-mmio')).toContain('vCPUs do not run')
  expect(whyOf(hazardOf(fields, null, false, PROMISED, 'userspace'), 'guest-mmio')).toContain('reach BAR 0')
})
