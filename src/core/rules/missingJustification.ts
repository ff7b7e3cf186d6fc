import { featureNamed } from '../device/features/index.js'
import type { Site } from '../report/schema.js'
import { defineRule, fill } from './defineRule.js'
import { guardPlaces, hitAt, judgedSites } from './guardPlaces.js'
import { whatIsWritten } from './harm.js'

/** A guard that nobody gives a reason for: neither a comment, nor kernel-doc, nor the commit. */
export const missingJustification = defineRule({
  id: 'MISSING_JUSTIFICATION',
  severity: 'warning',
  title: 'A guard has no reason near it',
  messages: {
    offered:
      'nothing says why {what} needs {condition}: say what would break, or why the cold boot flow cannot be used, such as: "{sentence}"',
    missing:
      'nothing says why {what} needs {condition}: say what would break, or why the cold boot flow cannot be used',
  },
  page: {
    why: 'A write that a cold boot makes is made for a reason. Whoever skips it for a preserved device has to say what it would break there and why the cold boot flow cannot be used, or the next reader can neither keep the guard nor take it out.',
    fix: 'Put a comment at the guard, or kernel-doc on the helper that it asks, that names the register change and the traffic that it breaks.',
    quiet: [
      'a comment at the guard or the write, the kernel-doc of the function or of the guard’s helper, or the commit message gives the reason, for one of the writes under the guard',
      'there is a comment that could be the reason: VACUOUS_JUSTIFICATION judges it',
    ],
    scenario: 'bar/sizing',
    quote: { text: "why exactly we can't use the cold boot flow for each item", source: 'JG1' },
  },
  samples: {
    bad: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	if (pci_liveupdate_is_incoming(dev))
	^ offered
		return;
	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

static void set_line_size(struct pci_dev *dev)
{
	if (!pci_liveupdate_is_incoming(dev))
	^ missing
		pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
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
      const [first] = judged
      if (!first || judged.some(({ justification }) => justification.status !== 'missing')) continue
      yield hitAt(place, judged, messageFor(place.condition, first), missingJustification.severity)
    }
  },
})

function messageFor(condition: string, site: Site): string {
  const names = [...new Set(site.fields.map(({ feature }) => feature))]
  const known = names.flatMap((name) => featureNamed(name) ?? [])
  const sentence = known.map(({ reasons }) => reasons.justification).find((text) => text !== null)
  return fill(missingJustification.messages[sentence ? 'offered' : 'missing']!, {
    condition,
    what: `${site.callee}() of ${whatIsWritten(site)}`,
    sentence: sentence ?? '',
  })
}
