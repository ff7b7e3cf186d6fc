import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { functionOf, isSet, readRegister } from '../../src/core/device/fabric.js'
import { loadMachine } from '../../src/core/device/loadMachine.js'
import { readListing } from '../../src/core/device/lspci.js'
import { simulateWrites } from '../../src/core/device/simulate.js'
import { describeWhere } from '../fixtures/whereGiven.js'
import { CLEAR_MASTER } from './simulated.js'

/** Bytes as lspci -x prints them. */
function dump(slot: string, bytes: Readonly<Uint8Array>, lines = ''): string {
  const rows: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, '0'))
    rows.push(`${at.toString(16).padStart(2, '0')}: ${row.join(' ')}`)
  }
  return `${slot} Ethernet controller [0200]: Some device [8086:10d3]\n${lines}${rows.join('\n')}\n\n`
}

function header(size: number, values: Readonly<Record<number, readonly number[]>>): Uint8Array {
  const bytes = new Uint8Array(size)
  bytes.set([0x86, 0x80, 0xd3, 0x10, 0x07, 0x00])
  for (const [at, own] of Object.entries(values)) bytes.set(own, Number(at))
  return bytes
}

/** A root port with buses 1 to 1, and a device on bus 1 with MASTER on and a BAR of 128 KB. */
const port = header(256, {
  6: [0x10],
  14: [1],
  24: [0, 1, 1],
  32: [0x80, 0xfe, 0x80, 0xfe],
  52: [0x40],
  64: [0x10, 0, 0x42, 0],
})
const device = header(256, { 16: [0, 0, 0x80, 0xfe], 6: [0x10], 52: [0x40], 64: [0x10, 0, 0x02, 0] })
const machine = dump('00:1c.0', port) + dump('01:00.0', device, '\tRegion 0: Memory at fe800000 (32-bit) [size=128K]\n')

function loaded(text: string, on: string) {
  const result = loadMachine(text, on)
  if ('problem' in result) throw new Error(result.problem)
  return result
}

test.each([64, 256, 4096])('%i bytes of one device load', (size) => {
  const { machine, on } = loaded(dump('03:00.0', header(size, {})), 'endpoint')
  expect(on).toBe('03:00.0')
  expect(readRegister(functionOf(machine, on), 'PCI_VENDOR_ID')).toBe(0x8086)
})

test('the tree comes from bus numbers, and roles from the tree', () => {
  const { machine: from } = loaded(machine, 'endpoint')
  expect(from.endpoint).toBe('01:00.0')
  expect(functionOf(from, '01:00.0').upstream).toBe('00:1c.0')
  expect(loaded(machine, 'root-port').on).toBe('00:1c.0')
  const off = simulateWrites({ on: '00:1c.0', phase: 'boot', flows: ['dma'], writes: [CLEAR_MASTER], machine: from })
  expect(off).toMatchObject({ verdict: 'breaks' })
})

test('the size of a BAR comes from -vvv; without it the address bounds it, and that is named', () => {
  const sized = (text: string) => {
    const result = loaded(text, '01:00.0')
    const register = functionOf(result.machine, '01:00.0').byName.get('PCI_BASE_ADDRESS_0')!
    return { mask: register.readWrite, unknown: result.unknown.get('01:00.0')!.join() }
  }
  expect(sized(machine)).toEqual({
    mask: 0xfffe0000,
    unknown: 'its extended capabilities: the dump holds 256 bytes only',
  })
  const without = sized(machine.replace(/\tRegion.*\n/, ''))
  expect(without.unknown).toContain('the size of BAR 0')
  expect(without.mask & 0xfe800000).toBe(0xfe800000 | 0)
})

test('-vvv and -xxxx of the same machine one after the other are one machine', () => {
  const verbose = '01:00.0 Ethernet controller: Some device\n\tRegion 0: Memory at fe800000 (32-bit) [size=64K]\n\n'
  const hex = machine.replace(/\tRegion.*\n/, '')
  const { machine: both } = loaded(verbose + hex, '01:00.0')
  expect(functionOf(both, '01:00.0').byName.get('PCI_BASE_ADDRESS_0')!.readWrite).toBe(0xffff0000)
})

test.each([
  ['', 'no device'],
  ['hello\nworld\n', 'no device'],
  ['00:00.0 Host bridge: x\n', 'no bytes'],
  ['00: 86 80 d3 10 07 00 00 00 00 00 00 00 00 00 00 00\n', 'no device is named before'],
  [machine.replace('10: 00 00 80 fe', '10: 00 00 80 zz'), 'is not an offset and 16 bytes'],
  [machine.replace(/^20: .*\n/m, ''), 'offset 30 follows 0x20 bytes'],
  [machine.replace(/^f0: .*\n/m, ''), 'has 240 bytes, and not 64, 256 or 4096'],
  [machine + machine, 'stand there twice'],
])('a broken dump is refused with the reason (%#)', (text, why) => {
  expect(readListing(text)).toMatchObject({ problem: expect.stringContaining(why) })
})

test('a function that is not there is named with those that are', () => {
  expect(loadMachine(machine, '07:00.0')).toMatchObject({
    problem: 'there is no 07:00.0 in it',
    known: expect.arrayContaining(['01:00.0', 'root-port']),
  })
  expect(loadMachine(machine, 'vf')).toMatchObject({ problem: 'there is no vf in it' })
})

test('any text is read or refused, and any bytes are simulated', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), fc.string(), (bytes, text) => {
      readListing(text)
      const { machine: any, on } = loaded(dump('01:00.0', bytes), '01:00.0')
      for (const register of functionOf(any, on).byName.keys()) {
        const result = simulateWrites({
          on,
          machine: any,
          phase: 'boot',
          flows: ['dma'],
          writes: [{ register, op: 'value', value: 0xff }],
        })
        expect('effects' in result).toBe(true)
      }
    }),
    { numRuns: 40 },
  )
})

const shared = new URL('../../../shared/data/lspci/', import.meta.url)

/** The dump stands beside the repository and not in it. */
const dumped = existsSync(shared)

describeWhere(dumped, 'a real machine under QEMU', 'the dumps of a real machine are not beside the checkout', () => {
  const read = (name: string) => (dumped ? readFileSync(new URL(name, shared), 'utf8') : machine)
  const text = read('q35.drivers-vfs.xxxx.txt')
  const verbose = read('q35.drivers-vfs.vvv.txt')
  const all = dumped ? loaded(verbose + text, 'pf') : loaded(machine, 'endpoint')

  test('every function of it loads', () => {
    expect(all.machine.functions.length).toBe(text.match(/^[\da-f]{2}:[\da-f]{2}\.\d /gm)!.length)
  })

  test('its tree is the one that lspci -t draws', () => {
    const above = (name: string) => functionOf(all.machine, name).upstream
    expect(['02:00.0', '05:00.1', '08:03.0', '0b:00.0', '0a:01.0', '09:00.0', '00:03.0'].map(above)).toEqual([
      '00:03.0',
      '00:03.3',
      '07:01.0',
      '0a:00.0',
      '09:00.0',
      '00:04.0',
      null,
    ])
  })

  test('PF and VFs, the switch and ATS are told', () => {
    const kind = (name: string) => functionOf(all.machine, name).kind
    expect(['05:00.0', '05:00.1', '05:00.2', '09:00.0', '0a:00.0', '00:03.0', '07:01.0', '08:03.0'].map(kind)).toEqual([
      'endpoint',
      'vf',
      'vf',
      'switch-upstream',
      'switch-downstream',
      'root-port',
      'conventional-bridge',
      'conventional',
    ])
    expect(functionOf(all.machine, '05:00.1').physicalFunction).toBe('05:00.0')
    expect(all.machine.functions.filter(({ byName }) => byName.has('PCI_ATS_CTRL')).length).toBeGreaterThan(0)
  })

  test('its registers read as the verbose text says', () => {
    for (const name of ['02:00.0', '00:03.0', '03:00.0', '05:00.0', '0a:00.0']) {
      const block = verbose.slice(verbose.indexOf(`\n${name} `) + 1).split('\n\n')[0]!
      const of = functionOf(all.machine, name)
      expect(isSet(of, 'PCI_COMMAND', 0x4), name).toBe(/BusMaster\+/.test(block))
      expect(isSet(of, 'PCI_COMMAND', 0x2), name).toBe(/Mem\+/.test(block))
      expect(isSet(of, 'PCI_MSIX_FLAGS', 0x8000), name).toBe(/MSI-X: Enable\+/.test(block))
      expect(isSet(of, 'PCI_EXP_DEVCTL2', 0x20), name).toBe(/ARIFwd\+$/m.test(block.slice(block.indexOf('DevCtl2'))))
    }
  })

  test('what the model does not know of it is named', () => {
    const named = [...all.unknown].flatMap(([name, parts]) => parts.map((part) => `${name} ${part}`))
    expect(named).toContain('02:00.0 DSN extended capability at 0x140')
    expect(named.filter((one) => one.includes('0xNaN') || one.includes('undefined'))).toEqual([])
  })
})
