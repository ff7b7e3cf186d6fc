/** What a series does to the findings of a tree: introduced, fixed, left, and by which patch. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reviewSeries } from '../../src/core/series/reviewSeries.js'
import { seriesOf } from '../../src/core/series/series.js'
import { type Files, inputOf, sessionOf } from '../fixtures/memoryTree.js'
import { mailOf, mailsOf, type Step } from '../fixtures/patches.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'

const FILE = 'drivers/pci/sample.c'

const master = (guard: string): string => `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;
${guard}
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}
`
const ROOT = `
static int __init enumerate(void)
{
	clear_master(first_device());
	return 0;
}
subsys_initcall(enumerate);
`
const GUARD = '\n\tif (pci_liveupdate_is_incoming(dev))\n\t\treturn;\n'
const REASON = '\n\t/* DMA of a preserved device stops with bus master cleared. */'

async function reviewed(tree: Files, steps: readonly Step[]) {
  return reviewedMails(tree, mailsOf(tree, steps).mails)
}

async function reviewedMails(tree: Files, mails: readonly string[]) {
  const { report } = reviewSeries(await inputOf(tree), seriesOf(mails)!, { status: 'guessed', commit: null })
  const told = report.findings.map(({ state, rule, patch, fixedBy }) =>
    [state, rule, patch, ...(fixedBy === undefined ? [] : [`by ${fixedBy}`])].join(' '),
  )
  return { report, told }
}

describe('a finding is', () => {
  test('introduced by the patch that brings the write', async () => {
    const { told } = await reviewed({ [FILE]: ROOT }, [
      { title: 'nothing yet', files: { [FILE]: `int x;\n${ROOT}` } },
      { title: 'write', files: { [FILE]: `int x;\n${master('')}${ROOT}` } },
    ])
    expect(told).toEqual(['introduced UNGUARDED_WRITE 2/2'])
  })

  test('fixed by the patch that guards the write, though lines above it move', async () => {
    const { told } = await reviewed({ [FILE]: master('') + ROOT }, [
      { title: 'a line above', files: { [FILE]: `int x;\n${master('')}${ROOT}` } },
      { title: 'guard', files: { [FILE]: `int x;\n${master(REASON + GUARD)}${ROOT}` } },
    ])
    expect(told).toEqual(['fixed UNGUARDED_WRITE 2/2 by 2/2'])
  })

  test('fixed by a guard in a caller in another file', async () => {
    const caller = (guard: string): string => `
void enumerate(struct pci_dev *dev)
{${guard}
	clear_master(dev);
}
static int __init start(void)
{
	enumerate(first_device());
	return 0;
}
subsys_initcall(start);
`
    const writer = master('').replace('static ', '')
    const { told } = await reviewed({ [FILE]: writer, 'drivers/pci/caller.c': caller('') }, [
      { title: 'guard', files: { 'drivers/pci/caller.c': caller(REASON + GUARD) } },
    ])
    expect(told).toEqual(['fixed UNGUARDED_WRITE 1/1 by 1/1'])
  })

  test('introduced by one patch and closed by a later one', async () => {
    const { told } = await reviewed({ [FILE]: ROOT }, [
      { title: 'write', files: { [FILE]: master('') + ROOT } },
      { title: 'guard', files: { [FILE]: master(REASON + GUARD) + ROOT } },
    ])
    expect(told).toEqual(['fixed UNGUARDED_WRITE 1/2 by 2/2'])
  })

  test('left where another write of the feature is guarded', async () => {
    const second = master('').replaceAll('clear_master', 'stop_master')
    const root = ROOT.replace('\treturn', '\tstop_master(first_device());\n\treturn')
    const { told } = await reviewed({ [FILE]: master('') + second + root }, [
      { title: 'guard', files: { [FILE]: master(REASON + GUARD) + second + root } },
    ])
    expect(told.sort()).toEqual(['fixed UNGUARDED_WRITE 1/1 by 1/1', 'left UNGUARDED_WRITE 1/1'])
  })

  test('not told of where the series does nothing to it', async () => {
    const { told } = await reviewed({ [FILE]: master('') + ROOT }, [
      { title: 'a line above', files: { [FILE]: `int x;\n${master('')}${ROOT}` } },
    ])
    expect(told).toEqual([])
  })
})

describe('the reason for a guard', () => {
  const before = { [FILE]: master('') + ROOT }
  const files = { [FILE]: master(GUARD) + ROOT }

  test('can be given by the message of the patch that adds it', async () => {
    const message = 'Clearing bus master would stop the DMA that a preserved device goes on with.'
    const { report } = await reviewed(before, [{ title: 'guard', message, files }])
    expect(report.sites.map(({ justification }) => justification.where)).toEqual(['commit'])
    expect(report.findings.filter(({ state }) => state !== 'fixed')).toEqual([])
  })

  test('is missing where the message gives none', async () => {
    const { told } = await reviewed(before, [{ title: 'guard', message: 'Skip it for live update.', files }])
    expect(told).toContain('introduced MISSING_JUSTIFICATION 1/1')
  })
})

test('files come, go and are renamed', async () => {
  const tree = { [FILE]: ROOT, 'drivers/pci/gone.c': master('') + ROOT }
  const { report, told } = await reviewed(tree, [
    { title: 'new', files: { 'drivers/pci/new.c': master('').replaceAll('static ', '') } },
    { title: 'gone', files: { 'drivers/pci/gone.c': null } },
  ])
  expect(report.sites.map(({ file }) => file)).toEqual(['drivers/pci/new.c'])
  expect(told).toContain('fixed UNGUARDED_WRITE 2/2 by 2/2')
  const rename = mailOf(
    '[PATCH] rename',
    `why\n---\ndiff --git a/${FILE} b/drivers/pci/other.c\nsimilarity index 100%\nrename from ${FILE}\nrename to drivers/pci/other.c\n`,
  )
  const moved = await reviewedMails({ [FILE]: master('') + ROOT }, [rename])
  expect(moved.report.sites.map(({ file }) => file)).toEqual(['drivers/pci/other.c'])
  expect(moved.told).toEqual([])
})

test('a binary file is named and left out, and the rest of its patch applies', async () => {
  const { mails } = mailsOf({ [FILE]: ROOT }, [{ title: 'write', files: { [FILE]: master('') + ROOT } }])
  const binary =
    'diff --git a/i.png b/i.png\nnew file mode 100644\nGIT binary patch\nliteral 3\nabc\n\nliteral 0\nabc\n\n'
  const { report, told } = await reviewedMails({ [FILE]: ROOT }, [
    mails[0]!.replace('diff --git', `${binary}diff --git`),
  ])
  expect(report.series!.patches[0]).toMatchObject({ applies: 'clean', failedHunks: [{ file: 'i.png', hunk: 0 }] })
  expect(told).toEqual(['introduced UNGUARDED_WRITE 1/1'])
})

test('a tree that has the series already is reviewed as it was before', async () => {
  const tree = { [FILE]: master('') + ROOT }
  const { mails, after } = mailsOf(tree, [
    { title: 'a line', files: { [FILE]: `int x;\n${master('')}${ROOT}` } },
    { title: 'guard', files: { [FILE]: `int x;\n${master(GUARD)}${ROOT}` } },
  ])
  const [fresh, again] = [await reviewedMails(tree, mails), await reviewedMails(after, mails)]
  expect(again.told).toEqual(fresh.told)
  expect(again.told).toContain('fixed UNGUARDED_WRITE 2/2 by 2/2')
  expect(again.report.series!.patches.map(({ wasApplied }) => wasApplied)).toEqual([true, true])
})

describe('a patch of several features', () => {
  const far = Array.from({ length: 12 }, (_, i) => `int far${i};\n`).join('')
  const line = (guard: string) => `
static void set_line(struct pci_dev *dev)
{${guard}
	pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
}
`
  const root = ROOT.replace('\treturn', '\tset_line(first_device());\n\treturn')
  const before = { [FILE]: `int y;\n${far}${master('')}${far}${line('')}${far}${root}` }
  const after = `int y;\nint z;\n${far}${master(GUARD)}${far}${line(GUARD)}${far}${root}`

  test('is split hunk by hunk, what belongs to none first', async () => {
    const { report } = await reviewed(before, [{ title: 'both', files: { [FILE]: after } }])
    expect(report.series!.patches[0]!.split).toEqual([
      { feature: null, hunks: [{ file: FILE, hunk: 1, also: [] }] },
      { feature: 'bus-master', hunks: [{ file: FILE, hunk: 2, also: [] }] },
      { feature: 'cacheline', hunks: [{ file: FILE, hunk: 3, also: [] }] },
    ])
  })

  test('of one feature is not', async () => {
    const one = `int y;\n${far}${master(GUARD)}${far}${line('')}${far}${root}`
    const { report } = await reviewed(before, [{ title: 'one', files: { [FILE]: one } }])
    expect(report.series!.patches[0]!.split).toBeUndefined()
  })
})

const paths = Object.keys(sampleFiles).filter((path) => /^drivers\/pci\/.*\.c$/.test(path))
const LINES = [
  'if (pci_lu_adopt(dev))\n\t\treturn;',
  'pci_write_config_word(dev, PCI_COMMAND, 0);',
  '}',
  '',
  'static int helper(struct pci_dev *dev)\n{\n\treturn pci_write_config_word(dev, PCI_COMMAND, 0);\n}',
]
const cuts = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 3 }), fc.option(fc.constantFrom(...LINES))), {
  minLength: 1,
  maxLength: 3,
})

test('the overlay is the disk: any series gives the sites that its last tree gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...paths), cuts), { minLength: 1, maxLength: 3 }),
      async (edits) => {
        const now: Record<string, string> = { ...sampleFiles }
        const steps = edits.map(([path, all], i) => {
          const lines = now[path]!.split('\n')
          for (const [at, length, line] of all)
            lines.splice(at % lines.length, length, ...(line === null ? [] : [line]))
          now[path] = `${lines.join('\n').trimEnd()}\n`
          return { title: `step ${i}`, files: { [path]: now[path]! } }
        })
        const { mails, after } = mailsOf(sampleFiles, steps)
        const series = seriesOf(mails)
        fc.pre(series !== null && series.patches.length === steps.length)
        const { report } = await reviewedMails(sampleFiles, mails)
        const { sites, tree } = (await sessionOf(after)).report()
        expect(report.sites.map(withoutReason)).toEqual(sites.map(withoutReason))
        expect(report.tree).toEqual(tree)
      },
    ),
    { numRuns: 15 },
  )
}, 120_000)

/** A commit message can give a reason that the tree does not. */
function withoutReason({ justification: _, ...site }: { readonly justification: unknown }) {
  return site
}
