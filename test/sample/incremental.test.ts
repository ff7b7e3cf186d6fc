import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TreeSession } from '../../src/core/review.js'
import { sessionOf } from '../fixtures/memoryTree.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'

/** Editing must come to the same as starting anew: an editor that shows other findings than CI is of no use. */

const paths = Object.keys(sampleFiles).filter((path) => /^drivers\/pci\/.*\.c$/.test(path))

type Edit = { readonly path: string; readonly text: string | null }

const LINES = [
  'if (pci_lu_adopt(dev))\n\t\treturn;',
  'pci_write_config_word(dev, PCI_COMMAND, 0);',
  'pci_clear_master(dev);',
  '}',
  '{',
  '/*',
  '#if 0',
  '#endif',
  '',
  'static int helper(struct pci_dev *dev)\n{\n\treturn pci_write_config_word(dev, PCI_COMMAND, 0);\n}',
]

/** A file with a few lines taken out, put in or moved; null puts the file on disk back. */
const edit: fc.Arbitrary<Edit> = fc
  .record({
    path: fc.constantFrom(...paths),
    cuts: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 4 }), fc.option(fc.constantFrom(...LINES))), {
      maxLength: 3,
    }),
    isUndone: fc.boolean(),
  })
  .map(({ path, cuts, isUndone }) => {
    if (isUndone && cuts.length < 2) return { path, text: null }
    const lines = sampleFiles[path]!.split('\n')
    for (const [at, length, line] of cuts) lines.splice(at % lines.length, length, ...(line === null ? [] : [line]))
    return { path, text: lines.join('\n') }
  })

function reviewed(session: TreeSession) {
  const { sites, findings, summary } = session.report()
  return { sites, findings, summary }
}

test('a session that was edited says what a fresh one says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const session = await sessionOf(sampleFiles)
      session.report()
      const files: Record<string, string> = { ...sampleFiles }
      for (const { path, text } of edits) {
        session.setOverlay(path, text)
        files[path] = text ?? sampleFiles[path]!
        const fresh = await sessionOf(files)
        expect(session.sites(path)).toEqual(fresh.sites(path))
        expect(session.findings(path)).toEqual(fresh.findings(path))
        expect(session.guardedFunctions(path)).toEqual(fresh.guardedFunctions(path))
      }
      expect(reviewed(session)).toEqual(reviewed(await sessionOf(files)))
    }),
    { numRuns: 25 },
  )
}, 300_000)

test('taking every overlay back brings the first report back', async () => {
  const session = await sessionOf(sampleFiles)
  const before = reviewed(session)
  for (const path of paths) session.setOverlay(path, 'static int x;\n')
  expect(reviewed(session).sites.length).toBeLessThan(before.sites.length)
  for (const path of paths) session.setOverlay(path, null)
  expect(reviewed(session)).toEqual(before)
})

test('columns count UTF-16 units, in an overlay and on disk alike', async () => {
  const path = 'drivers/pci/ats.c'
  const text = `void f(struct pci_dev *dev)\n{\n\t/* 界 🎉 é */ pci_write_config_word(dev, PCI_COMMAND, 0);\n}\n`
  const session = await sessionOf(sampleFiles)
  session.setOverlay(path, text)
  const [site] = session.sites(path)
  const line = text.split('\n')[site!.line - 1]!
  expect(line.slice(site!.column - 1, site!.endColumn - 1)).toBe('pci_write_config_word(dev, PCI_COMMAND, 0)')
  expect((await sessionOf({ ...sampleFiles, [path]: text })).sites(path)).toEqual([site])
})
