import { describe, expect, test } from 'vitest'
import { docBlocks, justificationOf } from '../../src/core/justification/find.js'

const bar = { words: ['bar', 'sizing'], harms: ['p2p'] }
const acs = { words: ['acs'], harms: ['routing'] }

/** `G` is the guard's condition, `W` the write. */
function justify(text: string, docs: readonly string[] = [], commit: string | null = null) {
  const guard = text.search(/\bG\b/)
  const write = text.search(/\bW\b/)
  const start = text.indexOf('void f')
  return justificationOf(
    { text, start, end: text.length, guard, write: { start: write, end: write + 3 } },
    { own: bar, others: [acs], helperDocs: docs, commit },
  )
}

const REASON = 'Sizing a BAR would break P2P that is in flight.'

describe('a comment speaks for a guard', () => {
  test.each([
    ['above it', `void f(void)\n{\n\t/* ${REASON} */\n\tif (!G)\n\t\tW();\n}`],
    ['behind it', `void f(void)\n{\n\tif (!G) /* ${REASON} */\n\t\tW();\n}`],
    ['first in its block', `void f(void)\n{\n\tif (!G) {\n\t\t/* ${REASON} */\n\t\tW();\n\t}\n}`],
    ['before the early return', `void f(void)\n{\n\tif (G) {\n\t\t// ${REASON}\n\t\treturn;\n\t}\n\tW();\n}`],
    ['at a condition of several lines', `void f(void)\n{\n\t/* ${REASON} */\n\tif (a &&\n\t    !G)\n\t\tW();\n}`],
    [
      'in two lines of //',
      `void f(void)\n{\n\t// Sizing a BAR would\n\t// break P2P that is in flight.\n\tif (!G)\n\t\tW();\n}`,
    ],
    ['above the write', `void f(void)\n{\n\tif (G)\n\t\treturn;\n\ta();\n\t/* ${REASON} */\n\tW();\n}`],
    ['behind the write', `void f(void)\n{\n\tif (G)\n\t\treturn;\n\ta();\n\tW(); /* ${REASON} */\n}`],
  ])('%s', (_, text) => {
    expect(justify(text)).toMatchObject({ status: 'given', where: 'comment' })
  })
})

describe('a comment does not', () => {
  test.each([
    ['above another statement', `void f(void)\n{\n\t/* ${REASON} */\n\ta();\n\tif (!G)\n\t\tW();\n}`],
    ['parted by an empty line', `void f(void)\n{\n\t/* ${REASON} */\n\n\tif (!G)\n\t\tW();\n}`],
    ['in a string', `void f(void)\n{\n\tprint("/* ${REASON} */");\n\tif (!G)\n\t\tW();\n}`],
    ['in the function before', `/* ${REASON} */\nvoid e(void)\n{\n}\n\nvoid f(void)\n{\n\tif (!G)\n\t\tW();\n}`],
    [
      'at the write, if it speaks of what it always did',
      'void f(void)\n{\n\tif (G)\n\t\treturn;\n\ta();\n\t/* Sizing a BAR stops P2P. */\n\tW();\n}',
    ],
  ])('%s', (_, text) => {
    expect(justify(text)).toEqual({ status: 'missing', where: null, reason: null })
  })
})

test('a comment without a reason is vacuous, and the reason for that is given', () => {
  const { status, where, reason } = justify('void f(void)\n{\n\t/* Skip for live update. */\n\tif (!G)\n\t\tW();\n}')
  expect({ status, where }).toEqual({ status: 'vacuous', where: 'comment' })
  expect(reason).toBe(
    'it says what is done ("skip"), neither what would break nor why the cold boot flow cannot be used',
  )
})

test('a reason elsewhere counts for more than an empty comment at the guard', () => {
  const text = `/**\n * f - size BARs\n *\n * Not for preserved devices. ${REASON}\n */\nvoid f(void)\n{\n\t/* live update */\n\tif (!G)\n\t\tW();\n}`
  expect(justify(text)).toMatchObject({ status: 'given', where: 'kernel-doc' })
})

test('kernel-doc that does not speak of a live update gives no reason', () => {
  const text = `/**\n * f - size BARs\n *\n * Sizing a BAR stops P2P for a while.\n */\nvoid f(void)\n{\n\tif (!G)\n\t\tW();\n}`
  expect(justify(text).status).toBe('missing')
})

test('the documentation of the helper, or a commit message, gives it for every guard that asks the helper', () => {
  const text = 'void f(void)\n{\n\tif (!G)\n\t\tW();\n}'
  expect(justify(text, [REASON])).toMatchObject({ status: 'given', where: 'kernel-doc' })
  expect(justify(text, [], REASON)).toMatchObject({ status: 'given', where: 'commit' })
  expect(justify(text, ['Changing ACS would break routing in flight.'])).toMatchObject({ status: 'missing' })
})

test('DOC: blocks are found by their first word', () => {
  expect(docBlocks('/**\n * DOC: PCI live update\n *\n * Text.\n */\nint a;\n/** a - not one */\n')).toEqual([
    'DOC: PCI live update\n\nText.',
  ])
})
