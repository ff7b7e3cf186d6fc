import { defineRule, fill } from './defineRule.js'
import { doubtOn } from './doubt.js'
import { guardPlaces, hitAt, writesText } from './guardPlaces.js'
import { pathOf } from './witnessText.js'

/** BUG_ON in place of a guard: the update that it was to protect ends in a crash. */
export const crashGuard = defineRule({
  id: 'CRASH_GUARD',
  severity: 'error',
  title: 'The kernel crashes in place of a guard',
  messages: {
    crash:
      '{condition} takes the machine down for a preserved device before {writes}: skip the write and go on, or return an error',
  },
  page: {
    why: 'A crash loses every guest on the machine, the preserved device among them. What the check found is a path that was missed, and that can be handled: skip the write, or refuse the device when it is handed over.',
    fix: 'Skip the write for a preserved device, once, inside the function that makes it. If it must not get there at all, return an error, or refuse the device before the update.',
    quiet: ['the crash does not depend on whether the device is handed over'],
    scenario: 'reset/bus',
    quote: { text: 'BUG() is only appropriate when there is absolutely no way to handle', source: 'TG' },
  },
  samples: {
    bad: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	/* DMA of a preserved device stops with bus master cleared. */
	BUG_ON(pci_liveupdate_is_incoming(dev));
	^ crash
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

static int __init enumerate(void)
{
	clear_master(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	/* DMA of a preserved device stops with bus master cleared. */
	if (pci_liveupdate_is_incoming(dev))
		return;
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

static int __init enumerate(void)
{
	clear_master(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ sites, settings }) {
    for (const place of guardPlaces(sites)) {
      const crashing = place.asked.filter(({ status }) => status === 'crash')
      if (crashing.length === 0) continue
      const isProven = crashing.some(
        ({ site, phase, counts }) =>
          counts && phase !== null && doubtOn(pathOf(site, phase), settings.isUnaware) === null,
      )
      const under = [...new Set(crashing.map(({ site }) => site))]
      const message = fill(crashGuard.messages.crash!, { condition: place.condition, writes: writesText(under) })
      yield hitAt(place, under, message, isProven ? 'error' : 'warning')
    }
  },
})
