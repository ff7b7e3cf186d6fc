import { expect, test } from 'vitest'
import { capabilities } from '../../src/core/device/capabilities/index.js'
import type { Statement } from '../../src/core/device/features/defineFeature.js'
import { featureNamed, features, ownedMask, scenario } from '../../src/core/device/features/index.js'
import { capabilityOf, featureOf, sharesOf } from '../../src/core/device/features/ownership.js'
import { cannotHarm } from '../../src/core/device/hazard.js'
import { bitNames } from '../../src/core/device/register.js'
import { bitsOf } from '../../src/core/device/registerBits.js'
import { smallMachine } from '../../src/core/device/smallMachine.js'
import { sourceTitle } from '../../src/core/device/sources.js'
import { simulated } from './simulated.js'

const named = features.map((feature) => [feature.name, feature] as const)
const machines = [smallMachine(), smallMachine({ switch: true })]
const registers = new Map(
  machines.flatMap(({ functions }) => functions.flatMap((one) => one.registers)).map((one) => [one.name, one]),
)

test('a register and its bits lead to the feature that owns them', () => {
  expect(featureOf('PCI_COMMAND', ['PCI_COMMAND_MASTER'])?.name).toBe('bus-master')
  expect(featureOf('PCI_COMMAND', ['PCI_COMMAND_IO'])?.name).toBe('decode')
  expect(featureOf('PCI_COMMAND', ['PCI_COMMAND_INTX_DISABLE'])?.name).toBe('intx')
  expect(featureOf('PCI_EXP_LNKCTL', ['PCI_EXP_LNKCTL_ASPM_L1'])?.name).toBe('aspm')
  expect(featureOf('PCI_SRIOV_BAR[1]', [])?.name).toBe('sriov')
  expect(featureOf('PCI_ATS_CTRL', [])?.name).toBe('ats')
  expect(featureOf('PCI_EXP_SLTCTL', ['PCI_EXP_SLTCTL_HPIE'])).toBeNull()
})

test('no bit has two owners, and no two scenarios share an id', () => {
  const owned = features.flatMap((feature) => feature.registers.map((entry) => ({ feature, entry })))
  for (const { feature, entry } of owned) {
    const others = owned.filter((one) => one.feature !== feature && one.entry.register === entry.register)
    for (const other of others) {
      const both = `${feature.name} and ${other.feature.name}: ${entry.register}`
      expect(entry.bits.length, both).toBeGreaterThan(0)
      expect(ownedMask(entry) & ownedMask(other.entry), both).toBe(0)
    }
  }
  const ids = features.flatMap(({ scenarios }) => scenarios.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
})

test.each(named)('%s: its bits are bits of its registers', (_, feature) => {
  for (const { register, bits } of feature.registers)
    for (const bit of bits) expect(Object.keys(bitsOf(register)), register).toContain(bit)
})

/** Bits that can be written and that no feature of the list is about: ordering, atomics, hot-plug, vital product data. */
const NO_FEATURE: Readonly<Record<string, readonly string[]>> = {
  PCI_EXP_DEVCTL: [
    'PCI_EXP_DEVCTL_RELAX_EN',
    'PCI_EXP_DEVCTL_PHANTOM',
    'PCI_EXP_DEVCTL_AUX_PME',
    'PCI_EXP_DEVCTL_NOSNOOP_EN',
  ],
  PCI_EXP_DEVCTL2: [
    'PCI_EXP_DEVCTL2_ATOMIC_REQ',
    'PCI_EXP_DEVCTL2_ATOMIC_EGRESS_BLOCK',
    'PCI_EXP_DEVCTL2_IDO_REQ_EN',
    'PCI_EXP_DEVCTL2_IDO_CMP_EN',
    'PCI_EXP_DEVCTL2_OBFF_MSGA_EN',
    'PCI_EXP_DEVCTL2_OBFF_MSGB_EN',
    'PCI_EXP_DEVCTL2_OBFF_WAKE_EN',
  ],
  PCI_EXP_SLTCTL: Object.keys(bitsOf('PCI_EXP_SLTCTL')),
  PCI_EXP_SLTSTA: Object.keys(bitsOf('PCI_EXP_SLTSTA')),
  PCI_VPD_ADDR: Object.keys(bitsOf('PCI_VPD_ADDR')),
}

test('every bit of the machine that can be written belongs to a feature, or is listed as one that does not', () => {
  for (const register of registers.values()) {
    const writable = (register.readWrite | register.writeOneToClear) >>> 0
    if (writable === 0) continue
    const bits = bitNames(register, writable)
    const unowned = bits.filter((bit) => featureOf(register.name, [bit]) === null)
    const except = NO_FEATURE[register.name] ?? []
    expect(
      unowned.filter((bit) => !except.includes(bit)),
      register.name,
    ).toEqual([])
    if (bits.length === 0 && register.name !== 'PCI_VPD_DATA')
      expect(featureOf(register.name, []), register.name).not.toBeNull()
  }
})

test('a mask falls apart by the features that own its bits, and no bit is lost or told twice', () => {
  const names = (register: string, mask: number) =>
    sharesOf(register, mask).map(({ feature, mask: part }) => `${feature?.name ?? 'nobody'} 0x${part.toString(16)}`)
  expect(names('PCI_COMMAND', 0x407)).toEqual(['decode 0x3', 'bus-master 0x4', 'intx 0x400'])
  expect(names('PCI_EXP_LNKCTL', 0x23)).toEqual(['aspm 0x3', 'link 0x20'])
  expect(names('PCI_EXP_DEVCTL', 0x18)).toEqual(['aer 0x18'])
  expect(names('PCI_EXP_DEVCTL', 0x10)).toEqual(['nobody 0x10'])
  expect(names('PCI_MSIX_ENTRY_DATA', 0xff)).toEqual(['msix 0xff'])
  for (const { name, width } of registers.values())
    for (const mask of [256 ** width - 1, 0x1, 0x8000, 0x55]) {
      const parts = sharesOf(name, mask)
      expect(parts.reduce((sum, part) => sum + part.mask, 0)).toBe(mask)
      expect(parts.reduce((all, part) => (all | part.mask) >>> 0, 0)).toBe(mask)
    }
})

test('a register leads to its capability by its name', () => {
  expect(['PCI_EXP_DPC_CTL', 'PCI_EXP_DEVCTL', 'PCI_ERR_CAP', 'PCI_COMMAND', 'PCI_X_CMD'].map(capabilityOf)).toEqual([
    'DPC',
    'EXP',
    'ERR',
    null,
    'PCIX',
  ])
  for (const capability of capabilities)
    for (const { name } of capability.registers({
      read: () => 0x1ff,
      kind: 'root-port',
      isVf: false,
      vfBarSizes: new Map(),
    }))
      expect(capabilityOf(name), name).toBe(capability.name)
})

test('a note that only software reads harms nothing, whatever is written to it', () => {
  const line = { register: 'PCI_INTERRUPT_LINE', capability: null, feature: 'intx', bits: [], mask: 0xff } as const
  expect(cannotHarm({ ...line, change: 'value' })).toBe(true)
  expect(cannotHarm({ ...line, register: 'PCI_COMMAND', mask: 0x400, change: 'value' })).toBe(false)
})

test.each(named)('%s: every scenario runs', (name, feature) => {
  expect(featureNamed(name)).toBe(feature)
  expect(feature.scenarios.length).toBeGreaterThan(0)
  for (const one of feature.scenarios) {
    expect(one.id.startsWith(`${name}/`)).toBe(true)
    expect(scenario(one.id)).toBe(one)
    const { timeline, effects } = simulated(one)
    expect(timeline.steps.length, one.id).toBe(one.writes.length + 1)
    expect(
      timeline.steps.slice(1).map((step) => step.outcome),
      one.id,
    ).not.toContain('skipped')
    for (const { why } of effects) expect(why, one.id).not.toBe('')
  }
})

test.each(named)('%s: every scenario writes a register of the feature', (_, feature) => {
  const own = (register: string, bits: readonly string[]) => featureOf(register, bits) === feature
  for (const { id, writes } of feature.scenarios) {
    const touched = writes.some((write) => {
      const register = registers.get(write.register)!
      const mask = 'bits' in write ? null : (write.mask ?? 0xffffffff)
      const bits = 'bits' in write ? write.bits : bitNames(register, mask!)
      return own(write.register, bits) || bits.some((bit) => own(write.register, [bit]))
    })
    // A reset by D3hot and back is a reset though the bits belong to the power state.
    if (id !== 'reset/power') expect(touched, id).toBe(true)
  }
})

test.each(named)('%s: every statement has a source', (_, feature) => {
  const { what, why, coldBoot, decided } = feature.page
  const cited: readonly Pick<Statement, 'source'>[] = [
    feature.decision,
    ...what,
    ...why,
    ...coldBoot,
    ...decided,
    ...feature.scenarios.map(({ by }) => by),
  ]
  for (const { source } of cited)
    expect(sourceTitle(source) !== null || /^(PCIe r6\.0 §\d|Linux 6\.\d+ \w+\/)/.test(source), source).toBe(true)
  for (const part of [what, why, coldBoot, decided]) expect(part.length).toBeGreaterThan(0)
  for (const { text } of [...what, ...why, ...coldBoot, ...decided]) expect(text).toMatch(/[.)]$/)
})

test('an open decision says so, and one that others took names who', () => {
  for (const { name, decision, page } of features) {
    const said = page.decided.map(({ source }) => source)
    expect(said, name).toContain(decision.source)
    if (decision.source === 'SURVEY') expect(decision.is, name).toBe('open')
    const text = page.decided.map((one) => one.text).join(' ')
    if (said.includes('SURVEY')) expect(text, name).toMatch(/No reviewer has .*open/)
  }
})

test.each(named)('%s: its model sentence passes its own words', (_, { reasons, decision }) => {
  const lower = [...reasons.words, ...reasons.harms]
  expect(lower).toEqual(lower.map((word) => word.toLowerCase()))
  expect(reasons.words.length).toBeGreaterThan(0)
  expect(new Set(lower).size, 'a word cannot be the feature and the harm').toBe(lower.length)
  expect(reasons.harms.length).toBeGreaterThan(0)
  if (reasons.justification === null) return
  expect(decision.is).not.toBe('rewrite')
  const sentence = reasons.justification.toLowerCase()
  expect(sentence).toMatch(/cannot use the cold boot flow for .+ because .+ requires .+ and that will break .+\.$/)
  expect(reasons.words.some((word) => sentence.includes(word))).toBe(true)
  expect(reasons.harms.some((word) => sentence.includes(word))).toBe(true)
})

test('every register of the machine names its clause', () => {
  for (const { name, source } of registers.values()) expect(source, name).toMatch(/^PCIe r6\.0 §\d/)
})
