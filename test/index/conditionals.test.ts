/** Which branches of `#if` are code: known ones are decided, of the others both are read. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type KernelConfig, readKernelConfig } from '../../src/core/config/kernelConfig.js'
import { withoutDeadCode } from '../../src/core/functions/deadCode.js'
import { Conditionals } from '../../src/core/index/conditionals.js'
import { FileFacts } from '../../src/core/index/facts.js'
import { FileIndexer } from '../../src/core/index/indexFile.js'
import { latin1Bytes, Names } from '../../src/core/index/names.js'

const CONFIG = [
  'CONFIG_PCI=y',
  'CONFIG_VFIO=m',
  '# CONFIG_EISA is not set',
  'CONFIG_HZ=250',
  'CONFIG_BASE=0x1000',
  'CONFIG_NAME="x"',
].join('\n')
const fragment = configOf(CONFIG)
const complete = configOf(`#\n# Automatically generated file; DO NOT EDIT.\n#\n${CONFIG}\n`)

function configOf(text: string): KernelConfig {
  const config = readKernelConfig(text)
  if ('problem' in config) throw new Error(config.problem)
  return config
}

function factsOf(text: string, config: KernelConfig | null): { facts: FileFacts; functions: string[] } {
  const names = new Names()
  const bytes = latin1Bytes(`${text}\0`)
  const facts = new FileFacts(new FileIndexer(names, config).index(bytes, text.length, 'drivers/pci/a.c'))
  const rows = facts.rows('functions')
  return { facts, functions: Array.from({ length: rows.count }, (_, row) => names.text(rows.get(row, 'name'))) }
}

/** Functions of a text: every line without `#` is the name of one. */
function functionsIn(lines: string, config: KernelConfig | null = null): string {
  const text = lines
    .split(' | ')
    .map((line) => (/^\w+$/.test(line) ? `void ${line}(void)\n{\n}` : line))
    .join('\n')
  return factsOf(text, config).functions.join(' ')
}

describe('without a .config', () => {
  test.each([
    ['#ifdef X | a | #else | b | #endif | c', 'a b c'],
    ['#if 0 | a | #else | b | #endif', 'b'],
    ['#if 1 | a | #else | b | #endif | c', 'a c'],
    ['#if 0 | a | #elif 1 | b | #else | c | #endif', 'b'],
    ['#if 0 | a | #elif X | b | #else | c | #endif', 'b c'],
    ['#if X | a | #elif 0 | b | #else | c | #endif', 'a c'],
    ['#if X | a | #elif 1 | b | #else | c | #endif', 'a b'],
    ['#if 1 | a | #elif X | b | #elif 1 | c | #else | d | #endif', 'a'],
    ['#if 0 | a | #if X | b | #else | c | #endif | d | #endif | e', 'e'],
    ['#if X | a | #if 0 | b | #else | c | #endif | d | #else | e | #endif', 'a c d e'],
    ['#if 1 | #if 1 | a | #else | b | #endif | #else | c | #endif', 'a'],
    ['#ifdef CONFIG_LIVEUPDATE | a | #else | b | #endif', 'a'],
    ['#ifndef CONFIG_PCI_LIVEUPDATE | a | #else | b | #endif', 'b'],
    ['#if IS_ENABLED(CONFIG_LIVEUPDATE_TEST) | a | #else | b | #endif', 'a'],
    ['#if defined(CONFIG_LIVEUPDATE) && defined(CONFIG_KEXEC) | a | #else | b | #endif', 'a b'],
    ['#if defined(CONFIG_LIVEUPDATE) || defined(CONFIG_KEXEC) | a | #else | b | #endif', 'a'],
    ['#if !defined CONFIG_LIVEUPDATE && X | a | #else | b | #endif', 'b'],
    ['#ifdef CONFIG_LIVEUPDATE_MODULE | a | #else | b | #endif', 'b'],
    ['#ifdef CONFIG_PCI | a | #else | b | #endif', 'a b'],
    ['#ifdef __KERNEL__ | a | #else | b | #endif', 'a'],
    ['#ifndef __ASSEMBLY__ | a | #else | b | #endif', 'a'],
    ['#elif 0 | a | #endif | #else | b', 'a b'],
    ['#if 0 | a | b', 'a b'],
    ['#if 0 | /* | #else | */ | a | #endif | b', 'b'],
    ['#if 0 | "/*" | #else | a | #endif', 'a'],
    ['#if 0 // never | a | #else /* always */ | b | #endif', 'b'],
    ['#  if 0 | a | #  else | b | #  endif', 'b'],
  ])('%s: %s', (text, expected) => {
    expect(functionsIn(text)).toBe(expected)
  })
})

describe('with a .config', () => {
  test.each([
    ['#ifdef CONFIG_PCI | a | #else | b | #endif', 'a', 'a'],
    ['#ifdef CONFIG_EISA | a | #else | b | #endif', 'b', 'b'],
    // `m` defines CONFIG_VFIO_MODULE, not CONFIG_VFIO.
    ['#ifdef CONFIG_VFIO | a | #else | b | #endif', 'b', 'b'],
    ['#ifdef CONFIG_VFIO_MODULE | a | #else | b | #endif', 'a', 'a'],
    ['#if IS_ENABLED(CONFIG_VFIO) | a | #else | b | #endif', 'a', 'a'],
    ['#if IS_BUILTIN(CONFIG_VFIO) | a | #else | b | #endif', 'b', 'b'],
    ['#if IS_MODULE(CONFIG_VFIO) | a | #else | b | #endif', 'a', 'a'],
    ['#if IS_REACHABLE(CONFIG_VFIO) | a | #else | b | #endif', 'a b', 'a b'],
    ['#if CONFIG_HZ > 100 && CONFIG_BASE == 4096 | a | #else | b | #endif', 'a', 'a'],
    ['#if CONFIG_HZ / 0 | a | #else | b | #endif', 'a b', 'a b'],
    ['#if CONFIG_EISA | a | #else | b | #endif', 'b', 'b'],
    ['#if defined(CONFIG_NAME) | a | #else | b | #endif', 'a', 'a'],
    // A fragment says nothing of what it does not name; kconfig leaves out only what cannot be set.
    ['#ifdef CONFIG_OTHER | a | #else | b | #endif', 'a b', 'b'],
    ['#ifdef CONFIG_OTHER_MODULE | a | #else | b | #endif', 'a b', 'b'],
    // Live update is under review, whatever the .config says.
    ['#ifdef CONFIG_PCI_LIVEUPDATE | a | #else | b | #endif', 'a', 'a'],
  ])('%s: fragment %s, complete %s', (text, ofFragment, ofComplete) => {
    expect(functionsIn(text, fragment)).toBe(ofFragment)
    expect(functionsIn(text, complete)).toBe(ofComplete)
  })

  test.each([
    ['', 'it sets no CONFIG_ symbol'],
    ['# CONFIG_A is not set\nint main(void)\n', 'line 2 is no CONFIG_NAME=value'],
    ['CONFIG_A=y\nCONFIG_B=yes\n', 'line 2 is no CONFIG_NAME=value'],
    ['\u007fELF', 'line 1 is no CONFIG_NAME=value'],
  ])('%j is none', (text, problem) => {
    expect(readKernelConfig(text)).toEqual({ problem })
  })

  test('line ends of any kind, comments and empty lines are fine', () => {
    expect([...configOf('\r\n# a comment\r\nCONFIG_A=y\r\n# CONFIG_B is not set\r\n').values]).toEqual([
      ['A', 'y'],
      ['B', 'n'],
    ])
  })
})

describe('expressions', () => {
  const value = (text: string) => new Conditionals(null).holds(text)

  test.each([
    '1 + 2 * 3 == 7',
    '(1 + 2) * 3 == 9',
    '0x10 == 16 && 010 == 8',
    '1 << 4 > 15UL',
    '!0 && !!1',
    '-1 < 0 && ~0 == -1',
    '1 ? 1 : 0',
    '0 ? X : 1',
    'X ? 1 : 1',
    '1 || X',
    'X || 1',
    '7 % 4 == 3 && (6 & 3) == 2 && (6 | 1) == 7 && (6 ^ 3) == 5',
  ])('%s holds', (text) => {
    expect(value(text)).toBe(true)
    expect(value(`!(${text})`)).toBe(false)
  })

  test.each([
    'X',
    'X > 3',
    'KERNEL_VERSION(6, 1, 0) > 3',
    'X && 1',
    '0 || X',
    '1 +',
    '(1',
    '1)',
    '',
    '? :',
    'defined',
    'defined(',
    '1 $ 2',
    '0x',
    '4 / 0',
  ])('%j: cannot tell', (text) => {
    expect(value(text)).toBe(null)
  })

  test('any text ends, deep nesting too', () => {
    const tokens = fc.constantFrom(
      '(',
      ')',
      '!',
      '&&',
      '||',
      '?',
      ':',
      '0',
      '1',
      'X',
      'defined',
      'IS_ENABLED',
      ' ',
      '-',
      '<',
      '/',
    )
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 40 }), (list) => {
        expect([true, false, null]).toContain(value(list.join(' ')))
      }),
      { numRuns: 2000 },
    )
    expect(value('('.repeat(100_000))).toBe(null)
    expect(value('!'.repeat(100_000))).toBe(null)
  })
})

/** A text with conditions in it, and what a preprocessor that knows `config` leaves of it. */
interface Piece {
  readonly text: string
  /** Null: not decided by what is known, so all of it stays. */
  readonly live: readonly string[]
}

/** Conditions whose outcome is known here without evaluating them, and one that nobody knows. */
const CONDITIONS: readonly (readonly [string, boolean | null])[] = [
  ['0', false],
  ['1', true],
  ['defined(CONFIG_PCI) && 1', true],
  ['defined(CONFIG_EISA)', false],
  ['IS_ENABLED(CONFIG_VFIO) || UNKNOWN', true],
  ['UNKNOWN > 4', null],
]

let serial = 0
const plain: fc.Arbitrary<Piece> = fc.constant(null).map(() => {
  const name = `f${serial++}`
  return { text: `void ${name}(void)\n{\n}\n`, live: [name] }
})
const { program } = fc.letrec<{ program: Piece; piece: Piece }>((tie) => ({
  piece: fc.oneof({ maxDepth: 4, withCrossShrink: true }, plain, conditional(tie('program'))),
  program: fc.array(tie('piece'), { maxLength: 4 }).map((pieces) => ({
    text: pieces.map((p) => p.text).join(''),
    live: pieces.flatMap((p) => p.live),
  })),
}))

function conditional(inner: fc.Arbitrary<Piece>): fc.Arbitrary<Piece> {
  const branch = fc.tuple(fc.constantFrom(...CONDITIONS), inner)
  return fc.tuple(fc.array(branch, { minLength: 1, maxLength: 4 }), fc.option(inner)).map(([branches, last]) => {
    const live: string[] = []
    let text = ''
    let isOver = false
    for (const [i, [[condition, holds], piece]] of branches.entries()) {
      text += `#${i === 0 ? 'if' : 'elif'} ${condition}\n${piece.text}`
      if (!isOver && holds !== false) live.push(...piece.live)
      isOver ||= holds === true
    }
    if (last) {
      text += `#else\n${last.text}`
      if (!isOver) live.push(...last.live)
    }
    return { text: `${text}#endif\n`, live }
  })
}

describe('any nesting of conditions', () => {
  test('has the functions that a preprocessor leaves', () => {
    fc.assert(
      fc.property(program, ({ text, live }) => {
        expect(factsOf(text, fragment).functions).toEqual(live)
      }),
      { numRuns: 2000 },
    )
  })

  test('is the same once its dead code is taken out of the text, and has none then', () => {
    fc.assert(
      fc.property(program, ({ text, live }) => {
        const { facts } = factsOf(text, fragment)
        const rest = withoutDeadCode(text, facts)
        expect(rest.length).toBe(text.length)
        expect(rest.split('\n').length).toBe(text.split('\n').length)
        const again = factsOf(rest, null)
        expect(again.functions).toEqual(live)
        expect([...rest.matchAll(/f\d+/g)].map(String)).toEqual(live)
        expect(rest.match(/^#\s*if/gm)?.length).toBe(rest.match(/^#\s*endif/gm)?.length)
      }),
      { numRuns: 2000 },
    )
  })
})

test('braces that stand in two branches are one, whichever of them is dead', () => {
  const text = (condition: string): string =>
    `void f(void)\n{\n#if ${condition}\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t\tx();\n\t}\n}\nvoid g(void)\n{\n}\n`
  for (const condition of ['0', '1', 'X']) expect(factsOf(text(condition), null).functions).toEqual(['f', 'g'])
})
