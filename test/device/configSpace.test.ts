import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createConfigSpace, readConfig, type Width, writeConfig } from '../../src/core/device/configSpace.js'
import type { PciFunction } from '../../src/core/device/fabric.js'
import { register } from '../../src/core/device/register.js'
import { smallMachine } from '../../src/core/device/smallMachine.js'

const width = fc.constantFrom<Width>(1, 2, 4)
const access = width.chain((of) =>
  fc.record({
    width: fc.constant(of),
    offset: fc.nat(4096 / of - 1).map((at) => at * of),
    value: fc.nat(2 ** 31 - 1).map((half) => half * 2 + 1),
  }),
)
const machines = [smallMachine(), smallMachine({ switch: true })]
const anyFunction = fc.constantFrom<PciFunction>(...machines.flatMap((machine) => machine.functions))

function offsetsThatDiffer(a: Readonly<Uint8Array>, b: Readonly<Uint8Array>): readonly number[] {
  return [...a.keys()].filter((at) => a[at] !== b[at])
}

test('a read-only bit never changes, whatever is written', () => {
  fc.assert(
    fc.property(anyFunction, fc.array(access), ({ config }, writes) => {
      const after = writes.reduce((space, write) => writeConfig(space, write.offset, write.width, write.value), config)
      const fixed = (byte: number, at: number) => byte & ~config.readWrite[at]! & ~config.writeOneToClear[at]!
      expect(offsetsThatDiffer(after.bytes.map(fixed), config.bytes.map(fixed))).toEqual([])
    }),
  )
})

test('a read-write bit reads back as written', () => {
  fc.assert(
    fc.property(anyFunction, access, ({ config }, { offset, width, value }) => {
      const after = writeConfig(config, offset, width, value)
      for (let i = 0; i < width; i++) {
        const written = Math.floor(value / 256 ** i) & 0xff
        expect(after.bytes[offset + i]! & config.readWrite[offset + i]!).toBe(written & config.readWrite[offset + i]!)
      }
    }),
  )
})

test('a bit that a 1 clears only ever goes from 1 to 0, and only by a written 1', () => {
  const status = register({
    name: 'STATUS',
    offset: 4,
    width: 4,
    writeOneToClear: 0xffffffff,
    source: 'test',
  })
  const bytes = new Uint8Array(256).fill(0xf0, 4, 8)
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), (value) => {
      const after = readConfig(writeConfig(createConfigSpace(bytes, [status]), 4, 4, value), 4, 4)
      expect(after).toBe((0xf0f0f0f0 & ~value) >>> 0)
    }),
  )
})

test('bytes outside the access stay', () => {
  fc.assert(
    fc.property(anyFunction, access, ({ config }, { offset, width, value }) => {
      const after = writeConfig(config, offset, width, value)
      const outside = offsetsThatDiffer(after.bytes, config.bytes).filter((at) => at < offset || at >= offset + width)
      expect(outside).toEqual([])
    }),
  )
})

test('a misaligned or outlying access changes nothing and reads as all ones', () => {
  const space = smallMachine().functions[0]!.config
  for (const [offset, width] of [
    [5, 2],
    [6, 4],
    [4096, 1],
    [-4, 4],
  ] as const) {
    expect(writeConfig(space, offset, width, 0xff)).toBe(space)
    expect(readConfig(space, offset, width)).toBe(256 ** width - 1)
  }
})

test('a BAR keeps the bits below its size hardwired, so that sizing reads the size', () => {
  const endpoint = smallMachine().functions.find((one) => one.name === 'endpoint')!
  const sized = readConfig(writeConfig(endpoint.config, 0x10, 4, 0xffffffff), 0x10, 4)
  expect(sized).toBe(0xffff0000)
})

test('registers of one function do not overlap', () => {
  for (const { name, registers } of machines.flatMap((machine) => machine.functions)) {
    const taken = new Map<number, string>()
    for (const one of registers) {
      for (let at = one.offset; at < one.offset + one.width; at++) {
        expect(taken.get(at), `${name}: ${one.name} at ${at}`).toBeUndefined()
        taken.set(at, one.name)
      }
      expect(one.offset % one.width, `${one.name} is aligned`).toBe(0)
      expect(one.readWrite & one.writeOneToClear, `${one.name}: a bit is of one kind`).toBe(0)
    }
  }
})
