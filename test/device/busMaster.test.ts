import fc from 'fast-check'
import { expect, test } from 'vitest'
import { functionOf, type Machine, readRegister } from '../../src/core/device/fabric.js'
import { smallMachine } from '../../src/core/device/smallMachine.js'
import { trafficFlows } from '../../src/core/device/traffic.js'
import { FLOWS, PHASES } from '../../src/core/report/schema.js'
import { CLEAR_MASTER, effectOf, SET_MASTER, simulated, whyOf } from './simulated.js'

test('MASTER off stops DMA and MSI of the endpoint, and nothing that comes from above', () => {
  const off = simulated({ writes: [CLEAR_MASTER], phase: 'userspace' })
  expect(effectOf(off, 'dma')).toBe('breaks')
  expect(effectOf(off, 'interrupt')).toBe('breaks')
  expect(effectOf(off, 'config')).toBe('none')
  expect(effectOf(off, 'guest-mmio')).toBe('none')
  expect(effectOf(off, 'p2p')).toBe('none')
  expect(off).toMatchObject({ verdict: 'breaks', decision: 'preserve', source: 'V7-11' })
  expect(whyOf(off, 'dma')).toContain('endpoint may not issue memory requests')
})

test.each([
  ['root-port', false],
  ['switch-downstream', true],
] as const)(
  'MASTER off on the %s stops every request that comes from below, but neither completions nor MMIO on its way down',
  (on, behindSwitch) => {
    const machine = smallMachine({ switch: behindSwitch })
    const off = simulated({ writes: [CLEAR_MASTER], on, phase: 'userspace', machine })
    expect(effectOf(off, 'dma')).toBe('breaks')
    expect(effectOf(off, 'interrupt')).toBe('breaks')
    expect(effectOf(off, 'guest-mmio')).toBe('none')
    expect(effectOf(off, 'config')).toBe('none')
    // The peer reads BAR 2: its requests go down through this port, and the completions come back up through it.
    expect(effectOf(off, 'p2p')).toBe('none')
    expect(off.timeline.steps[1]!.flows.find(({ flow }) => flow === 'dma')!.at).toBe(on)
  },
)

test('MASTER off above the switch stops the peer behind it too, whose requests ACS sends up to the root complex', () => {
  for (const on of ['root-port', 'switch-upstream'] as const) {
    const off = simulated({ writes: [CLEAR_MASTER], on, machine: smallMachine({ switch: true }) })
    expect([effectOf(off, 'dma'), effectOf(off, 'p2p'), effectOf(off, 'config')]).toEqual(['breaks', 'breaks', 'none'])
  }
})

test('MASTER off on the peer, or on the port above it, stops the peer and not the endpoint', () => {
  for (const on of ['peer', 'peer-port'] as const) {
    const off = simulated({ writes: [CLEAR_MASTER], on })
    expect(effectOf(off, 'p2p')).toBe('breaks')
    expect(effectOf(off, 'dma')).toBe('none')
    expect(off.verdict).toBe('safe')
  }
})

test('the same value written again is safe', () => {
  const again = simulated({ writes: [SET_MASTER] })
  expect(again.timeline.steps[1]!.changed).toEqual([])
  expect(again.verdict).toBe('safe')
  expect(simulated({ writes: [{ register: 'PCI_COMMAND', op: 'value', value: 0x7 }] }).verdict).toBe('safe')
})

test('a value that leaves the bit out is judged like the bit cleared', () => {
  expect(simulated({ writes: [{ register: 'PCI_COMMAND', op: 'value', value: 0x3 }] }).verdict).toBe('breaks')
})

test('flows are walked after every write, not only at the end: what was sent meanwhile is lost', () => {
  const toggled = simulated({ writes: [CLEAR_MASTER, SET_MASTER] })
  expect(toggled.timeline.steps.map((step) => step.flows.find(({ flow }) => flow === 'dma')!.state)).toEqual([
    'through',
    'cut',
    'through',
  ])
  expect(effectOf(toggled, 'dma')).toBe('breaks')
  expect(whyOf(toggled, 'dma')).toMatch(/after write 1 .*lost/)
})

test('at a cold boot nothing runs, so the same write loses nothing', () => {
  const cold = simulated({ writes: [CLEAR_MASTER], situation: 'cold-boot' })
  expect(cold.verdict).toBe('safe')
  expect(cold.timeline.steps[1]!.flows.find(({ flow }) => flow === 'dma')!.state).toBe('cut')
})

test('a guard that holds skips the write', () => {
  const guarded = simulated({ writes: [CLEAR_MASTER], guarded: true })
  expect(guarded.verdict).toBe('safe')
  expect(guarded.timeline.steps[1]).toMatchObject({ outcome: 'skipped', changed: [] })
})

test('only a promised flow decides the verdict', () => {
  const off = { writes: [CLEAR_MASTER], on: 'peer' } as const
  expect(simulated({ ...off, flows: ['dma'] }).verdict).toBe('safe')
  expect(simulated({ ...off, flows: ['p2p'] }).verdict).toBe('breaks')
})

test('every flow of the report is answered, once and in its order', () => {
  const off = simulated({ writes: [CLEAR_MASTER] })
  expect(off.effects.map(({ flow }) => flow)).toEqual(FLOWS)
})

test('the verdict follows what the flow does: there is no table beside the simulation', () => {
  const deaf = trafficFlows.map((flow) =>
    flow.flow === 'dma'
      ? { ...flow, walk: () => ({ state: 'through', why: 'needs no MASTER', way: [], at: null }) as const }
      : flow,
  )
  expect(simulated({ writes: [CLEAR_MASTER] }).verdict).toBe('breaks')
  expect(simulated({ writes: [CLEAR_MASTER], traffic: deaf }).verdict).toBe('safe')
})

test('traffic that the protocol delays is disturbed; held until nothing releases it breaks', () => {
  const waits = (state: 'held' | 'delayed', isBusy: (command: number) => boolean) =>
    trafficFlows.map((flow) =>
      flow.flow === 'dma'
        ? {
            ...flow,
            walk: (machine: Machine) => {
              const busy = isBusy(readRegister(functionOf(machine, 'endpoint'), 'PCI_COMMAND'))
              return { state: busy ? state : 'through', why: 'the link retrains', way: [], at: null } as const
            },
          }
        : flow,
    )
  const off = (command: number) => (command & 0x4) === 0
  expect(effectOf(simulated({ writes: [CLEAR_MASTER], traffic: waits('delayed', off) }), 'dma')).toBe('disturbs')
  expect(effectOf(simulated({ writes: [CLEAR_MASTER], traffic: waits('held', off) }), 'dma')).toBe('breaks')
  expect(effectOf(simulated({ writes: [CLEAR_MASTER, SET_MASTER], traffic: waits('held', off) }), 'dma')).toBe(
    'disturbs',
  )
})

test('the same request gives the same answer', () => {
  const write = fc.constantFrom(CLEAR_MASTER, SET_MASTER, { register: 'PCI_COMMAND', op: 'value', value: 0 } as const)
  fc.assert(
    fc.property(fc.array(write, { maxLength: 5 }), fc.constantFrom(...PHASES), (writes, phase) => {
      const [one, other] = [simulated({ writes, phase }), simulated({ writes, phase })]
      expect(one.effects).toEqual(other.effects)
      const told = ({ timeline }: typeof one) =>
        timeline.steps.map(({ changed, values, flows }) => ({ changed, values, flows }))
      expect(told(one)).toEqual(told(other))
    }),
    { numRuns: 30 },
  )
})
