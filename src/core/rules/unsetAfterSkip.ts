import { defineRule, fill } from './defineRule.js'
import { guardHit } from './guardHit.js'

export const unsetAfterSkip = defineRule({
  id: 'UNSET_AFTER_SKIP',
  severity: 'warning',
  title: 'What the skipped call would have filled in is used',
  messages: {
    unset: '{name} is used here, and only a call that {condition} skips fills it in',
  },
  page: {
    why: 'The call under the guard also gives a value to the code below it. For a device handed over that code runs with whatever was on the stack.',
    fix: 'Fill the value in another way for a device handed over, or take its use under the guard too.',
    quiet: ['the value is given before, or on the other way as well', 'its use is under the same guard'],
    scenario: 'decode/off',
    quote: { text: 'there are places which utilize that cached message', source: 'TG' },
  },
  samples: {
    bad: `
static void setup(struct pci_dev *dev)
{
	u16 cmd;

	if (!pci_lu_adopt(dev)) {
		pci_read_config_word(dev, PCI_COMMAND, &cmd);
		pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MEMORY);
	}
	measure(dev);
	if (cmd & PCI_COMMAND_MEMORY)
	    ^ unset
		pci_write_config_word(dev, PCI_COMMAND, cmd);
}
`,
    good: `
static void setup(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	if (!pci_lu_adopt(dev))
		pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MEMORY);
	measure(dev);
	if (cmd & PCI_COMMAND_MEMORY)
		finish(dev);
}
`,
  },
  *check({ guards }) {
    for (const guard of guards)
      for (const spot of guard.unset) {
        const message = fill(unsetAfterSkip.messages.unset!, { name: spot.what, condition: guard.condition })
        yield guardHit(guard, spot, message, 'warning')
      }
  },
})
