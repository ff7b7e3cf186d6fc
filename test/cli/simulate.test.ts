import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test, vi } from 'vitest'
import { simulate } from '../../src/cli/simulate.js'
import { FLOWS } from '../../src/core/report/schema.js'
import { UserError } from '../../src/node/userError.js'

const folder = mkdtempSync(join(tmpdir(), 'simulate-'))
afterAll(() => rmSync(folder, { recursive: true }))

let printed = ''
beforeEach(() => {
  printed = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += text
    return true
  })
})

async function json(...args: readonly string[]) {
  printed = ''
  expect(await simulate([...args, '--format', 'json'])).toBe(0)
  return JSON.parse(printed)
}

async function refused(...args: readonly string[]): Promise<string> {
  const error = await simulate(args).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(UserError)
  const { message, hint } = error as UserError
  expect(`${message}; ${hint}`).not.toContain('\n')
  return `${message}; ${hint}`
}

test('the JSON is the one of the contract', async () => {
  const report = await json('--write', 'PCI_COMMAND-PCI_COMMAND_MASTER')
  expect(report).toMatchObject({
    schema: 1,
    command: 'simulate',
    on: 'endpoint',
    writes: ['PCI_COMMAND-PCI_COMMAND_MASTER'],
    decision: 'preserve',
    verdict: 'breaks',
  })
  expect(report.effects.map(({ flow }: { flow: string }) => flow)).toEqual(FLOWS)
  expect(report.effects[0]).toEqual({
    flow: 'dma',
    effect: 'breaks',
    why: expect.stringContaining('PCI_COMMAND_MASTER'),
  })
})

test.each(['endpoint', 'root-port', 'switch', 'vf', 'pf', 'switch-upstream', 'switch-downstream'])(
  '--on %s is answered',
  async (on) => {
    expect(await json('--on', on, '--write', 'PCI_COMMAND=0')).toMatchObject({ on })
  },
)

test.each([
  ['PCI_PM_CTRL=3', 'breaks'],
  ['PCI_PM_CTRL=0x3', 'breaks'],
  ['PCI_COMMAND=PCI_COMMAND_IO|PCI_COMMAND_MEMORY|PCI_COMMAND_MASTER', 'safe'],
  ['PCI_COMMAND-PCI_COMMAND_MASTER|PCI_COMMAND_MEMORY', 'breaks'],
  ['PCI_SRIOV_CTRL-PCI_SRIOV_CTRL_VFE', 'breaks'],
])('%s', async (write, verdict) => {
  expect((await json('--write', write)).verdict).toBe(verdict)
})

test('writes are applied in order, and flows can be chosen', async () => {
  const toggled = await json(
    ...['--write', 'PCI_COMMAND-PCI_COMMAND_MEMORY', '--write', 'PCI_COMMAND+PCI_COMMAND_MEMORY'],
    ...['--flows', 'p2p'],
  )
  expect(toggled.writes).toHaveLength(2)
  expect(toggled.verdict).toBe('breaks')
  expect(toggled.steps.map(({ after }: { after: number }) => after)).toEqual([5, 7])
})

test('the phase decides which traffic there is', async () => {
  const effect = async (phase: string) =>
    (await json('--write', 'PCI_COMMAND-PCI_COMMAND_MEMORY', '--phase', phase)).effects.find(
      ({ flow }: { flow: string }) => flow === 'guest-mmio',
    ).effect
  expect([await effect('boot'), await effect('userspace')]).toEqual(['none', 'breaks'])
})

test.each([
  [['--write', 'PCI_COMAND=0'], 'there is no register PCI_COMAND', 'PCI_COMMAND'],
  [['--write', 'PCI_COMMAND+PCI_COMMAND_MASTR'], 'no bit PCI_COMMAND_MASTR', 'PCI_COMMAND_MASTER'],
  [['--write', 'PCI_ATS_CTRL=0', '--on', 'root-port'], 'the root-port has no PCI_ATS_CTRL', 'PCI_ACS_CTRL'],
  [['--write', 'PCI_COMMAND=0x10000'], 'too wide', 'PCI_COMMAND'],
  [['--write', 'PCI_COMMAND+0x100000000'], 'too wide', '2 bytes'],
  [['--write', 'PCI_COMMAND'], 'does not understand', 'REGISTER=VALUE'],
  [['--write', 'PCI_COMMAND=-1'], 'does not understand', 'REGISTER=VALUE'],
  [[], 'needs a --write', 'PCI_COMMAND'],
  [['--write', 'PCI_COMMAND=0', '--on', 'bridge'], 'does not know', 'root-port'],
  [['--write', 'PCI_COMMAND=0', '--on', '01:00.0'], 'does not know', '--device'],
  [['--write', 'PCI_COMMAND=0', '--device', join(folder, 'none')], 'cannot read', 'lspci'],
  [['--write', 'PCI_COMMAND=0', '--phase', 'never'], 'does not know', 'userspace'],
  [['--wirte', 'x'], 'unknown option', '--help'],
])('what cannot be simulated is refused in one line (%#)', async (args, what, hint) => {
  const told = await refused(...args)
  expect(told.toLowerCase()).toContain(what.toLowerCase())
  expect(told).toContain(hint)
})

test('a device of a dump is chosen by role or slot; a broken dump is refused', async () => {
  const rows = Array.from(
    { length: 4 },
    (_, i) => `${i}0: ${i === 0 ? '86 80 d3 10 07 00' : '00 00 00 00 00 00'}${' 00'.repeat(10)}`,
  )
  const file = join(folder, 'lspci.txt')
  writeFileSync(file, `01:00.0 Ethernet controller: x\r\n${rows.join('\r\n')}\r\n`)
  const clear = ['--write', 'PCI_COMMAND-PCI_COMMAND_MASTER', '--device', file]
  expect(await json(...clear)).toMatchObject({ on: 'endpoint', function: '01:00.0', verdict: 'breaks' })
  expect(await json(...clear, '--on', '0000:01:00.0')).toMatchObject({ function: '01:00.0' })
  expect((await json(...clear)).unknown.join()).toContain('the bridges above it')
  expect(await refused(...clear, '--on', '02:00.0')).toContain('01:00.0')
  writeFileSync(file, `01:00.0 Ethernet controller: x\n${rows.slice(0, 3).join('\n')}\n`)
  expect(await refused(...clear)).toMatch(/is no dump of lspci: 01:00\.0 \(line 1\) has 48 bytes/)
})

test('the text says what happens, and to what must go on', async () => {
  expect(await simulate(['--write', 'PCI_COMMAND-PCI_COMMAND_MASTER'])).toBe(0)
  expect(printed).toMatch(/^\* dma +breaks +PCI_COMMAND_MASTER is off/m)
  expect(printed).toContain('0x0007 -> 0x0003')
})
