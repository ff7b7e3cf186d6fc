/** What an edited file keeps of its last reading is what a fresh reading of it says. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FunctionWrite } from '../../src/core/writes/functionWrites.js'
import { KeptWrites } from '../../src/core/writes/keptWrites.js'

const write = (start: number, guardAt: number | null): FunctionWrite =>
  ({ callee: 'pci_write_config_word', start, end: start + 10, guard: { at: guardAt } }) as unknown as FunctionWrite

/** Reads `texts` one after the other; answers how often a function had to be read. */
function readings(texts: readonly string[]): number {
  let read = 0
  let kept: KeptWrites | null = null
  for (const text of texts) {
    kept = new KeptWrites(text, kept)
    kept.of(1, 'void f(void) { pci_write_config_word(); }', text.indexOf('void f'), () => {
      read++
      return []
    })
  }
  return read
}

const F = 'void f(void) { pci_write_config_word(); }\n'

test.each([
  ['nothing changed', F, F, 1],
  ['another function changed', `void g(void) { }\n${F}`, `void g(void) { h(); }\n${F}`, 1],
  ['a comment came', F, `/* new */\n${F}`, 1],
  ['a macro came', F, `#define PCI_X 4\n${F}`, 2],
  ['a macro of several lines changed', `#define PCI_X \\\n\t4\n${F}`, `#define PCI_X \\\n\t8\n${F}`, 2],
  ['an include came', F, `#include "pci.h"\n${F}`, 2],
])('%s', (_what, before, after, expected) => {
  expect(readings([before, after])).toBe(expected)
})

test('a function that moves takes its writes along', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.option(fc.nat(1000)), (start, next, guard) => {
      const first = new KeptWrites('', null)
      const at = guard === null ? null : start + guard
      first.of(1, 'f', start, () => [write(start + 20, at)])
      const [moved] = new KeptWrites('', first).of(1, 'f', next, () => [])
      expect(moved).toEqual(write(next + 20, guard === null ? null : next + guard))
    }),
  )
})
