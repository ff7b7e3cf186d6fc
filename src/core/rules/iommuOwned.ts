import type { Site } from '../report/schema.js'
import { defineRule, fill } from './defineRule.js'
import { guardPlaces, hitAt, sitesOf, writesText } from './guardPlaces.js'
import { whatIsWritten } from './harm.js'

/** The PCI core decides on ATS, PASID or PRI of a preserved device, whose state the IOMMU driver owns. */
export const iommuOwned = defineRule({
  id: 'IOMMU_OWNED',
  severity: 'warning',
  title: 'A guard of the PCI core decides state that the IOMMU driver owns',
  messages: {
    owned:
      '{condition} guards {writes} of {what}: the IOMMU driver owns that state and has to take it over as found, and a condition in the PCI core leaves it to believe in another one',
  },
  page: {
    why: 'ATS, PASID and PRI are turned on and off together with the translations that the device holds. The IOMMU driver owns that state; a condition around the config write leaves it to believe in another one.',
    fix: 'Leave these registers out of a first series, or let the IOMMU driver affirm the state in use and ask for the state that it wants.',
    quiet: ['no guard stands over the write', 'the register is not one of ATS, PASID or the page request interface'],
    scenario: 'ats/disable',
    quote: { text: "far harder than just if'ing around the config write", source: 'JG2' },
  },
  samples: {
    bad: `
static void ats_on(struct pci_dev *dev)
{
	/* Turning ATS off would drop the translations that the device holds. */
	if (!pci_liveupdate_is_incoming(dev))
	^ owned
		pci_write_config_word(dev, dev->ats_cap + PCI_ATS_CTRL, PCI_ATS_CTRL_ENABLE);
}

static int __init probe_iommu(void)
{
	ats_on(first_device());
	return 0;
}
subsys_initcall(probe_iommu);
`,
    good: `
static void ats_on(struct pci_dev *dev)
{
	pci_write_config_word(dev, dev->ats_cap + PCI_ATS_CTRL, PCI_ATS_CTRL_ENABLE);
}

static int __init probe_iommu(void)
{
	ats_on(first_device());
	return 0;
}
subsys_initcall(probe_iommu);
`,
  },
  *check({ sites }) {
    for (const place of guardPlaces(sites)) {
      const owned = sitesOf(place).filter(isOwned)
      if (owned.length === 0) continue
      const message = fill(iommuOwned.messages.owned!, {
        condition: place.condition,
        what: [...new Set(owned.map((site) => whatIsWritten(site)))].join(', '),
        writes: writesText(owned),
      })
      yield hitAt(place, owned, message, iommuOwned.severity)
    }
  },
})

const OWNED = ['ats', 'pasid', 'pri']

function isOwned({ fields, hazard }: Site): boolean {
  return hazard.decision === 'owner' && fields.some(({ feature }) => OWNED.includes(feature))
}
