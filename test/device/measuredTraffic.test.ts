/**
 * The model's effects against running traffic: in QEMU 7.2 under Debian's 6.1 kernel (TCG), with e1000e answering pings
 * and nvme reading sectors, single writes were made by setpci while nothing else touched config space: each writable bit
 * turned over, the lowest and the highest of wide registers. Then pings and reads were tried again (`alive` or `dead`),
 * and whether the device's id could still be read (`found` or `lost`); then the old value was put back (`revived`: the
 * traffic went on by that). Where QEMU does not do what the specification says, the reason stands here.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadMachine } from '../../src/core/device/loadMachine.js'
import { parseWrite } from '../../src/core/device/registerWrite.js'
import type { Flow } from '../../src/core/report/schema.js'
import { type Dumped, listing } from './dumped.js'
import { effectOf, simulated, whyOf } from './simulated.js'

const { functions, writes }: { functions: Readonly<Record<string, Dumped>>; writes: readonly string[] } = JSON.parse(
  readFileSync(new URL('measuredTraffic.json', import.meta.url), 'utf8'),
)
const text = Object.entries(functions).map(listing).join('')

/** What pings and reads of sectors need beside the function's place in the tree. */
const TRAFFIC: readonly Flow[] = ['dma', 'interrupt', 'guest-mmio']

/** By what the model says stops: QEMU sends it on nevertheless. */
const NOT_IN_QEMU: readonly (readonly [why: RegExp, reason: string])[] = [
  [/answers memory requests from below/, 'MASTER of a port does not gate what comes from below'],
  [/completions for bus/, 'completions need no bus number: DMA is a call'],
  [/is in D3hot/, 'a power state is a number in a register'],
  [/a window of .* covers the address/, 'windows do not take requests from below'],
  [/the link (is|was) disabled/, 'there is no link'],
]

const measured = writes.map((line) => {
  const [on, write, device, traffic, config] = line.split(' ') as [string, string, string, string, string]
  const loaded = loadMachine(text, on)
  if ('problem' in loaded) throw new Error(loaded.problem)
  const result = simulated({ on, machine: loaded.machine, writes: [parseWrite(write)!], phase: 'userspace' })
  expect(loaded.machine.endpoint).toBe(device)
  return { line, traffic, config, result, broken: TRAFFIC.filter((flow) => effectOf(result, flow) === 'breaks') }
})

const lines = (some: readonly { readonly line: string }[]) => some.map(({ line }) => line)

test('whatever stopped the traffic breaks a flow in the model too', () => {
  const stopped = measured.filter(({ traffic }) => traffic !== 'alive')
  expect(stopped.length).toBeGreaterThan(25)
  expect(lines(stopped.filter(({ broken }) => broken.length === 0))).toEqual([])
})

test('what left the traffic alone breaks no flow, but for what QEMU does not do', () => {
  const open = measured.filter(
    ({ traffic, broken, result }) =>
      traffic === 'alive' && broken.some((flow) => !NOT_IN_QEMU.some(([why]) => why.test(whyOf(result, flow)))),
  )
  expect(lines(open)).toEqual([])
  const untouched = measured.filter(({ traffic, broken }) => traffic === 'alive' && broken.length === 0)
  expect(untouched.length).toBeGreaterThan(200)
  for (const [why, reason] of NOT_IN_QEMU)
    expect(
      measured.some(({ result, broken }) => broken.some((flow) => why.test(whyOf(result, flow)))),
      reason,
    ).toBe(true)
})

test('a function whose id could not be read any more is one that the model does not find', () => {
  const lost = measured.filter(({ config }) => config === 'lost')
  expect(lost.length).toBeGreaterThan(10)
  expect(lines(lost.filter(({ result }) => effectOf(result, 'config') !== 'breaks'))).toEqual([])
})

/** As above, for config requests. */
const FOUND_IN_QEMU: readonly RegExp[] = [
  /the link (is|was) disabled/,
  // Below a bus in reset the last config space is still there to be read.
  /holds everything below in reset/,
  // QEMU looks at the subordinate number of the ports further up only.
  /takes buses 0x\d to 0x0 /,
]

test('one that could be read is found, but for what QEMU does not do', () => {
  const open = measured.filter(
    ({ config, result }) =>
      config === 'found' &&
      effectOf(result, 'config') === 'breaks' &&
      !FOUND_IN_QEMU.some((why) => why.test(whyOf(result, 'config'))),
  )
  expect(lines(open)).toEqual([])
})

test('a value that was put back did not always bring the traffic back: a transient is not harmless', () => {
  const count = (what: string) => measured.filter(({ traffic }) => traffic === what).length
  expect(count('dead')).toBeGreaterThan(count('revived'))
  expect(count('revived')).toBeGreaterThan(0)
})
