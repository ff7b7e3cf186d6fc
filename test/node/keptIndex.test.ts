/** A report made with a kept index is the one that a fresh run would make, whatever was done to the tree or the index. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultSettings, type Settings } from '../../src/core/config/settings.js'
import { jsonReport } from '../../src/core/report/json.js'
import { KeptIndex } from '../../src/node/keptIndex.js'
import { openSession } from '../../src/node/session.js'
import { sampleCopy } from '../fixtures/sampleCopy.js'

const copy = sampleCopy()

interface Options {
  readonly settings?: Settings
  readonly settled?: number
  readonly fewestFiles?: number
}

function keptIndex({ settings = defaultSettings, settled = 0, fewestFiles = 0 }: Options = {}): KeptIndex {
  return new KeptIndex(copy.cache, copy.root, settings, { settled, fewestFiles })
}

async function report(kept?: KeptIndex, settings = defaultSettings): Promise<string> {
  return jsonReport((await openSession(copy.root, { settings, jobs: 1, kept })).report())
}

/** Files of the tree that an index kept now would not read again. */
function filesKept(options?: Options): number | null {
  const kept = keptIndex(options)
  const facts = kept.read()
  const roles = ['link', 'writes', 'count'] as const
  return facts && kept.tree.paths.filter((path) => roles.some((role) => facts.of({ path, role }))).length
}

const file = (path: string): string => join(copy.root, path)
const indexFiles = (): string[] => (existsSync(copy.cache) ? readdirSync(copy.cache) : [])
const probe = 'drivers/pci/probe.c'

test('a second run reads nothing again and says the same', async () => {
  const first = await report(keptIndex())
  expect(filesKept()).toBe(keptIndex().tree.paths.length)
  expect(await report(keptIndex())).toBe(first)
  expect(first).toBe(await report())
})

test('of a tree with a changed, a new, a renamed and a deleted file only those are read', async () => {
  await report(keptIndex())
  const whole = filesKept()!
  const text = readFileSync(file(probe), 'latin1')
  writeFileSync(file(probe), text.replaceAll('pci_write_config_word', 'pci_write_config_dword'), 'latin1')
  writeFileSync(file('drivers/pci/fresh.c'), 'void fresh(struct pci_dev *dev)\n{\n\tpci_set_master(dev);\n}\n')
  renameSync(file('drivers/pci/msi/msi.c'), file('drivers/pci/msi/other.c'))
  rmSync(file('drivers/pci/pci.c'))
  expect(filesKept()).toBe(whole - 3)
  expect(await report(keptIndex())).toBe(await report())
})

test('a Makefile that builds a file no longer makes the file another one', async () => {
  await report(keptIndex())
  writeFileSync(file('drivers/pci/Kbuild'), 'obj-$(CONFIG_NEVER) += probe.o\n')
  expect(await report(keptIndex())).toBe(await report())
})

test('any edits in any order: each run with the index says what a fresh one says', async () => {
  const paths = keptIndex().tree.paths.filter((path) => path.endsWith('.c'))
  const edits = fc.array(fc.tuple(fc.constantFrom(...paths), fc.constantFrom('delete', 'empty', 'twice')), {
    minLength: 1,
    maxLength: 4,
  })
  await fc.assert(
    fc.asyncProperty(edits, async (some) => {
      for (const [path, how] of some) {
        const text = existsSync(file(path)) ? readFileSync(file(path), 'latin1') : ''
        if (how === 'delete') rmSync(file(path), { force: true })
        else writeFileSync(file(path), how === 'empty' ? '' : text + text, 'latin1')
      }
      expect(await report(keptIndex())).toBe(await report())
      copy.restore()
    }),
    { numRuns: 6 },
  )
})

test('an index of another arch, another configuration or another tree is another one', async () => {
  await report(keptIndex())
  const config = { values: new Map([['PCI_ATS', 'n']]), isComplete: false }
  for (const settings of [
    { ...defaultSettings, arch: 'arm64' },
    { ...defaultSettings, config },
  ]) {
    expect(filesKept({ settings })).toBeNull()
    expect(await report(keptIndex({ settings }), settings)).toBe(await report(undefined, settings))
  }
  expect(indexFiles()).toHaveLength(3)
})

test('what is not kept: small trees, and files that changed so late that their times may not tell the next change', async () => {
  await report(keptIndex({ fewestFiles: 2000 }))
  expect(indexFiles()).toEqual([])
  await report(keptIndex({ settled: 60_000 }))
  expect(filesKept()).toBe(0)
})

test('the four indexes used last are kept', async () => {
  for (const arch of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const settings = { ...defaultSettings, arch }
    await report(keptIndex({ settings }), settings)
  }
  expect(indexFiles()).toHaveLength(4)
  expect(filesKept({ settings: { ...defaultSettings, arch: 'f' } })).not.toBeNull()
})

test('an index that is cut short, overwritten or changed in one byte counts as none', async () => {
  await report(keptIndex())
  const path = join(copy.cache, indexFiles()[0]!)
  const whole = readFileSync(path)
  const damages = fc.oneof(
    fc.nat(whole.length - 1).map((length) => whole.subarray(0, length)),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.nat(whole.length - 1).map((at) => Buffer.from(whole.map((byte, i) => (i === at ? byte ^ 255 : byte)))),
  )
  fc.assert(
    fc.property(damages, (bytes) => {
      writeFileSync(path, bytes)
      expect(filesKept()).toBeNull()
    }),
  )
  writeFileSync(path, Buffer.alloc(0))
  expect(await report(keptIndex())).toBe(await report())
})

test('a cache folder that cannot be made is no error', async () => {
  writeFileSync(copy.cache, 'a file stands where the folder should be')
  expect(await report(keptIndex())).toBe(await report())
})
