import { defineRule, fill } from './defineRule.js'
import { guardHit } from './guardHit.js'

export const delayKept = defineRule({
  id: 'DELAY_KEPT',
  severity: 'info',
  title: 'The settle delay of a skipped write is still served',
  messages: {
    kept: '{delay} waits for the write that {condition} skips: nothing has to settle for a device handed over',
  },
  page: {
    why: 'The delay belongs to the write. Served without it, it makes the blackout of every preserved device longer.',
    fix: 'Move the delay under the guard.',
    quiet: ['the delay is skipped with the write'],
    scenario: 'power/d3hot',
    quote: { text: 'The placement of these conditionals is arbitrary.', source: 'TG' },
  },
  samples: {
    bad: `
static void setup(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev))
		pci_write_config_word(dev, PCI_COMMAND, 0);
	msleep(100);
	^^^^^^^^ kept
}
`,
    good: `
static void setup(struct pci_dev *dev)
{
	if (!pci_lu_adopt(dev)) {
		pci_write_config_word(dev, PCI_COMMAND, 0);
		msleep(100);
	}
}
`,
  },
  *check({ guards }) {
    for (const guard of guards)
      for (const spot of guard.keptDelays) {
        const message = fill(delayKept.messages.kept!, { delay: spot.what, condition: guard.condition })
        yield guardHit(guard, spot, message, delayKept.severity)
      }
  },
})
