/** Suppressions as a user writes them: which finding goes, which reason is refused, which one is told to be stale. */
import { describe, expect, test } from 'vitest'
import type { Settings } from '../../src/core/config/settings.js'
import { readTreeConfig } from '../../src/core/config/treeConfig.js'
import { commentSuppressions } from '../../src/core/suppressions/comments.js'
import { isFiller } from '../../src/core/suppressions/reasons.js'
import { sessionOf } from '../fixtures/memoryTree.js'

const FILE = 'drivers/pci/sample.c'
const SITE = `${FILE}#clear_master#pci_write_config_word#1`
const REASON = 'first_device() is the bridge of the serial console, never handed over'

/** One function with one finding; `before` and `after` stand around the write. */
function code(before = '', after = '', end = ''): string {
  return `static void clear_master(struct pci_dev *dev)
{
	u16 cmd;
${before}
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);${after}
	${end}
}
static int __init enumerate(void)
{
	clear_master(first_device());
	return 0;
}
subsys_initcall(enumerate);
`
}

function entries(...suppressions: readonly object[]): Partial<Settings> {
  const config = readTreeConfig(JSON.stringify({ suppressions }, null, 1), '.liveupdate-review.json')
  if ('problem' in config) throw new Error(config.problem)
  return { suppressions: config.suppressions }
}

async function review(text: string, settings: Partial<Settings> = {}, paths: readonly string[] = []) {
  const session = await sessionOf({ [FILE]: text, 'drivers/pci/other.c': 'int x;' }, settings)
  const report = session.report(undefined, paths)
  const { findings, suppressed = [], summary } = report
  return {
    rules: findings.map(({ rule, line }) => `${rule}:${line}`),
    messages: findings.filter(({ rule }) => rule === 'BAD_SUPPRESSION').map(({ message }) => message),
    suppressed: suppressed.map(({ rule, suppressed: { reason } }) => `${rule}: ${reason}`),
    counted: summary.errors + summary.warnings + summary.infos,
    inEditor: session.findings(FILE).map(({ rule }) => rule),
  }
}

describe('by an entry of the file', () => {
  test('a finding at the site goes, is not counted, and stays to be seen with its reason', async () => {
    const seen = await review(code(), entries({ rule: 'UNGUARDED_WRITE', site: SITE, reason: REASON }))
    expect(seen).toMatchObject({ rules: [], suppressed: [`UNGUARDED_WRITE: ${REASON}`], counted: 0, inEditor: [] })
  })

  test('without a rule it is for every finding at the site', async () => {
    expect(await review(code(), entries({ site: SITE, reason: REASON }))).toMatchObject({ rules: [], counted: 0 })
  })

  test.each([
    ['no reason', { site: SITE }, /gives no reason: say/],
    ['a filler', { site: SITE, reason: 'known false positive' }, /"known false positive" would fit every finding/],
    ['no site', { rule: 'UNGUARDED_WRITE', reason: REASON }, /names no site/],
    ['an unknown rule', { rule: 'UNGUARDED', site: SITE, reason: REASON }, /UNGUARDED, which is no rule/],
    [
      'a site that is gone',
      { site: `${FILE}#gone#pci_write_config_word#1`, reason: REASON },
      /no write of this tree any more/,
    ],
  ])('%s: reported, and it takes nothing out', async (_, entry, message) => {
    const seen = await review(code(), entries(entry))
    expect(seen.rules).toEqual(['UNGUARDED_WRITE:5', expect.stringMatching(/^BAD_SUPPRESSION:\d+$/)])
    expect(seen.messages).toEqual([expect.stringMatching(message)])
    expect(seen.counted).toBe(2)
    expect(seen.inEditor).toEqual(['UNGUARDED_WRITE'])
  })

  test('a stale one is reported, where a guard has made the finding go', async () => {
    const guarded = code('\t/* DMA would stop. */\n\tif (pci_liveupdate_is_incoming(dev))\n\t\treturn;')
    const { messages } = await review(guarded, entries({ site: SITE, reason: REASON }))
    expect(messages).toEqual(['this suppression matches no finding any more: take it out'])
  })

  test('nothing is stale that was not looked for', async () => {
    const entry = entries({ rule: 'UNGUARDED_WRITE', site: SITE, reason: REASON })
    expect((await review(code(), { ...entry, phases: ['shutdown'] })).messages).toEqual([])
    expect((await review(code(), { ...entry, rules: ['-UNGUARDED_WRITE'] })).rules).toEqual([])
    expect((await review(code(), entry, ['drivers/pci/other.c'])).messages).toEqual([])
    const filler = entries({ site: SITE, reason: 'ok' })
    expect((await review(code(), filler, ['drivers/pci/other.c'])).messages).toEqual([])
    expect((await review(code(), filler, [FILE])).messages).toHaveLength(1)
  })
})

describe('by a comment', () => {
  const comment = `/* liveupdate-review: ignore UNGUARDED_WRITE: ${REASON} */`
  test.each([
    ['on the line above', code(`\t${comment}`)],
    ['on the line', code('', ` ${comment}`)],
    ['over several lines', code(`\t/*\n\t * liveupdate-review: ignore UNGUARDED_WRITE:\n\t * ${REASON}\n\t */`)],
    ['with two slashes', code(`\t// liveupdate-review: ignore UNGUARDED_WRITE: ${REASON}`)],
  ])('%s', async (_, text) => {
    expect(await review(text)).toMatchObject({ rules: [], suppressed: [`UNGUARDED_WRITE: ${REASON}`], inEditor: [] })
  })

  test.each([
    ['two lines above', code(`\t${comment}\n`)],
    ['at the end of the line above', code(`\tfirst(); ${comment}`)],
    ['below', code('', '', comment)],
  ])('%s it does nothing, and is reported as stale', async (_, text) => {
    const { rules, messages } = await review(text)
    expect(rules).toHaveLength(2)
    expect(messages).toEqual([expect.stringMatching(/matches no finding any more/)])
  })

  test('without a rule, or without a reason, it is refused', async () => {
    expect((await review(code('\t/* liveupdate-review: ignore */'))).messages).toEqual([
      expect.stringMatching(/names no rule/),
    ])
    const bare = '\t/* liveupdate-review: ignore UNGUARDED_WRITE */'
    expect((await review(code(bare))).messages).toEqual([expect.stringMatching(/gives no reason: say/)])
  })

  test('in a string it is none; one that is never closed ends with the file', () => {
    expect(commentSuppressions('char *s = "/* liveupdate-review: ignore X: y */";', FILE)).toEqual([])
    expect(commentSuppressions('/* liveupdate-review: ignore X: y', FILE)).toHaveLength(1)
    expect(commentSuppressions('/* liveupdate-review: is a tool */', FILE)).toEqual([])
  })

  test('edited away in the editor, the finding is back', async () => {
    const session = await sessionOf({ [FILE]: code(`\t${comment}`) })
    expect(session.findings(FILE)).toEqual([])
    session.setOverlay(FILE, code())
    expect(session.findings(FILE).map(({ rule }) => rule)).toEqual(['UNGUARDED_WRITE'])
  })
})

describe('reasons', () => {
  test.each([
    '',
    'ok',
    'todo',
    'TODO: fix later',
    'n/a',
    'false positive',
    'this is a false positive',
    'xxx xxx xxx',
    'aaaa bbbb cccc',
    '... !!! ???',
    'not a bug here',
    'known issue, will fix later',
    'ignore this warning for now',
    "doesn't matter",
    'reviewed and found ok',
    'tool is wrong here',
    'suppress the warning, please',
    'asdf asdf asdf',
    'works as intended by design',
  ])('%j is a filler', (reason) => expect(isFiller(reason)).toBe(true))

  test.each([
    REASON,
    'the port is hot-plug only and holds no device at boot',
    'VFs are created after finish, none is preserved',
    'the write puts back the value it has read',
    'MPS is equal on both ends, the value does not change',
    'only the PowerPC firmware path gets here',
  ])('%j says something', (reason) => expect(isFiller(reason)).toBe(false))
})
