import { defineRule, fill } from './defineRule.js'
import { guardHit } from './guardHit.js'

export const emptyGuard = defineRule({
  id: 'EMPTY_GUARD',
  severity: 'warning',
  title: 'A guard with nothing under it',
  messages: {
    empty: '{condition} is asked and nothing is done with the answer: what it was meant to keep is not kept',
  },
  page: {
    why: 'A placeholder reads as protection and gives none: the writes around it still reach the device.',
    fix: 'Guard the write that is meant, or take the question out.',
    quiet: ['something is skipped, or done, by the answer'],
    scenario: 'bus-number/renumbered',
    quote: { text: 'The placement of these conditionals is arbitrary.', source: 'TG' },
  },
  samples: {
    bad: `
static void setup(struct pci_dev *dev)
{
	if (pci_lu_adopt(dev)) {
	    ^^^^^^^^^^^^^^^^^ empty
		/* verify the numbers here */
	}
	pci_write_config_dword(dev, PCI_COMMAND, 0);
}

static int __init enumerate(void)
{
	setup(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void setup(struct pci_dev *dev)
{
	if (pci_lu_adopt(dev))
		return;
	pci_write_config_dword(dev, PCI_COMMAND, 0);
}

static int __init enumerate(void)
{
	setup(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ guards }) {
    for (const guard of guards)
      if (guard.isEmpty)
        yield guardHit(guard, null, fill(emptyGuard.messages.empty!, { condition: guard.condition }), 'warning')
  },
})
