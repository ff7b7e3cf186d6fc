import { defineRule, fill } from './defineRule.js'
import { guardHit } from './guardHit.js'

export const falseSuccess = defineRule({
  id: 'FALSE_SUCCESS',
  severity: 'warning',
  title: 'Success is returned for work that the guard skipped',
  messages: {
    success: '{function}() returns {what} though {condition} made it skip the work: the caller takes it for done',
  },
  page: {
    why: 'A caller that asked for a setting and is told that it was made will rely on it. With the work skipped the device may have another one.',
    fix: 'Return an error, or what the device has; or let the callers decide.',
    quiet: ['the function never tells how its work went', 'the value comes from the device'],
    scenario: 'mps/lower',
    quote: { text: 'How would you update the kernel-doc to reflect this change?', source: 'BH1' },
  },
  samples: {
    bad: `
static int setup(struct pci_dev *dev, int v)
{
	int ret;

	if (v < 0)
		return -EINVAL;
	if (pci_lu_adopt(dev))
		return 0;
		       ^ success
	ret = pci_write_config_word(dev, PCI_COMMAND, v);
	return ret;
}
`,
    good: `
static int setup(struct pci_dev *dev, int v)
{
	int ret;

	if (pci_lu_adopt(dev))
		return -EBUSY;
	ret = pci_write_config_word(dev, PCI_COMMAND, v);
	return ret;
}
`,
  },
  *check({ guards }) {
    for (const guard of guards) {
      const spot = guard.falseSuccess
      if (!spot) continue
      const { condition, function: name } = guard
      const message = fill(falseSuccess.messages.success!, { function: name, what: spot.what, condition })
      yield guardHit(guard, spot, message, 'warning')
    }
  },
})
