import { cannotHarm } from '../device/hazard.js'
import { defineRule, fill } from './defineRule.js'
import { guardPlaces, hitAt, sitesOf, writesText } from './guardPlaces.js'
import { whatIsWritten } from './harm.js'

/** A guard over writes that harm no traffic at all, and that nobody asked to keep. */
export const needlessGuard = defineRule({
  id: 'NEEDLESS_GUARD',
  severity: 'warning',
  title: 'A guard on a write that harms nothing',
  messages: {
    needless:
      '{condition} guards {writes} of {what}, which harms no traffic of a running device: write it as a cold boot does, or say what it would break',
  },
  page: {
    why: 'Only some accesses are bad. A guard on one that is not makes the new kernel behave otherwise than on a cold boot for nothing, and hides the guards that matter.',
    fix: 'Take the guard out. If the write does harm something, say in a comment what.',
    quiet: [
      'the policy is strict: no config write at all is allowed there',
      'one of the writes under the guard could harm a flow, promised or not, with its bits set or cleared',
      'upstream has decided that the register is preserved, or that someone else owns it',
      'a reason that says what would break is given',
    ],
    scenario: 'cacheline/firmware',
    quote: { text: 'Each and every "bad" one needs to be clearly explained', source: 'JG2' },
  },
  samples: {
    bad: `
static void set_line_size(struct pci_dev *dev)
{
	if (pci_liveupdate_is_incoming(dev))
	^ needless
		return;
	pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
}

static int __init enumerate(void)
{
	set_line_size(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void set_line_size(struct pci_dev *dev)
{
	pci_write_config_byte(dev, PCI_CACHE_LINE_SIZE, 16);
}

static int __init enumerate(void)
{
	set_line_size(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ sites, settings }) {
    if (settings.policy === 'strict') return
    for (const place of guardPlaces(sites)) {
      const under = sitesOf(place)
      const isHarmless = under.every(({ fields }) => fields.length > 0 && fields.every(cannotHarm))
      const isExplained = under.some(({ justification }) => justification.status === 'given')
      if (!isHarmless || isExplained || !place.asked.some(({ status }) => status !== 'unguarded')) continue
      const message = fill(needlessGuard.messages.needless!, {
        condition: place.condition,
        writes: writesText(under),
        what: [...new Set(under.map((site) => whatIsWritten(site)))].join(', '),
      })
      yield hitAt(place, under, message, needlessGuard.severity)
    }
  },
})
