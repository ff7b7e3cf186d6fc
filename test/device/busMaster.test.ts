import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallMachine } from '../../src/core/device/fabric.js'
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

test.each(['root-port', 'switch-upstream', 'switch-downstream'] as const)(
  'MASTER off on the %s stops every request that comes from below, but neither completions nor MMIO on its way down',
  (on) => {
    const off = simulated({
      writes: [CLEAR_MASTER],
      on,
      phase: 'userspace',
      machine: smallMachine({ switch: true }),
    })
    expect(effectOf(off, 'dma')).toBe('breaks')
    expect(effectOf(off, 'interrupt')).toBe('breaks')
    expect(effectOf(off, 'guest-mmio')).toBe('none')
    expect(effectOf(off, 'config')).toBe('none')
    // The peer reads BAR 2: its requests go down through this port, and the completions come back up through it.
    expect(effectOf(off, 'p2p')).toBe('none')
    expect(off.timeline.steps[1]!.flows.find(({ flow }) => flow === 'dma')!.at).toBe(on)
  },
)

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
  expect(simulated({ writes: [SET_MASTER], flows: ['wake'] }).verdict).toBe('unknown')
})

test('every flow of the report is answered, once and in its order', () => {
  const off = simulated({ writes: [CLEAR_MASTER] })
  expect(off.effects.map(({ flow }) => flow)).toEqual(FLOWS)
  expect(off.effects.filter(({ effect }) => effect === 'unknown').map(({ why }) => why)).toContain(
    'the model does not yet carry virtual functions',
  )
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

test('traffic that the protocol holds and replays is disturbed; held for good it breaks', () => {
  let writes = 0
  const stalls = (steps: number) =>
    trafficFlows.map((flow) =>
      flow.flow === 'dma'
        ? {
            ...flow,
            walk: () => {
              const held = writes > 0 && writes <= steps
              writes++
              return { state: held ? 'held' : 'through', why: 'the link retrains', way: [], at: null } as const
            },
          }
        : flow,
    )
  expect(effectOf(simulated({ writes: [SET_MASTER, SET_MASTER], traffic: stalls(1) }), 'dma')).toBe('disturbs')
  writes = 0
  expect(effectOf(simulated({ writes: [SET_MASTER, SET_MASTER], traffic: stalls(2) }), 'dma')).toBe('breaks')
})

test('the same request gives the same answer', () => {
  const write = fc.constantFrom(CLEAR_MASTER, SET_MASTER, { register: 'PCI_COMMAND', op: 'value', value: 0 } as const)
  fc.assert(
    fc.property(fc.array(write, { maxLength: 5 }), fc.constantFrom(...PHASES), (writes, phase) => {
      expect(simulated({ writes, phase })).toEqual(simulated({ writes, phase }))
    }),
    { numRuns: 30 },
  )
})
