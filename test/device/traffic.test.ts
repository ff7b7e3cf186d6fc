import { expect, test } from 'vitest'
import { simulateWrites } from '../../src/core/device/simulate.js'
import { smallMachine } from '../../src/core/device/smallMachine.js'
import { effectOf, simulated, whyOf } from './simulated.js'

const CLEAR_MEMORY = { register: 'PCI_COMMAND', op: 'clear', bits: ['PCI_COMMAND_MEMORY'] } as const

test('guest MMIO cannot be disturbed between freeze and resume, because no vCPU runs', () => {
  const shutdown = simulated({ writes: [CLEAR_MEMORY], phase: 'shutdown', flows: ['guest-mmio'] })
  const boot = simulated({ writes: [CLEAR_MEMORY], phase: 'boot', flows: ['guest-mmio'] })
  const userspace = simulated({ writes: [CLEAR_MEMORY], phase: 'userspace', flows: ['guest-mmio'] })
  expect([shutdown.verdict, boot.verdict, userspace.verdict]).toEqual(['safe', 'safe', 'breaks'])
  expect(whyOf(boot, 'guest-mmio')).toContain('if it is not put back before')
})

test('decode off stops what comes in and not what goes out', () => {
  for (const on of ['endpoint', 'root-port'] as const) {
    const off = simulated({ writes: [CLEAR_MEMORY], on })
    expect(effectOf(off, 'p2p')).toBe('breaks')
    expect(effectOf(off, 'dma')).toBe('none')
    expect(effectOf(off, 'interrupt')).toBe('none')
  }
})

test('BAR sizing hurts peers while it lasts, although the address is put back', () => {
  const sizing = simulated({
    writes: [
      { register: 'PCI_BASE_ADDRESS_3', op: 'value', value: 0xffffffff },
      { register: 'PCI_BASE_ADDRESS_3', op: 'value', value: 0x60 },
    ],
  })
  expect(effectOf(sizing, 'p2p')).toBe('breaks')
  expect(sizing.verdict).toBe('safe')
})

test('a window that no longer covers the BAR stops what comes in', () => {
  const closed = simulated({ on: 'root-port', writes: [{ register: 'PCI_PREF_LIMIT_UPPER32', op: 'value', value: 0 }] })
  expect(effectOf(closed, 'p2p')).toBe('breaks')
  expect(whyOf(closed, 'p2p')).toContain('no window of the root port covers')
})

test('a window laid over a DMA address captures the request, unless ACS sends it upstream', () => {
  const laid = (acs: boolean) =>
    simulated({
      on: 'root-port',
      machine: smallMachine({ acs }),
      writes: [{ register: 'PCI_MEMORY_BASE', op: 'value', value: 0x4000 }],
    })
  expect(effectOf(laid(false), 'dma')).toBe('breaks')
  expect(effectOf(laid(true), 'dma')).toBe('none')
})

test('bus numbers misroute completions at once, and the new kernel looks in vain', () => {
  const moved = simulated({ on: 'root-port', writes: [{ register: 'PCI_SECONDARY_BUS', op: 'value', value: 5 }] })
  expect(effectOf(moved, 'dma')).toBe('breaks')
  expect(whyOf(moved, 'dma')).toContain('completions for bus 0x1 are not routed')
  expect(effectOf(moved, 'config')).toBe('breaks')
})

test('a port that validates sources lets no request pass under a bus number that is not its own any more', () => {
  const moved = (acs: boolean) =>
    simulated({
      on: 'root-port',
      machine: smallMachine({ acs }),
      writes: [{ register: 'PCI_SECONDARY_BUS', op: 'value', value: 5 }],
    })
  expect(effectOf(moved(true), 'interrupt')).toBe('breaks')
  expect(effectOf(moved(false), 'interrupt')).toBe('none')
})

test('the same bus numbers written again are safe', () => {
  const again = simulated({
    on: 'root-port',
    writes: [
      { register: 'PCI_PRIMARY_BUS', op: 'value', value: 0 },
      { register: 'PCI_SECONDARY_BUS', op: 'value', value: 1 },
      { register: 'PCI_SUBORDINATE_BUS', op: 'value', value: 1 },
    ],
  })
  expect(again.verdict).toBe('safe')
})

test('MSI turned off stops interrupts and leaves DMA alone', () => {
  const off = simulated({ writes: [{ register: 'PCI_MSI_FLAGS', op: 'clear', bits: ['PCI_MSI_FLAGS_ENABLE'] }] })
  expect(effectOf(off, 'interrupt')).toBe('breaks')
  expect(effectOf(off, 'dma')).toBe('none')
})

test('error status that is written back is harmless', () => {
  expect(simulated({ writes: [{ register: 'PCI_STATUS', op: 'value', value: 0xffff }] }).verdict).toBe('safe')
})

test('a name or a value that the machine has no place for is a problem, not an answer', () => {
  const request = { on: 'endpoint', phase: 'boot', flows: [] } as const
  const write = (register: string, bit: string) => ({ register, op: 'set', bits: [bit] }) as const
  expect(simulateWrites({ ...request, writes: [write('PCI_BRIDGE_CONTROL', 'X')] })).toMatchObject({
    problem: 'no-register',
  })
  expect(simulateWrites({ ...request, writes: [write('PCI_COMMAND', 'X')] })).toMatchObject({
    problem: 'no-bit',
    name: 'X',
    known: expect.arrayContaining(['PCI_COMMAND_MASTER']),
  })
  expect(
    simulateWrites({ ...request, writes: [{ register: 'PCI_COMMAND', op: 'value', value: 0x10000 }] }),
  ).toMatchObject({ problem: 'too-wide', width: 2 })
  const machine = smallMachine()
  expect(
    simulateWrites({ ...request, machine, on: 'switch-upstream', writes: [write('PCI_COMMAND', 'PCI_COMMAND_IO')] }),
  ).toMatchObject({ problem: 'no-function' })
})

test('after its bus got another number, a write to the endpoint gives it a requester id that the IOMMU does not know', () => {
  const busNumbers = ['PCI_SUBORDINATE_BUS', 'PCI_SECONDARY_BUS'] as const
  const moved = simulated({
    on: 'root-port',
    writes: busNumbers.map((register) => ({ register, op: 'value', value: 5 }) as const),
  }).timeline.steps.at(-1)!
  const dma = (step: typeof moved) => step.flows.find(({ flow }) => flow === 'dma')!.why
  expect(dma(moved)).toContain('completions for bus 0x1 are not routed')
  const written = simulated({
    machine: moved.machine,
    writes: [{ register: 'PCI_INTERRUPT_LINE', op: 'value', value: 1 }],
  }).timeline.steps.at(-1)!
  expect(dma(written)).toBe('the IOMMU has no table for requester id 0x500')
})

test('a write that no bridge routes is lost and changes nothing', () => {
  const { machine } = simulated({
    on: 'root-port',
    writes: [{ register: 'PCI_SUBORDINATE_BUS', op: 'value', value: 0 }],
  }).timeline.steps.at(-1)!
  const [, step] = simulated({ machine, writes: [CLEAR_MEMORY] }).timeline.steps
  expect(step).toMatchObject({ outcome: 'lost', changed: [], values: { before: 7, after: 7 } })
})
