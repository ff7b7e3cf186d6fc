/** What a series takes out of a file, and whether a path to a write may have gone with it. */
import { expect, test } from 'vitest'
import { FileIndexer, factsOfText } from '../../src/core/index/indexFile.js'
import { Names } from '../../src/core/index/names.js'
import { losesFacts } from '../../src/core/series/lostFacts.js'

const BEFORE = `
static int plain(int x)
{
	return x + 1;
}

static void inner(struct pci_dev *dev)
{
	pci_write_config_word(dev, PCI_COMMAND, 0);
}

void outer(struct pci_dev *dev)
{
	if (plain(1))
		inner(dev);
	clear_master(dev);
	pci_walk_bus(dev->bus, far_writer, NULL);
}

static const struct dev_pm_ops ops = {
	.suspend = outer,
	.resume = plain,
};
`
const without = (text: string): string => BEFORE.replace(text, '')
const named = (from: string, to: string): string => BEFORE.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), to)

test.each([
  ['nothing is lost', BEFORE, false],
  ['something is added', `${BEFORE}\nvoid more(void)\n{\n\touter(0);\n}\n`, false],
  ['a call of what writes nothing', BEFORE.replace('if (plain(1))', 'if (1)'), false],
  ['a call of what leads to a write', without('\tclear_master(dev);\n'), true],
  ['a function that leads to a write, handed over', BEFORE.replace('far_writer', 'NULL'), true],
  ['a table’s line with a function that leads to a write', without('\t.suspend = outer,\n'), true],
  ['a table’s line with one that does not', without('\t.resume = plain,\n'), false],
  ['a function that writes nothing has another name', named('plain', 'plainer'), false],
  ['a function that writes has another name', named('inner', 'innermost'), true],
])('%s', (_, after, expected) => {
  const names = new Names()
  const indexer = new FileIndexer(names, null)
  const facts = (text: string) => factsOfText(indexer, text, 'drivers/pci/sample.c')
  const leading = new Set(['outer', 'clear_master', 'far_writer', ...(/\binner\b/.test(after) ? ['inner'] : [])])
  expect(losesFacts(facts(BEFORE), facts(after), names, (name) => leading.has(names.text(name)))).toBe(expected)
})
