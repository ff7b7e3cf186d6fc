import type { GuardSite } from '../guards/guardSites.js'
import type { Field, Site } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { whatIsWritten } from './harm.js'

/** Looked for and turned on in one go: there is no place between the two where a preserved device could be decided upon. */
export const mixedStages = defineRule({
  id: 'MIXED_STAGES',
  severity: 'info',
  title: 'A guarded function finds a capability and turns it on in one go',
  messages: {
    mixed:
      '{function}() looks for {capability} here and turns it on at line {line} ({what}) in one go: with enumerate, decide and apply apart, {condition} would be a decision in one place',
  },
  page: {
    why: 'A device that was handed over has to be enumerated like any other, decided upon by its state, and only then written or left alone. Where one function does all three, the guard has to stand in the middle of it, and every such function needs one.',
    fix: 'Find the capability while the device is set up and keep its place, decide in one place whether to turn it on, and let the function that writes do only that.',
    quiet: [
      'the function only finds the capability, or only writes it',
      'the write clears bits, restores what was saved, chooses a number, or its bits are not known',
      'no guard stands in the function',
    ],
    scenario: 'ari/disable',
    quote: { text: "far harder than just if'ing around the config write", source: 'JG2' },
  },
  samples: {
    bad: `
static void ats_on(struct pci_dev *dev)
{
	int pos = pci_find_ext_capability(dev, PCI_EXT_CAP_ID_ATS);
	                                       ^^^^^^^^^^^^^^^^^^ mixed
	u16 ctrl;

	/* Another translation unit would break the requests that are translated already. */
	if (pci_liveupdate_is_incoming(dev))
		return;
	pci_read_config_word(dev, pos + PCI_ATS_CTRL, &ctrl);
	pci_write_config_word(dev, pos + PCI_ATS_CTRL, ctrl | PCI_ATS_CTRL_ENABLE);
}
`,
    good: `
static void ats_find(struct pci_dev *dev)
{
	dev->ats_cap = pci_find_ext_capability(dev, PCI_EXT_CAP_ID_ATS);
}

static void ats_on(struct pci_dev *dev)
{
	u16 ctrl;

	/* Another translation unit would break the requests that are translated already. */
	if (pci_liveupdate_is_incoming(dev))
		return;
	pci_read_config_word(dev, dev->ats_cap + PCI_ATS_CTRL, &ctrl);
	pci_write_config_word(dev, dev->ats_cap + PCI_ATS_CTRL, ctrl | PCI_ATS_CTRL_ENABLE);
}
`,
  },
  *check({ sites, guards }) {
    const told = new Set<string>()
    for (const guard of guards)
      for (const found of guard.finds) {
        const key = `${guard.place.file}:${found.place.line}`
        const site = told.has(key) ? undefined : sites.find((one) => turnsOn(one, guard, found.what))
        if (!site) continue
        told.add(key)
        yield hit(guard, found, site)
      }
  },
})

/** The write stands in the guard's function, under some guard, and sets bits of the capability that is looked for. */
function turnsOn(site: Site, { function: name, place }: GuardSite, capability: string): boolean {
  const wanted = /^PCI_(?:EXT_)?CAP_ID_(\w+)$/.exec(capability)?.[1]
  if (wanted === undefined || site.function !== name || site.file !== place.file || site.guard.by !== 'self')
    return false
  return site.fields.some((field) => field.change === 'set' && isSwitch(field) && isOf(field, wanted))
}

/** A number, such as the largest read, is chosen and not turned on. */
function isSwitch({ bits, mask }: Field): boolean {
  return bits.length > 0 && (mask & (mask - 1)) === 0
}

/** ARI forwarding is turned on in the bridge's Device Control 2: the feature tells, where the register's capability does not. */
function isOf({ capability, feature }: Field, wanted: string): boolean {
  return capability === wanted || feature === wanted.toLowerCase().replaceAll('_', '-')
}

function hit(guard: GuardSite, found: GuardSite['finds'][number], site: Site): Hit {
  const message = fill(mixedStages.messages.mixed!, {
    function: guard.function,
    capability: found.what,
    line: `${site.line}`,
    what: whatIsWritten(site),
    condition: guard.condition,
  })
  const related = [
    { file: guard.place.file, line: guard.place.line, message: `the guard: ${guard.condition}` },
    { file: site.file, line: site.line, message: `${site.callee}() turns it on` },
  ]
  return { site: null, place: found.place, message, severity: mixedStages.severity, related }
}
