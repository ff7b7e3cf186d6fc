/** What `#if` leaves of a program: dead code has no sites, no edges, and a stub says nothing about the real function. */
import { describe, expect, test } from 'vitest'
import { readKernelConfig } from '../../src/core/config/kernelConfig.js'
import type { Settings } from '../../src/core/config/settings.js'
import type { Site } from '../../src/core/report/schema.js'
import { type Files, sessionOf } from '../fixtures/memoryTree.js'

const WRITE = '\tpci_write_config_word(dev, PCI_COMMAND, 0);\n'
const fn = (name: string, body: string): string => `void ${name}(struct pci_dev *dev)\n{\n${body}}\n`
const START = 'void __init start(void)\n{\n\tf(first);\n}\nsubsys_initcall(start);\n'

async function sitesOf(files: Files, config = ''): Promise<readonly Site[]> {
  const known = config === '' ? null : readKernelConfig(config)
  if (known && 'problem' in known) throw new Error(known.problem)
  const settings: Partial<Settings> = { config: known }
  return (await sessionOf(files, settings)).report().sites
}

const statuses = async (body: string, config?: string): Promise<string[]> =>
  (await sitesOf({ 'drivers/pci/a.c': fn('f', body) + START }, config)).map(
    (site) => `${site.line} ${site.guard.status}`,
  )

describe('dead code', () => {
  test.each([
    ['#if 0', '#else'],
    ['#ifndef CONFIG_LIVEUPDATE', '#elif 1'],
    ['#if !IS_ENABLED(CONFIG_PCI_LIVEUPDATE)', '#elif defined(CONFIG_LIVEUPDATE)'],
  ])('%s .. %s in a function has no site, what is left has its own line', async (first, second) => {
    expect(await statuses(`${first}\n${WRITE}${second}\n${WRITE}#endif\n`)).toEqual(['6 unguarded'])
  })

  test('of #if 1 the #else is dead', async () => {
    expect(await statuses(`#if 1\n${WRITE}#else\n${WRITE}#endif\n`)).toEqual(['4 unguarded'])
  })

  test('a guard that is compiled for certain guards what is below', async () => {
    const guard = '#ifdef CONFIG_LIVEUPDATE\n\tif (pci_lu_adopt(dev))\n\t\treturn;\n#endif\n'
    expect(await statuses(guard + WRITE)).toEqual(['7 guarded'])
    expect(await statuses(guard.replace('LIVEUPDATE', 'OTHER') + WRITE)).toEqual(['7 unguarded'])
    expect(await statuses(guard.replace('LIVEUPDATE', 'OTHER') + WRITE, 'CONFIG_OTHER=y')).toEqual(['7 guarded'])
    expect(await statuses(guard.replace('LIVEUPDATE', 'OTHER') + WRITE, '# CONFIG_OTHER is not set')).toEqual([
      '7 unguarded',
    ])
  })

  test('what the .config leaves out calls nothing', async () => {
    const files = {
      'drivers/pci/a.c': fn('f', WRITE) + START.replace('\tf(first);\n', '#ifdef CONFIG_X\n\tf(first);\n#endif\n'),
    }
    const isReachable = async (config?: string): Promise<boolean> =>
      (await sitesOf(files, config))[0]!.phases.boot.reachable
    expect(await isReachable()).toBe(true)
    expect(await isReachable('CONFIG_X=y')).toBe(true)
    expect(await isReachable('# CONFIG_X is not set')).toBe(false)
  })
})
