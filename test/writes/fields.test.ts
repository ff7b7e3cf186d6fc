import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CParser } from '../../src/core/functions/parser.js'
import type { Field } from '../../src/core/report/schema.js'
import { cParser } from '../../src/node/wasm.js'
import { writesOf } from '../functions/writesOf.js'

let parser: CParser
beforeAll(async () => {
  parser = await cParser()
})

function fieldsOf(body: string, parameters = 'struct pci_dev *dev, u16 given'): readonly Field[] {
  const writes = writesOf(parser, `void f(${parameters})\n{\n\tu16 cmd, pos;\n\n${body}\n}\n`)
  expect(writes.length).toBe(1)
  return writes[0]!.fields
}

const fieldTexts = (body: string): string[] => [
  ...new Set(fieldsOf(body).map(({ register, bits, change }) => `${[register, ...bits].join(' ')} ${change}`)),
]

const READ = 'pci_read_config_word(dev, PCI_COMMAND, &cmd);'
const WRITE = 'pci_write_config_word(dev, PCI_COMMAND, cmd);'

describe('which register', () => {
  test.each([
    ['by name', 'pci_write_config_word(dev, PCI_COMMAND, 0);', 'PCI_COMMAND value'],
    ['beside a capability', 'pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, 0);', 'PCI_PM_CTRL value'],
    ['in a local', 'pos = dev->pm_cap + PCI_PM_CTRL; pci_write_config_word(dev, pos, 0);', 'PCI_PM_CTRL value'],
  ])('%s', (_, body, expected) => expect(fieldTexts(body)).toEqual([expected]))

  test('one of two: both are named', () => {
    const both = ['PCI_COMMAND value', 'PCI_BRIDGE_CONTROL value']
    expect(fieldTexts('pci_write_config_word(dev, given ? PCI_COMMAND : PCI_BRIDGE_CONTROL, 0);')).toEqual(both)
    const local = 'pos = PCI_COMMAND; if (given) pos = PCI_BRIDGE_CONTROL; pci_write_config_word(dev, pos, 0);'
    expect(fieldTexts(local)).toEqual(both)
  })

  test('a register that no specification names is told by its number', () => {
    expect(fieldTexts('pci_write_config_byte(dev, 0x9c, given);')).toEqual(['0x9c caller'])
  })

  test("a driver's own number beside a capability is no register of the header", () => {
    const text =
      '#define DWORD_SELECT 0x02\nvoid f(struct pci_dev *dev, u8 index)\n{\n\tpci_write_config_byte(dev, PLACE, index);\n}\n'
    const registerAt = (place: string) => writesOf(parser, text.replace('PLACE', place))[0]!.fields[0]?.register
    expect(registerAt('dev->shpc_cap + DWORD_SELECT')).toBe('DWORD_SELECT')
    expect(registerAt('DWORD_SELECT + 2')).toBe('PCI_COMMAND')
  })

  test.each([
    ['a parameter', 'pci_write_config_word(dev, given, 0);'],
    ['a field', 'pci_write_config_dword(dev, dev->mask_pos, 0);'],
    ['two names in one sum', 'pci_write_config_word(dev, PCI_COMMAND + PCI_BRIDGE_CONTROL, 0);'],
    ['a capability with a number', 'pci_write_config_word(dev, dev->pm_cap + 4, 0);'],
    ['moved on in a loop', 'pos = PCI_COMMAND; while (given) pos += 4; pci_write_config_word(dev, pos, 0);'],
  ])('not resolved: %s', (_, body) => expect(fieldTexts(body)).toEqual([]))
})

describe('which bits', () => {
  test("a macro of the header that takes a field's bits names the field, and no number that is subtracted in it", () => {
    const fields = fieldsOf(
      'pci_write_config_word(dev, pos + PCI_ATS_CTRL, PCI_ATS_CTRL_STU(given - PCI_ATS_MIN_STU));',
    )
    expect(fields.map(({ bits, mask, change }) => ({ bits, mask, change }))).toEqual([
      { bits: [], mask: 0xffe0, change: 'clear' },
      { bits: ['PCI_ATS_CTRL_STU'], mask: 0x1f, change: 'value' },
    ])
  })

  test.each([
    ['set', `${READ} cmd |= PCI_COMMAND_MASTER; ${WRITE}`, ['PCI_COMMAND PCI_COMMAND_MASTER set']],
    ['cleared', `${READ} cmd &= ~PCI_COMMAND_MASTER; ${WRITE}`, ['PCI_COMMAND PCI_COMMAND_MASTER clear']],
    [
      'cleared in the argument',
      `${READ} pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);`,
      ['PCI_COMMAND PCI_COMMAND_MASTER clear'],
    ],
    [
      'two bits of one feature',
      `${READ} cmd &= ~(PCI_COMMAND_IO | PCI_COMMAND_MEMORY); ${WRITE}`,
      ['PCI_COMMAND PCI_COMMAND_IO PCI_COMMAND_MEMORY clear'],
    ],
    [
      'bits of two features',
      `${READ} cmd |= PCI_COMMAND_MASTER | PCI_COMMAND_IO; ${WRITE}`,
      ['PCI_COMMAND PCI_COMMAND_MASTER set', 'PCI_COMMAND PCI_COMMAND_IO set'],
    ],
    [
      'one or the other',
      `${READ} cmd = given ? cmd | PCI_COMMAND_MASTER : cmd & ~PCI_COMMAND_MASTER; ${WRITE}`,
      ['PCI_COMMAND PCI_COMMAND_MASTER set', 'PCI_COMMAND PCI_COMMAND_MASTER clear'],
    ],
    ['written back as read', `${READ} ${WRITE}`, ['PCI_COMMAND as-read']],
    ["the caller's", 'pci_write_config_word(dev, PCI_COMMAND, given);', ['PCI_COMMAND caller']],
    ['a constant', 'pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER | 1);', ['PCI_COMMAND value']],
    [
      'set and clear arguments',
      'pcie_capability_clear_and_set_word(dev, PCI_EXP_DEVCTL2, PCI_EXP_DEVCTL2_ARI, given);',
      ['PCI_EXP_DEVCTL2 PCI_EXP_DEVCTL2_ARI caller'],
    ],
  ])('%s', (_, body, expected) => {
    expect(new Set(fieldTexts(body))).toEqual(new Set(expected))
  })

  /** Every bit of the register that has one of these changes; `as-read` if no field names it. */
  const changesOf = (body: string): Record<string, number> => {
    const masks: Record<string, number> = {}
    for (const { change, mask } of fieldsOf(body)) masks[change] = (masks[change] ?? 0) | mask
    return masks
  }

  test.each([
    ['read from another register', 'pci_read_config_word(dev, PCI_BRIDGE_CONTROL, &cmd);', { value: 0xffff }],
    ['read from another device', 'pci_read_config_word(dev->bus->self, PCI_COMMAND, &cmd);', { value: 0xffff }],
    ['never read', 'cmd |= PCI_COMMAND_MASTER;', { set: 4, unknown: 0xfffb }],
    ['toggled', `${READ} cmd ^= PCI_COMMAND_MASTER;`, { value: 4 }],
    ['counted up', `${READ} cmd++;`, { value: 0xffff }],
    ['changed by another function', `${READ} adjust(dev, &cmd);`, { unknown: 0xffff }],
    ['made by another function', 'cmd = wanted(dev);', { unknown: 0xffff }],
    ['computed', `${READ} cmd = cmd * 2;`, { value: 0xffff }],
    ['overwritten', `${READ} cmd = 0; cmd |= PCI_COMMAND_MASTER;`, { value: 0xffff }],
    ['memory', `cmd = dev->cmd;`, { value: 0xffff }],
    ['saved state', `cmd = dev->saved_config_space[1];`, { saved: 0xffff }],
    ['a field put in', `${READ} cmd &= ~0x3; cmd |= given & 0x3;`, { caller: 3 }],
    ['a field prepared', `${READ} cmd = (cmd & ~0x30) | FIELD_PREP(0x30, dev->n);`, { value: 0x30 }],
    ['the upper half of an address', 'cmd = dev->start >> 16 >> 16;', { value: 0xffff }],
    ['set on one way, cleared on the other', `${READ} if (given) cmd |= 4; else cmd &= ~4;`, { set: 4, clear: 4 }],
    ['set only sometimes', `${READ} if (given) cmd |= 4;`, { set: 4 }],
    ['what is unchanged at the write counts', `${READ} pos = cmd; cmd |= 4; cmd = pos;`, { 'as-read': 0xffff }],
  ])('%s', (_, body, expected) => expect(changesOf(`${body} ${WRITE}`)).toEqual(expected))
})

/** Read-modify-write as random programs: run over every start value and every way through. */
const BITS = { PCI_COMMAND_IO: 1, PCI_COMMAND_MEMORY: 2, PCI_COMMAND_MASTER: 4 } as const
type Bit = keyof typeof BITS
interface Change {
  readonly text: string
  readonly apply: (value: number) => number
}
const maskOf = (bits: readonly Bit[]): number => bits.reduce((sum, bit) => sum | BITS[bit], 0)
const someBits = fc.uniqueArray(fc.constantFrom(...(Object.keys(BITS) as Bit[])), { minLength: 1 })
const change: fc.Arbitrary<Change> = fc
  .record({ bits: someBits, how: fc.constantFrom('|=', '&= ~', '= |', '= &', '^=', '= 0') })
  .map(({ bits, how }) => {
    const mask = maskOf(bits)
    const text = bits.join(' | ')
    switch (how) {
      case '|=':
        return { text: `cmd |= ${text};`, apply: (v) => v | mask }
      case '&= ~':
        return { text: `cmd &= ~(${text});`, apply: (v) => v & ~mask }
      case '= |':
        return { text: `cmd = cmd | (${text});`, apply: (v) => v | mask }
      case '= &':
        return { text: `cmd = (cmd & ~(${text}));`, apply: (v) => v & ~mask }
      case '^=':
        return { text: `cmd ^= ${text};`, apply: (v) => v ^ mask }
      default:
        return { text: 'cmd = 0;', apply: () => 0 }
    }
  })
const last = fc.oneof(
  fc.constant<Change>({ text: 'cmd', apply: (v) => v }),
  someBits.map((bits): Change => ({ text: `cmd | ${bits.join(' | ')}`, apply: (v) => v | maskOf(bits) })),
  fc.tuple(someBits, someBits).map(
    ([off, on]): Change => ({
      text: `(cmd & ~(${off.join(' | ')})) | ${on.join(' | ')}`,
      apply: (v) => (v & ~maskOf(off)) | maskOf(on),
    }),
  ),
)

test('a bit that can change is named with its direction, whatever the sequence', () => {
  const steps = fc.array(fc.record({ change, isSure: fc.boolean() }), { maxLength: 5 })
  fc.assert(
    fc.property(steps, last, (sequence, final) => {
      const body = sequence.map(({ change: c, isSure }) => (isSure ? c.text : `if (given) { ${c.text} }`)).join(' ')
      const text = `${READ} ${body} pci_write_config_word(dev, PCI_COMMAND, ${final.text});`
      const fields = fieldsOf(text)
      for (let start = 0; start < 8; start++) {
        let values = new Set([start])
        for (const { change: c, isSure } of sequence)
          values = new Set([...values].flatMap((v) => (isSure ? [c.apply(v)] : [v, c.apply(v)])))
        for (const written of [...values].map(final.apply))
          for (const bit of Object.values(BITS)) {
            if ((start & bit) === (written & bit)) continue
            const direction = written & bit ? 'set' : 'clear'
            const naming = fields.filter((f) => f.mask & bit && [direction, 'unknown', 'value'].includes(f.change))
            expect(naming.length, `${direction} ${bit} in ${text}`).toBeGreaterThan(0)
          }
      }
    }),
    { numRuns: 1000 },
  )
})
