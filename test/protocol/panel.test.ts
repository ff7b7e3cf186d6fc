import { expect, test } from 'vitest'
import { isFromPanel } from '../../src/protocol/panel.js'
import { panelHtml } from '../../src/protocol/panelHtml.js'

test('messages of the panel are known by their shape', () => {
  expect(isFromPanel({ type: 'ready' })).toBe(true)
  expect(isFromPanel({ type: 'openLocation', file: 'drivers/pci/pci.c', line: 1 })).toBe(true)
})

test.each([
  null,
  'ready',
  {},
  { type: 'show' },
  { type: 'openLocation' },
  { type: 'openLocation', file: 7, line: 1 },
  { type: 'openLocation', file: 'a.c', line: 0 },
  { type: 'openLocation', file: 'a.c', line: 1.5 },
  { type: 'openLocation', file: 'a.c', line: '1' },
])('%j is none of them', (message) => {
  expect(isFromPanel(message)).toBe(false)
})

test('the shell lets in one script by its nonce, one origin of styles, and nothing else', () => {
  const html = panelHtml({ cspSource: 'https://w.test', nonce: 'abc', scriptUri: 's.js', styleUri: 'm.css' })
  expect(html).toContain(`content="default-src 'none'; script-src 'nonce-abc'; style-src https://w.test;"`)
  expect(html).toContain('<script nonce="abc" src="s.js"></script>')
  expect(html).not.toMatch(/unsafe|style=|<style/)
})

test('what the host puts in cannot leave its attribute', () => {
  const hostile = '"><img src=x>'
  expect(panelHtml({ cspSource: 'c', nonce: 'n', scriptUri: hostile, styleUri: hostile })).not.toContain('<img')
})
