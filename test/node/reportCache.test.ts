/** A kept report is the one that a fresh run would make, whatever was done to the tree or to the cache meanwhile. */
import { cpSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultSettings } from '../../src/core/config/settings.js'
import { jsonReport } from '../../src/core/report/json.js'
import { TreeStates } from '../../src/node/fileStates.js'
import { ReportCache } from '../../src/node/reportCache.js'
import { openSession } from '../../src/node/session.js'
import { sampleCopy } from '../fixtures/sampleCopy.js'

const settings = defaultSettings
const copy = sampleCopy()

async function fresh(cache?: ReportCache): Promise<string> {
  const session = await openSession(copy.root, { settings, jobs: 1, onBuildFile: cache?.onBuildFile })
  const report = session.report()
  cache?.write(report)
  return jsonReport(report)
}

async function scan(of: Partial<{ settings: typeof settings; settled: number }> = {}) {
  const cache = new ReportCache(
    copy.cache,
    { root: copy.root, settings: of.settings ?? settings, paths: [] },
    of.settled ?? 0,
  )
  const report = cache.read(new TreeStates(copy.root))
  return { isKept: report !== null, text: report ? jsonReport(report) : await fresh(cache) }
}

const probe = (): string => join(copy.root, 'drivers/pci/probe.c')

test('the second scan of an untouched tree is the first one', async () => {
  const first = await scan()
  expect(await scan()).toEqual({ isKept: true, text: first.text })
  expect(first).toEqual({ isKept: false, text: await fresh() })
})

test('other settings, a changed Kconfig and a new Kbuild file are another report', async () => {
  await scan()
  expect((await scan({ settings: { ...settings, policy: 'strict' } })).isKept).toBe(false)
  for (const value of ['y', 'n']) {
    const config = { values: new Map([['PCI_ATS', value]]), isComplete: false }
    expect((await scan({ settings: { ...settings, config } })).isKept).toBe(false)
  }
  writeFileSync(join(copy.root, 'Kconfig'), 'config NOTHING\n\tbool "nothing"\n')
  expect((await scan()).isKept).toBe(false)
  writeFileSync(join(copy.root, 'drivers/pci/Kbuild'), 'obj-$(CONFIG_NEVER) += probe.o\n')
  expect(await scan()).toEqual({ isKept: false, text: await fresh() })
})

test('an edit of the same length with its old time put back is seen', async () => {
  await scan()
  const text = readFileSync(probe(), 'latin1')
  const old = new Date(1e12)
  utimesSync(probe(), old, old)
  await scan()
  writeFileSync(probe(), text.replaceAll('pci_write_config_word', 'pci_bite_config_word_'), 'latin1')
  utimesSync(probe(), old, old)
  expect(await scan()).toEqual({ isKept: false, text: await fresh() })
})

test('a tree that changed just now is not kept: its times may not tell the next change', async () => {
  await scan({ settled: 60_000 })
  expect((await scan()).isKept).toBe(false)
})

test('an entry that is cut short, overwritten or of another build counts as none', async () => {
  const { text } = await scan()
  const file = join(copy.cache, readdirSync(copy.cache)[0]!)
  const whole = readFileSync(file)
  const damages = fc.oneof(
    fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.nat(whole.length - 1).map((at) => Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 255 : byte)))),
  )
  const cache = () =>
    new ReportCache(copy.cache, { root: copy.root, settings, paths: [] }, 0).read(new TreeStates(copy.root))
  fc.assert(
    fc.property(damages, (bytes) => {
      writeFileSync(file, bytes)
      const report = cache()
      return report === null || jsonReport(report) === text
    }),
    { numRuns: 60 },
  )
})

test('whatever is edited, the answer is that of a fresh run', async () => {
  const edit = fc.record({
    file: fc.nat(),
    kind: fc.constantFrom('none', 'cut', 'append', 'rename', 'remove'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
      for (const { file, kind, at } of edits) {
        const files = readdirSync(join(copy.root, 'drivers/pci')).filter((name) => name.endsWith('.c'))
        const path = join(copy.root, 'drivers/pci', files[file % files.length]!)
        const text = readFileSync(path, 'latin1')
        if (kind === 'cut') writeFileSync(path, text.slice(0, Math.floor(text.length * at)), 'latin1')
        else if (kind === 'append') writeFileSync(path, `${text}\nint x;\n`, 'latin1')
        else if (kind === 'rename') cpSync(path, path.replace('.c', 'x.c'))
        else if (kind === 'remove' && files.length > 2) rmSync(path)
        expect((await scan()).text).toBe(await fresh())
      }
      copy.restore()
    }),
    { numRuns: 8 },
  )
}, 60_000)
