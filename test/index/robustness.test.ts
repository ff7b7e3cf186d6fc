import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FileFacts, FunctionFlag, SECTION_NAMES, SECTIONS } from '../../src/core/index/facts.js'
import { Names } from '../../src/core/index/names.js'
import { cTokens } from '../fixtures/cTokens.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'
import { blockOf, factsOf, rowsOf } from './factsText.js'

const paths = Object.keys(sampleFiles)
const samplePath = fc.constantFrom(...paths)

/** What every block of facts must be, whatever the bytes were. */
function expectSound(text: string, path = 'drivers/pci/test.c'): void {
  const names = new Names()
  const facts = new FileFacts(blockOf(text, path, names))
  const functions = facts.rows('functions')
  const lineCount = text.split('\n').length
  for (const section of SECTION_NAMES) {
    const rows = facts.rows(section)
    const columns = SECTIONS[section].columns as readonly string[]
    for (let row = 0; row < rows.count; row++) {
      const get = (column: string): number => rows.get(row, column as never)
      for (const name of SECTIONS[section].names) expect(get(name)).toBeLessThan(names.count)
      if (columns.includes('owner')) {
        expect(get('owner')).toBeGreaterThanOrEqual(-1)
        expect(get('owner')).toBeLessThan(functions.count)
      }
      if (columns.includes('line')) {
        expect(get('line')).toBeGreaterThanOrEqual(1)
        expect(get('line')).toBeLessThanOrEqual(lineCount)
      }
    }
  }
  for (let row = 0; row < functions.count; row++) {
    const [start, body, end] = [functions.get(row, 'start'), functions.get(row, 'body'), functions.get(row, 'end')]
    expect(start).toBeLessThanOrEqual(body)
    expect(body).toBeLessThanOrEqual(end)
    expect(end).toBeLessThanOrEqual(text.length)
  }
}

/** Cuts out, doubles and swaps pieces of a text. */
const mutilated = fc
  .record({
    path: samplePath,
    edits: fc.array(
      fc.record({
        how: fc.constantFrom('cut', 'double', 'swap', 'insert'),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        to: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.integer({ min: 1, max: 200 }),
        text: fc.constantFrom(
          '{',
          '}',
          '(',
          ')',
          '"',
          "'",
          '/*',
          '*/',
          '#if 0\n',
          '#else\n',
          '#endif\n',
          '\\\n',
          ';',
          '\0',
        ),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(({ path, edits }) => {
    let text = sampleFiles[path]!
    for (const { how, at, to, length, text: piece } of edits) {
      const [from, target] = [Math.floor(at * text.length), Math.floor(to * text.length)]
      const part = text.slice(from, from + length)
      if (how === 'cut') text = text.slice(0, from) + text.slice(from + length)
      else if (how === 'double') text = text.slice(0, target) + part + text.slice(target)
      else if (how === 'insert') text = text.slice(0, from) + piece + text.slice(from)
      else text = text.slice(0, from) + text.slice(target, target + length) + text.slice(from)
    }
    return { path, text }
  })

describe('whatever the bytes', () => {
  test('bytes that are no C', () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => String.fromCharCode(...array))
    fc.assert(
      fc.property(bytes, (text) => expectSound(text)),
      { numRuns: 2000 },
    )
  })

  test('the characters that C is made of, in any order', () => {
    const piece = fc.constantFrom(
      ...'{}()[];,.=*&#"\'\\\n/<>:?!+-0'.split(''),
      ...[
        '/*',
        '*/',
        '//',
        '->',
        '##',
        '\n#if 0',
        '\n#else',
        '\n#endif',
        '\n#define f(x)',
        '\n}',
        'struct ',
        'static ',
        'if ',
        'x',
        'F',
        ' ',
      ],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => expectSound(pieces.join(''))),
      { numRuns: 5000 },
    )
  })

  test('the sample kernel, cut up', () => {
    fc.assert(
      fc.property(mutilated, ({ path, text }) => expectSound(text, path)),
      { numRuns: 400 },
    )
  })

  test('very deep nesting ends and does not overflow the stack', () => {
    for (const piece of ['{', '(', '[', 'struct x {', '((', '{{ .a = {', '#if A\n', 'f(', '*(', 'if (x) {'])
      expectSound(`void f(void)\n{\n${piece.repeat(20_000)}`)
    for (const piece of ['struct x {', 'union {', '= {', '(', '({']) expectSound(`struct a b ${piece.repeat(20_000)}`)
  })

  test('a declaration is found behind any mess that a } in column 0 ends', () => {
    const piece = fc.constantFrom(
      ...['{', '}', '(', ')', '[', ']', ';', ',', '.', '=', '*', '&', '->', '\n', ':', '?'],
      ...['struct ', 'static ', 'union ', 'enum ', 'if ', 'x ', 'F ', 'int ', 'typedef ', '.y = ', '1 ', 'f(x) {'],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const { calls } = factsOf(`${pieces.join('')}\n}\nvoid after(void)\n{\n\tlast();\n}\n`)
        expect(calls).toContain('after -> last')
      }),
      { numRuns: 3000 },
    )
  })
})

describe('what does not change the facts', () => {
  const PLACES = ['line', 'at', 'nameAt', 'start', 'body', 'end', 'from', 'to']
  const withoutPlaces = (text: string, path: string) =>
    Object.fromEntries(
      Object.entries(rowsOf(text, path)).map(([section, rows]) => [
        section,
        rows.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !PLACES.includes(column)))),
      ]),
    )

  test('comments and line ends between any two tokens', () => {
    const fill = fc.constantFrom(
      ' ',
      '\n\t',
      ' /* pci_lu_adopt(dev) { */ ',
      ' /* } ( " */',
      ' // call(x); {\n\t',
      '\n\n\t\t',
      '\r\n\t',
    )
    fc.assert(
      fc.property(samplePath, fc.array(fill, { minLength: 20, maxLength: 20 }), fc.integer(), (path, fills, seed) => {
        const text = sampleFiles[path]!
        const filled = cTokens(text)
          .map((token, i) => {
            const isPlain = token.kind === 'word' || token.kind === 'operator' || token.kind === 'string'
            return isPlain && (i * 7 + seed) % 3 === 0 ? fills[Math.abs(i + seed) % 20]! + token.text : token.text
          })
          .join('')
        expect(withoutPlaces(filled, path)).toEqual(withoutPlaces(text, path))
      }),
      { numRuns: 100 },
    )
  })

  test('names interned before: ids differ, facts do not', () => {
    for (const path of paths) {
      const names = new Names()
      for (let i = 0; i < 5000; i++) names.id(`name_${i}`)
      const a = new FileFacts(blockOf(sampleFiles[path]!, path, names))
      const b = new FileFacts(blockOf(sampleFiles[path]!, path))
      for (const section of SECTION_NAMES) expect(a.count(section)).toBe(b.count(section))
    }
  })
})

describe('lines', () => {
  const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length

  test('a function stands where its name does, by plain counting', () => {
    const check = (text: string, path: string): void => {
      for (const { line, nameAt, flags } of rowsOf(text, path).functions!)
        if (!(Number(flags) & FunctionFlag.macro)) expect(line).toBe(lineAt(text, Number(nameAt)))
    }
    for (const path of paths) check(sampleFiles[path]!, path)
  })

  test('the line of a call holds the called name', () => {
    let seen = 0
    for (const path of paths) {
      const lines = sampleFiles[path]!.split('\n')
      const { functions, calls, fieldCalls } = rowsOf(sampleFiles[path]!, path)
      for (const { owner, line, callee, field } of [...calls!, ...fieldCalls!]) {
        if (Number(functions![Number(owner)]!.flags) & FunctionFlag.expanded) continue
        seen++
        expect(lines[Number(line) - 1], `${path}:${line}`).toContain(String(callee ?? field))
      }
    }
    expect(seen).toBeGreaterThan(300)
  })
})
