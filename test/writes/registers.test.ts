import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { evaluateConstant, RegisterNames } from '../../src/core/writes/registers.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'

const header = new RegisterNames(sampleFiles['include/uapi/linux/pci_regs.h']!)

describe("the tree's own register header", () => {
  test('two blanks make a bit of the register above', () => {
    expect(header.register('PCI_COMMAND')).toMatchObject({ value: 4 })
    expect(header.register('PCI_COMMAND')!.bits).toContain('PCI_COMMAND_MASTER')
    expect(header.register('PCI_COMMAND_MASTER')).toBeNull()
    expect(header.value('PCI_COMMAND_MASTER')).toBe(4)
    expect(header.register('PCI_ATS_CTRL')!.bits).toContain('PCI_ATS_CTRL_STU')
  })

  test('a name that it lacks has no value', () => {
    expect(header.value('PCI_NOT_THERE')).toBeNull()
    expect(header.evaluate('PCI_COMMAND_IO | PCI_NOT_THERE')).toBeNull()
  })

  test('values that name others, comments behind them', () => {
    const names = new RegisterNames(
      '#define PCI_A	0x10	/* first */\n#define  PCI_A_X	BIT(3)\n#define PCI_B	(PCI_A + 4)\n#define  PCI_B_Y 0x00000001U\n',
    )
    expect(['PCI_A', 'PCI_A_X', 'PCI_B', 'PCI_B_Y'].map((name) => names.value(name))).toEqual([16, 8, 20, 1])
  })
})

/** Expressions as a tree, printed with every operand in parentheses, evaluated by JavaScript's own 32 bit operators. */
interface Term {
  readonly text: string
  readonly value: number
}
const { term } = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 4 },
    fc.nat({ max: 0xffff }).map((n): Term => ({ text: `0x${n.toString(16)}`, value: n })),
    fc.nat({ max: 999 }).map((n): Term => ({ text: `${n}u`, value: n })),
    tie('term').map(({ text, value }): Term => ({ text: `~(${text})`, value: ~value >>> 0 })),
    fc.tuple(tie('term'), tie('term'), fc.constantFrom('|', '&', '^', '+', '-')).map(([a, b, operator]): Term => {
      const value = {
        '|': a.value | b.value,
        '&': a.value & b.value,
        '^': a.value ^ b.value,
        '+': a.value + b.value,
        '-': a.value - b.value,
      }[operator]!
      return { text: `(${a.text}) ${operator} (${b.text})`, value: value >>> 0 }
    }),
    fc
      .tuple(tie('term'), fc.nat({ max: 15 }))
      .map(([a, n]): Term => ({ text: `(${a.text}) << ${n}`, value: (a.value << n) >>> 0 })),
  ),
}))

describe('constant expressions', () => {
  const value = (text: string) => evaluateConstant(text, () => null)

  test('have the value that 32 bit arithmetic gives', () => {
    fc.assert(
      fc.property(term, ({ text, value: expected }) => {
        expect(value(text), text).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['1 | 2 << 3', 17],
    ['7 & ~2', 5],
    ['1 + 2 * 3', 7],
    ['(u16)0xffff', 0xffff],
    ['BIT(31)', 0x80000000],
    ['~0', 0xffffffff],
    ['', null],
    ['1 +', null],
    ['(1', null],
    ['f(1)', null],
    ['a ? 1 : 2', null],
    ['1 2', null],
  ])('%s', (text, expected) => expect(value(text)).toBe(expected))

  test('any text ends, without an exception', () => {
    const piece = fc.constantFrom('(', ')', '~', '-', '|', '<<', '1', '0x', 'PCI_A', 'BIT', ' ', 'u16', '*', '\0', '"')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(() => value(pieces.join(' '))).not.toThrow()
      }),
    )
  })

  test('deep nesting does not overflow the stack', () => {
    expect(() => value(`${'('.repeat(20_000)}1`)).not.toThrow()
    expect(() => value(`${'~'.repeat(20_000)}1`)).not.toThrow()
  })
})
