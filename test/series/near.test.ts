/** A review that lists only the writes near a series finds what a review of the whole tree finds. */
import { expect, test } from 'vitest'
import { type Listed, reviewSeries } from '../../src/core/series/reviewSeries.js'
import { seriesOf } from '../../src/core/series/series.js'
import { type Files, inputOf } from '../fixtures/memoryTree.js'
import { mailsOf, type Step } from '../fixtures/patches.js'

const clear = (name: string): string => `
void ${name}(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}
`
const start = (guard: string): string => `
static int __init start(void)
{
	struct pci_dev *dev = first_device();

	write_through(dev, PCI_COMMAND, 0);
	clear_far_away(dev);
${guard}
	write_through(dev, PCI_COMMAND, 4);
	clear_under_guard(dev);
	return 0;
}
subsys_initcall(start);
`
const TREE: Files = {
  'arch/x86/pci/wrapper.c': `
int write_plain(struct pci_dev *dev, int where, u16 value)
{
	return pci_write_config_word(dev, where, value);
}

int write_through(struct pci_dev *dev, int where, u16 value)
{
	return write_plain(dev, where, value);
}
`,
  'drivers/base/far.c': clear('clear_far_away'),
  'drivers/base/near.c': `${clear('clear_under_guard')}${clear('clear_open')}`,
  'drivers/pci/start.c': start(''),
  'drivers/base/open.c': start('').replaceAll(/start|clear_under_guard|clear_far_away/g, (name) =>
    name === 'start' ? 'open' : 'clear_open',
  ),
  'drivers/net/other.c': `${clear('clear_other')}${start('').replaceAll('start', 'other')}`,
}
const GUARD = '\tif (pci_liveupdate_is_incoming(dev))\n\t\treturn 0;'

async function reviewed(listed: Listed, steps: readonly Step[]) {
  const { mails } = mailsOf(TREE, steps)
  const base = { status: 'guessed', commit: null } as const
  return reviewSeries(await inputOf(TREE), seriesOf(mails)!, base, { listed }).report
}

const guarded: readonly Step[] = [{ title: 'guard', files: { 'drivers/pci/start.c': start(GUARD) } }]

test('the same findings, of the series’ own folders and of what its guards are over', async () => {
  const [near, all] = [await reviewed('near', guarded), await reviewed('all', guarded)]
  expect(all.findings.flatMap(({ state, site }) => (state === 'fixed' ? [site] : []))).toEqual([
    'drivers/base/near.c#clear_under_guard#pci_write_config_word#1',
  ])
  expect(all.findings.map(({ state, rule }) => `${state} ${rule}`)).toContain('introduced MISSING_JUSTIFICATION')
  expect(near.findings).toEqual(all.findings)
  expect(near.series!.patches).toEqual(all.series!.patches)
})

test('a call of a wrapper that stands elsewhere is a write, and so is what a guard elsewhere is over', async () => {
  const [near, all] = [await reviewed('near', guarded), await reviewed('all', guarded)]
  const placesOf = ({ sites }: typeof near): readonly string[] =>
    sites.map(({ file, function: name }) => `${file} ${name}`)
  expect(placesOf(near)).toEqual(
    expect.arrayContaining(['drivers/pci/start.c start', 'drivers/base/near.c clear_under_guard']),
  )
  expect(near.sites.length).toBeLessThan(all.sites.length)
  expect(all.sites).toEqual(expect.arrayContaining([...near.sites]))
})
