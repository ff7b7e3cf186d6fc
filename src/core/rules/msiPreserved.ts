import type { Site } from '../report/schema.js'
import { defineRule, fill } from './defineRule.js'
import { type GuardPlace, guardPlaces, hitAt, writesText } from './guardPlaces.js'

/** A guard that keeps the new kernel from the one thing that it should write: MSI and MSI-X are set up afresh. */
export const msiPreserved = defineRule({
  id: 'MSI_PRESERVED',
  severity: 'warning',
  title: 'A guard keeps the new kernel from clearing or programming MSI',
  messages: {
    kept: '{condition} keeps the new kernel from {writes} on {feature}: it should turn it off and set it up afresh, so take the guard out',
  },
  page: {
    why: 'The vectors belong to the old kernel. If the new one does not clear and program MSI, its cached mask and message no longer match the hardware, and an interrupt goes to a vector that nobody owns. Interrupts lost during kexec are accepted already.',
    fix: 'Take the guard out: let the new kernel clear MSI and MSI-X at enumeration, and let VFIO set them up again.',
    quiet: [
      'the policy is strict: no config write at all is allowed there',
      'the guard acts only in the old kernel',
      'the guard takes the machine down: CRASH_GUARD says so',
      'no path that counts for a preserved device takes the write in the new kernel',
    ],
    scenario: 'msi/disable',
    quote: { text: 'This MSI is a prime example of a nonsensical outcome', source: 'JG3' },
  },
  samples: {
    bad: `
static void msi_init(struct pci_dev *dev)
{
	u16 ctrl;

	/* A lost interrupt would break the running device. */
	if (pci_liveupdate_is_incoming(dev))
	^ kept
		return;
	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, &ctrl);
	pci_write_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, ctrl & ~PCI_MSI_FLAGS_ENABLE);
}

static int __init enumerate(void)
{
	msi_init(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void msi_init(struct pci_dev *dev)
{
	u16 ctrl;

	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, &ctrl);
	pci_write_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, ctrl & ~PCI_MSI_FLAGS_ENABLE);
}

static int __init enumerate(void)
{
	msi_init(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ sites, settings }) {
    if (settings.policy === 'strict') return
    for (const place of guardPlaces(sites)) {
      const kept = keptFromNewKernel(place)
      if (kept.length === 0) continue
      const isMsix = kept.every(({ fields }) => fields.every(({ feature }) => feature !== 'msi'))
      const message = fill(msiPreserved.messages.kept!, {
        condition: place.condition,
        writes: writesText(kept),
        feature: isMsix ? 'MSI-X' : 'MSI',
      })
      yield hitAt(place, kept, message, msiPreserved.severity)
    }
  },
})

function keptFromNewKernel({ asked }: GuardPlace): readonly Site[] {
  const kept = asked.filter(
    ({ site, phase, counts, status }) =>
      counts &&
      (phase === 'boot' || phase === 'userspace') &&
      status !== 'unguarded' &&
      status !== 'crash' &&
      isMsi(site),
  )
  return [...new Set(kept.map(({ site }) => site))]
}

function isMsi({ fields, hazard }: Site): boolean {
  return hazard.decision === 'rewrite' && fields.some(({ feature }) => feature === 'msi' || feature === 'msix')
}
