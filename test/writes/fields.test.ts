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

const fieldTexts = (body: string): string[] =>
  fieldsOf(body).map(({ register, bits, change }) => `${[register, ...bits].join(' ')} ${change}`)

const READ = 'pci_read_config_word(dev, PCI_COMMAND, &cmd);'
const WRITE = 'pci_write_config_word(dev, PCI_COMMAND, cmd);'

describe('which register', () => {
  test.each([
    ['by name', 'pci_write_config_word(dev, PCI_COMMAND, 0);', 'PCI_COMMAND value'],
    ['beside a capability', 'pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, 0);', 'PCI_PM_CTRL value'],
    ['in a local', 'pos = dev->pm_cap + PCI_PM_CTRL; pci_write_config_word(dev, pos, 0);', 'PCI_PM_CTRL value'],
  ])('%s', (_, body, expected) => expect(fieldTexts(body)).toEqual([expected]))

  test.each([
    ['a parameter', 'pci_write_config_word(dev, given, 0);'],
    ['a field', 'pci_write_config_dword(dev, dev->mask_pos, 0);'],
    ['one of two', 'pci_write_config_word(dev, given ? PCI_COMMAND : PCI_BRIDGE_CONTROL, 0);'],
    [
      'a local with one value or another',
      'pos = PCI_COMMAND; if (given) pos = PCI_BRIDGE_CONTROL; pci_write_config_word(dev, pos, 0);',
    ],
  ])('not resolved: %s', (_, body) => expect(fieldTexts(body)).toEqual([]))
})

describe('which bits', () => {
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
      ['PCI_COMMAND PCI_COMMAND_MASTER unknown'],
    ],
    ['written back as read', `${READ} ${WRITE}`, ['PCI_COMMAND as-read']],
    ["the caller's", 'pci_write_config_word(dev, PCI_COMMAND, given);', ['PCI_COMMAND caller']],
    ['a constant', 'pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER | 1);', ['PCI_COMMAND value']],
    [
      'set and clear arguments',
      'pcie_capability_clear_and_set_word(dev, PCI_EXP_DEVCTL2, PCI_EXP_DEVCTL2_ARI, given);',
      ['PCI_EXP_DEVCTL2 PCI_EXP_DEVCTL2_ARI clear', 'PCI_EXP_DEVCTL2 unknown'],
    ],
  ])('%s', (_, body, expected) => {
    expect(new Set(fieldTexts(body))).toEqual(new Set(expected))
  })

  test.each([
    ['read from another register', 'pci_read_config_word(dev, PCI_BRIDGE_CONTROL, &cmd); cmd |= PCI_COMMAND_MASTER;'],
    ['never read', 'cmd |= PCI_COMMAND_MASTER;'],
    ['toggled', `${READ} cmd ^= PCI_COMMAND_MASTER;`],
    ['counted up', `${READ} cmd++;`],
    ['changed by another function', `${READ} adjust(dev, &cmd);`],
    ['computed', `${READ} cmd = cmd * 2;`],
    ['overwritten', `${READ} cmd = 0; cmd |= PCI_COMMAND_MASTER;`],
  ])('every bit may change: %s', (_, body) => {
    const whole = fieldsOf(`${body} ${WRITE}`).find(({ mask }) => mask === 0xffff)
    expect(whole).toMatchObject({ register: 'PCI_COMMAND', change: 'unknown' })
  })
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
