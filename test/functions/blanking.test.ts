import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { asFunction, blankKernelMacros } from '../../src/core/functions/blanking.js'
import type { CParser, SyntaxNode } from '../../src/core/functions/parser.js'
import { cParser } from '../../src/node/wasm.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'
import { writesOf } from './writesOf.js'

let parser: CParser
beforeAll(async () => {
  parser = await cParser()
})

/** Offsets stay; a line end may only go where a `#` line ends, as `}else{` is longer than `#else`. */
function expectSamePlaces(text: string): void {
  const blanked = blankKernelMacros(text)
  expect(blanked.length).toBe(text.length)
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\n' && blanked[i] !== '\n') expect(text.slice(0, i)).toMatch(/#[^\n]*$/)
    if (blanked[i] === '\n') expect(text[i]).toBe('\n')
  }
}

describe('places stay', () => {
  const piece = fc.constantFrom(
    ...[
      '#if A',
      '#ifdef B',
      '#else',
      '#elif C',
      '#endif',
      '#define X y',
      '\n',
      '\\\n',
      ' ',
      '\t',
      '{',
      '}',
      ';',
      '(',
      ')',
    ],
    ...[
      '__init ',
      'noinline',
      '__printf(1, 2)',
      'list_for_each_entry(a, b, c)',
      'container_of(x, struct y, z)',
      '"#if"',
      '/*',
      '*/',
      '//',
      'x',
      '\r\n',
    ],
  )

  test('of any text', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        expectSamePlaces(pieces.join(''))
      }),
      { numRuns: 3000 },
    )
  })

  test('of every file of the sample kernel', () => {
    for (const text of Object.values(sampleFiles)) expectSamePlaces(text)
  })

  test('a text with nothing of the kernel in it stays as it is', () => {
    const text = 'int f(int a)\n{\n\treturn a ? g(a) : "__in" "it"[0];\n}\n'
    expect(blankKernelMacros(text)).toBe(text)
  })
})

describe('what the grammar could not read is C afterwards', () => {
  test.each([
    ['attributes', 'static int __init __must_check f(void __iomem *p) __acquires(lock)\n{\n\treturn 0;\n}\n'],
    ['for_each', 'void f(void)\n{\n\tlist_for_each_entry(dev, &bus->devices, bus_list)\n\t\tg(dev);\n}\n'],
    ['for_each with braces', 'void f(void)\n{\n\tfor_each_pci_bridge(dev, bus) {\n\t\tg(dev);\n\t}\n}\n'],
    [
      'a macro without a semicolon',
      'void f(void)\n{\n\tFLAGS\n\n\tLOCK\n\ta();\n\tif (b) {\n\t\tLOCK\n\t\tc();\n\t}\n\tUNLOCK\n}\n',
    ],
    ['a type as an argument', 'void f(void)\n{\n\tp = container_of(w, struct pme_data, work);\n}\n'],
    ['#if around statements', 'void f(void)\n{\n\ta();\n#ifdef CONFIG_X\n\tb();\n#else\n\tc();\n#endif\n\td();\n}\n'],
    [
      '#if around half a statement',
      'void f(void)\n{\n\tif (a ||\n#ifdef CONFIG_X\n\t    b ||\n#endif\n\t    c)\n\t\td();\n}\n',
    ],
  ])('%s', (_, text) => {
    expect(parser.parse(blankKernelMacros(text)).isError).toBe(false)
  })

  test('every function of the sample kernel parses without an error', () => {
    const broken: string[] = []
    for (const [path, text] of Object.entries(sampleFiles)) {
      if (!path.endsWith('.c')) continue
      const definitions = parser.parse(blankKernelMacros(text)).children.filter((n) => n.type === 'function_definition')
      for (const node of definitions)
        if (node.isError) broken.push(`${path}: ${text.slice(node.start, node.start + 60)}`)
    }
    expect(broken).toEqual([])
  })
})

describe('a name in capitals alone on its line', () => {
  const WRITE = 'pci_write_config_word(dev, PCI_COMMAND, 0);'
  const inside = (body: string): string => `void f(struct pci_dev *dev)\n{\n${body}\n}\n`

  test.each([
    ['at the front', `LOCK\n${WRITE}`],
    ['behind a statement', `a();\nLOCK\n/* why */\n${WRITE}\nUNLOCK`],
    ['two of them', `FLAGS\nLOCK\n${WRITE}`],
    ['with arguments', `LOCK(a->b, c)\n${WRITE}`],
    ['in a block', `if (a) {\n\tLOCK\n\t${WRITE}\n}`],
  ])('%s hides no write', (_, body) => {
    expect(writesOf(parser, inside(body))).toHaveLength(1)
  })

  test.each([
    ['a label', 'goto OUT;\nOUT:\n\ta();'],
    ['a value of a list', 'int a[] = {\n\tFIRST\n};'],
    ['an argument', 'a(b,\n\tFIRST\n\t);'],
    ['an operand', 'a = b |\n\tFIRST\n\t| c;'],
    ['a call in an if', 'if (a)\n\tCALL(b)\n\tc();'],
    ['a call', '\tCALL\n\t(a);'],
  ])('%s stays', (_, body) => {
    expect(blankKernelMacros(inside(body))).toBe(inside(body))
  })
})

describe('#if branches', () => {
  const statuses = (body: string): string[] =>
    writesOf(parser, `void f(struct pci_dev *dev)\n{\n${body}\n}\n`).map((w) => w.guard.status)
  const WRITE = '\tpci_write_config_word(dev, PCI_COMMAND, 0);\n'

  test('both branches are read', () => {
    expect(statuses(`#ifdef A\n${WRITE}#else\n${WRITE}#endif`)).toHaveLength(2)
    expect(statuses(`#ifdef A\n${WRITE}#elif B\n${WRITE}#else\n${WRITE}#endif`)).toHaveLength(3)
  })

  test('neither is certain: a guard in one branch guards nothing below', () => {
    expect(statuses(`#ifdef A\n\tif (pci_lu_adopt(dev))\n\t\treturn;\n${WRITE}#endif\n${WRITE}`)).toEqual([
      'guarded',
      'unguarded',
    ])
  })

  test('a guard in both branches does', () => {
    const guard = '\tif (pci_lu_adopt(dev))\n\t\treturn;\n'
    expect(statuses(`#ifdef A\n${guard}#else\n${guard}#endif\n${WRITE}`)).toEqual(['guarded'])
  })
})

test('the body of a macro, as a function of its own', () => {
  const body = 'do { first(dev); \\\n\tsecond(dev); } while (0)'
  const { text, prefix } = asFunction(body)
  expect(text.slice(prefix).length).toBeGreaterThanOrEqual(body.length)
  expect(text.slice(prefix).indexOf('second')).toBe(body.indexOf('second'))
  expect(parser.parse(text).isError).toBe(false)
})

test('any text parses, and the tree covers it', () => {
  const inside = (node: SyntaxNode, from: number, to: number): boolean =>
    node.start >= from && node.end <= to && node.children.every((c) => inside(c, node.start, node.end))
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      expect(inside(parser.parse(text), 0, text.length)).toBe(true)
    }),
    { numRuns: 300 },
  )
})
