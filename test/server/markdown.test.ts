import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codeSpan, link, prose } from '../../src/server/markdown.js'

describe('hostile text in Markdown', () => {
  test('a link stays text', () => {
    expect(prose('[x](command:evil)')).toBe('\\[x\\]\\(command\\:evil\\)')
  })

  test('HTML stays text', () => {
    expect(prose('<img src=x> & co')).toBe('&lt;img src\\=x&gt; &amp; co')
  })

  test('a backtick does not end a code span', () => {
    expect(codeSpan('a`b')).toBe('`` a`b ``')
    expect(codeSpan('```')).toBe('```` ``` ````')
  })

  test('a line break neither ends a span nor starts a heading', () => {
    expect(codeSpan('a\n\n# b')).toBe('`a # b`')
    expect(prose('a\r\n- b')).toBe('a \\- b')
  })

  test('the target of a link cannot close it', () => {
    expect(link('x', 'file:///a(b) c')).toBe('[x](file:///a%28b%29%20c)')
  })

  test('the fence is always longer than any run of backticks inside', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`a ]{1,12}$/), (text) => {
        const span = codeSpan(text)
        if (span === '') return
        const fence = /^`+/.exec(span)?.[0] ?? ''
        const inner = span.slice(fence.length, -fence.length)
        expect((inner.match(/`+/g) ?? []).every((run) => run.length < fence.length)).toBe(true)
        expect(span.endsWith(fence)).toBe(true)
      }),
    )
  })
})
