import { expect, test } from 'vitest'
import { smallMachine } from '../../src/core/device/fabric.js'
import type { Statement } from '../../src/core/device/features/defineFeature.js'
import { featureOf, features, scenario } from '../../src/core/device/features/index.js'
import { sourceTitle } from '../../src/core/device/sources.js'
import { simulated } from './simulated.js'

test('a register and its bits lead to the feature that owns them', () => {
  expect(featureOf('PCI_COMMAND', ['PCI_COMMAND_MASTER'])?.name).toBe('bus-master')
  expect(featureOf('PCI_COMMAND', ['PCI_COMMAND_IO'])).toBeNull()
  expect(featureOf('PCI_ATS_CTRL', [])).toBeNull()
})

test('no two features own the same bit, and no two scenarios share an id', () => {
  const owned = features.flatMap(({ registers }) =>
    registers.flatMap(({ register, bits }) => (bits.length > 0 ? bits : ['*']).map((bit) => `${register}.${bit}`)),
  )
  expect(new Set(owned).size).toBe(owned.length)
  const ids = features.flatMap(({ scenarios }) => scenarios.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
})

test.each(features.map((feature) => [feature.name, feature] as const))('%s: every scenario runs', (name, feature) => {
  expect(feature.scenarios.length).toBeGreaterThan(0)
  for (const one of feature.scenarios) {
    expect(one.id.startsWith(`${name}/`)).toBe(true)
    expect(scenario(one.id)).toBe(one)
    const { timeline } = simulated(one)
    expect(timeline.steps.slice(1).every((step) => step.outcome === 'written')).toBe(true)
  }
})

test.each(features.map((feature) => [feature.name, feature] as const))(
  '%s: every statement has a source',
  (_, feature) => {
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
  },
)

test('every register of the machine names its clause', () => {
  for (const { registers } of smallMachine({ switch: true }).functions)
    for (const { name, source } of registers) expect(source, name).toMatch(/^PCIe r6\.0 §7\./)
})
