import type { GuardSite } from '../guards/guardSites.js'
import type { Site } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { shortLines } from './guardPlaces.js'

/** One feature, one file: here the guard leaves the function, there it wraps the write. */
export const mixedPlacement = defineRule({
  id: 'MIXED_PLACEMENT',
  severity: 'info',
  title: 'Guards of one feature stand in two forms in one file',
  messages: {
    mixed:
      'the guards of {feature} in this file leave the function at {early} and wrap the write at {wrapped}: take one form, so that a reader sees what is left out',
  },
  page: {
    why: 'Whoever reads the file has to find out at each guard anew what is left out for a preserved device. Where the same feature is guarded now by an early return and now by a wrapped write, the next change is easily made on the wrong side.',
    fix: 'Choose one form for a feature, at best one guard in the one function that all its writes go through.',
    quiet: [
      'the guards are of different features, or in different files',
      'all of them leave the function, or all of them wrap what is skipped',
      'a guard over writes of several features is told of each feature alone',
    ],
    scenario: 'bridge-window/closed',
    quote: { text: 'The placement of these conditionals is arbitrary.', source: 'TG' },
  },
  samples: {
    bad: `
static void set_master(struct pci_dev *dev)
{
	/* Changing bus master would stop the DMA that the device goes on with. */
	if (pci_liveupdate_is_incoming(dev))
	    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ mixed
		return;
	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER);
}

static void clear_master(struct pci_dev *dev)
{
	/* Clearing bus master would stop the DMA that the device goes on with. */
	if (!pci_liveupdate_is_incoming(dev))
		pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MEMORY);
	record(dev);
}
`,
    good: `
static void set_master(struct pci_dev *dev)
{
	/* Changing bus master would stop the DMA that the device goes on with. */
	if (pci_liveupdate_is_incoming(dev))
		return;
	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MASTER);
}

static void clear_master(struct pci_dev *dev)
{
	/* Clearing bus master would stop the DMA that the device goes on with. */
	if (pci_liveupdate_is_incoming(dev))
		return;
	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MEMORY);
	record(dev);
}
`,
  },
  *check({ sites, guards }) {
    const forms = new Map(guards.map((guard) => [`${guard.place.file}:${guard.place.line}`, guard]))
    const told = new Set<string>()
    for (const [feature, placed] of byFeature(sites, forms)) {
      const early = placed.filter(({ form }) => form === 'early return')
      const wrapped = placed.filter(({ form }) => form === 'wrapped')
      const key = placed.map(({ place }) => `${place.file}:${place.line}`).join(' ')
      // Registers of two features that stand under the same guards are one sequence.
      if (early.length === 0 || wrapped.length === 0 || told.has(key)) continue
      told.add(key)
      yield hit(feature, early, wrapped)
    }
  },
})

/** The guards over writes of a feature in a capability in a file, each once and in order. */
function byFeature(
  sites: readonly Site[],
  guards: ReadonlyMap<string, GuardSite>,
): readonly (readonly [string, readonly GuardSite[]])[] {
  const found = new Map<string, { readonly feature: string; readonly guards: Set<GuardSite> }>()
  for (const { guard, fields, file } of sites) {
    const own = guard.by === 'self' ? guards.get(`${guard.file}:${guard.line}`) : undefined
    if (!own) continue
    for (const { feature, capability } of fields) {
      const key = `${file} ${feature} ${capability}`
      const known = found.get(key) ?? { feature, guards: new Set() }
      found.set(key, known)
      known.guards.add(own)
    }
  }
  return [...found.values()].map(({ feature, guards: all }) => [
    feature,
    [...all].sort((a, b) => a.place.line - b.place.line),
  ])
}

function hit(feature: string, early: readonly GuardSite[], wrapped: readonly GuardSite[]): Hit {
  const message = fill(mixedPlacement.messages.mixed!, {
    feature,
    early: shortLines(early.map(({ place }) => place.line)),
    wrapped: shortLines(wrapped.map(({ place }) => place.line)),
  })
  const all = [...early, ...wrapped].sort((a, b) => a.place.line - b.place.line)
  const related = all.map(({ place, condition, form }) => ({
    file: place.file,
    line: place.line,
    message: `${form}: ${condition}`,
  }))
  return { site: null, place: all[0]!.place, message, severity: mixedPlacement.severity, related }
}
