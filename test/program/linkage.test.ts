import { describe, expect, test } from 'vitest'
import { edgesOf, programOf } from '../fixtures/memoryTree.js'

const CALL = 'void caller(void)\n{\n\ttarget();\n}\n'
const define = (name: string, before = 'void '): string => `${before}${name}(void)\n{\n}\n`
const edges = (files: Readonly<Record<string, string>>, arch?: string): string[] =>
  edgesOf(programOf(files, arch)).filter((edge) => edge.includes('caller'))

describe('which definition a name means', () => {
  test('the only one, in another file', () => {
    expect(edges({ 'drivers/pci/a.c': CALL, 'kernel/b.c': define('target') })).toEqual([
      'a.c:caller -direct-> b.c:target',
    ])
  })

  test('a static one of the file goes before an extern one', () => {
    const files = { 'drivers/pci/a.c': define('target', 'static void ') + CALL, 'drivers/pci/b.c': define('target') }
    expect(edges(files)).toEqual(['a.c:caller -direct-> a.c:target'])
  })

  test("another file's static function is nobody's", () => {
    expect(edges({ 'drivers/pci/a.c': CALL, 'drivers/pci/b.c': define('target', 'static void ') })).toEqual([])
  })

  test('static functions of one name in two files: each file has its own', () => {
    const own = define('target', 'static void ')
    expect(
      edges({ 'drivers/pci/a.c': own + CALL, 'drivers/pci/b.c': own + CALL.replace('caller', 'caller2') }),
    ).toEqual(['a.c:caller -direct-> a.c:target', 'b.c:caller2 -direct-> b.c:target'])
  })

  test.each([
    ['a strong one goes before a weak one', 'drivers/pci/a.c', CALL],
    [
      'for callers in the file of the weak one as well',
      'drivers/pci/weak.c',
      `${define('target', 'void __weak ')}${CALL}`,
    ],
  ])('%s', (_, path, text) => {
    const files = {
      'drivers/pci/weak.c': define('target', 'void __weak '),
      'arch/x86/pci/strong.c': define('target'),
      [path]: text,
    }
    expect(edges(files)).toEqual([`${path.slice(path.lastIndexOf('/') + 1)}:caller -direct-> strong.c:target`])
  })

  test('a weak one that nobody replaces', () => {
    expect(edges({ 'drivers/pci/a.c': CALL, 'drivers/pci/weak.c': define('target', 'void __weak ') })).toEqual([
      'a.c:caller -direct-> weak.c:target',
    ])
  })

  test("an extern and its header's stub are both meant: the configuration decides", () => {
    const header = '#ifdef CONFIG_X\nvoid target(void);\n#else\nstatic inline void target(void) { }\n#endif\n'
    expect(
      edges({ 'drivers/pci/a.c': CALL, 'drivers/pci/b.c': define('target'), 'include/linux/x.h': header }),
    ).toEqual(['a.c:caller -direct-> b.c:target', 'a.c:caller -direct-> x.h:target'])
  })

  test('a call in a header means the extern beside the stub as well', () => {
    const header =
      '#ifdef X\n#define reg(d) __reg(d, 1)\n#else\nstatic inline int __reg(int d, int m) { return 0; }\n#endif\n'
    const found = edgesOf(
      programOf({
        'include/linux/reg.h': header,
        'drivers/a/core.c': 'int __reg(int d, int m) { return m; }\n',
        'drivers/b/user.c': 'int init(void) { return reg(1); }\n',
      }),
    )
    expect(found).toContain('reg.h:reg -direct-> core.c:__reg')
  })

  test("another arch's definition is not linked; the arch asked for is", () => {
    const files = {
      'drivers/pci/a.c': CALL,
      'arch/x86/pci/x.c': define('target'),
      'arch/arm64/kernel/a64.c': define('target'),
    }
    expect(edges(files)).toEqual(['a.c:caller -direct-> x.c:target'])
    expect(edges(files, 'arm64')).toEqual(['a.c:caller -direct-> a64.c:target'])
  })

  test('programs beside the kernel are not linked', () => {
    expect(
      edges({ 'drivers/pci/a.c': CALL, 'tools/perf/b.c': define('target'), 'scripts/c.c': define('target') }),
    ).toEqual([])
  })

  test('of extern ones of one name, the nearest folder', () => {
    const files = {
      'drivers/pci/a.c': CALL,
      'drivers/pci/msi/b.c': define('target'),
      'drivers/net/c.c': define('target'),
    }
    expect(edges(files)).toEqual(['a.c:caller -direct-> b.c:target'])
  })

  test("the arch's own is meant, however near another is", () => {
    const files = { 'drivers/pci/a.c': CALL, 'drivers/pci/b.c': define('target'), 'arch/x86/pci/x.c': define('target') }
    expect(edges(files)).toEqual(['a.c:caller -direct-> b.c:target', 'a.c:caller -direct-> x.c:target'])
  })

  test('of extern ones of several files equally near ones are all meant, and leaving one out is counted', () => {
    const files = {
      'drivers/net/a.c': CALL,
      'drivers/net/x/b.c': define('target'),
      'drivers/net/y/c.c': define('target'),
    }
    expect(edges(files)).toEqual(['a.c:caller -direct-> b.c:target', 'a.c:caller -direct-> c.c:target'])
    expect(programOf(files).unresolved.ambiguousCalls).toBe(0)
    const near = {
      'drivers/net/x/a.c': CALL,
      'drivers/net/x/b.c': define('target'),
      'drivers/scsi/c.c': define('target'),
    }
    expect(edges(near)).toEqual(['a.c:caller -direct-> b.c:target'])
    expect(programOf(near).unresolved.ambiguousCalls).toBe(1)
    expect(
      programOf({ 'drivers/net/x/a.c': CALL, 'drivers/net/x/b.c': define('target') }).unresolved.ambiguousCalls,
    ).toBe(0)
  })

  test("a private header's inline function is seen from its folder and from files that include it", () => {
    const header = 'static inline void target(void) { }\n'
    expect(edges({ 'drivers/pci/a.c': CALL, 'drivers/pci/pci.h': header })).toEqual([
      'a.c:caller -direct-> pci.h:target',
    ])
    expect(edges({ 'drivers/net/a.c': CALL, 'drivers/pci/pci.h': header })).toEqual([])
    expect(edges({ 'drivers/net/a.c': `#include "../pci/pci.h"\n${CALL}`, 'drivers/pci/pci.h': header })).toEqual([
      'a.c:caller -direct-> pci.h:target',
    ])
  })
})

test('the order in which files are given changes no edge', () => {
  const files = {
    'drivers/pci/a.c': CALL,
    'drivers/pci/b.c': define('target', 'void __weak '),
    'arch/x86/b.c': define('target'),
    'include/linux/x.h': 'static inline void target(void) { }\n',
  }
  const reversed = Object.fromEntries(Object.entries(files).reverse())
  expect(edges(reversed)).toEqual(edges(files))
})
