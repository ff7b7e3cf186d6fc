import { defineRule, fill } from './defineRule.js'
import { guardPlaces, hitAt, judgedSites } from './guardPlaces.js'

/** A comment at the guard that says what the code does, and not why. */
export const vacuousJustification = defineRule({
  id: 'VACUOUS_JUSTIFICATION',
  severity: 'warning',
  title: 'The reason for a guard names no harm',
  messages: {
    vacuous:
      'what stands near {condition} is no reason for it: {reason}; say what the write would break, or why the cold boot flow cannot be used',
  },
  page: {
    why: 'A comment that says that the write is skipped for live update repeats the code. The reviewer asks for the reason: which register change, which traffic it breaks, and why a cold boot can do it and this boot cannot.',
    fix: 'Say in the comment what the write would break in the running device, in words of its feature.',
    quiet: [
      'one of the texts near the guard says what would break, what goes on, or why the cold boot flow cannot be used, and names what is written',
      'there is no text near the guard at all: MISSING_JUSTIFICATION asks for one',
    ],
    scenario: 'bar/sizing',
    quote: { text: 'summarize the code changes without explaining the reason for these changes', source: 'LW3' },
  },
  samples: {
    bad: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	/* Skip this for live update. */
	if (pci_liveupdate_is_incoming(dev))
	^ vacuous
		return;
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}
`,
    good: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	/* Clearing bus master would stop the DMA that a preserved device goes on with. */
	if (pci_liveupdate_is_incoming(dev))
		return;
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}
`,
  },
  *check({ sites }) {
    for (const place of guardPlaces(sites)) {
      const judged = judgedSites(place)
      if (judged.some(({ justification }) => justification.status === 'given')) continue
      const vacuous = judged.find(({ justification }) => justification.status === 'vacuous')
      if (!vacuous) continue
      const message = fill(vacuousJustification.messages.vacuous!, {
        condition: place.condition,
        reason: vacuous.justification.reason ?? 'it gives none',
      })
      yield hitAt(
        place,
        [vacuous, ...judged.filter((site) => site !== vacuous)],
        message,
        vacuousJustification.severity,
      )
    }
  },
})
