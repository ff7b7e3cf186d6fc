import { cannotHarm } from '../device/hazard.js'
import type { Lifetime } from '../guards/knownGuards.js'
import type { Field, Site } from '../report/schema.js'
import type { RestorePath } from '../writes/restorePath.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { guardHit } from './guardHit.js'
import { type GuardPlace, guardPlaces, hitAt, knownGuardIn } from './guardPlaces.js'
import { deviceOf } from './harm.js'

/** A reset takes the register's content away, and the only write that would bring it back is the one that is skipped. */
export const notMadeUp = defineRule({
  id: 'NOT_MADE_UP',
  severity: 'warning',
  title: 'What the guard skips is needed after a reset, and nothing makes up for it',
  messages: {
    lost: 'after a reset {what} of {device} is written back by {callee}() alone, and {condition} keeps skipping it: put the state aside, and restore it without asking',
    window:
      'if the device is reset before finish, as VFIO does when it is opened, {what} of {device} is written back by {callee}() alone, which {condition} skips until then',
    unsaved:
      '{call} is skipped by {condition}: after a reset there is nothing that pci_restore_state() could write back',
  },
  page: {
    why: 'A device that was handed over has its registers filled already, so the write can be left out at boot. A reset empties them. Then somebody has to fill them again, and if the function that does it asks the same guard, the device goes on without.',
    fix: 'Save what the device has while it is adopted, and write it back on the restore path with no guard, as v9 does for ACS.',
    quiet: [
      'another write of the register is made on the restore path, or at finish, with no guard in the way',
      'nothing writes the register on the restore path: a reset loses it on a cold boot as well',
      'the new kernel sets the register up afresh (MSI), or the write harms no traffic whatever is written',
      'it is an info where the guard ends at finish: only a reset before that loses the state',
      'nothing is known of how long the guard lasts: a guard of the settings',
    ],
    scenario: 'acs/no-redirect',
    quote: { text: 'This results in inconsistent state, which is a bad idea to begin', source: 'TG' },
  },
  samples: {
    bad: `
static void enable_acs(struct pci_dev *dev)
{
	/* Setting ACS anew would change the route of requests that are in flight. */
	if (!pci_liveupdate_adopt_acs(dev))
	^ lost
		return;
	pci_write_config_word(dev, dev->acs_cap + PCI_ACS_CTRL, PCI_ACS_RR | PCI_ACS_CR);
}

void pci_restore_state(struct pci_dev *dev)
{
	enable_acs(dev);
}

static int __init enumerate(void)
{
	enable_acs(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void enable_acs(struct pci_dev *dev)
{
	/* Setting ACS anew would change the route of requests that are in flight. */
	if (!pci_liveupdate_adopt_acs(dev))
		return;
	pci_write_config_word(dev, dev->acs_cap + PCI_ACS_CTRL, PCI_ACS_RR | PCI_ACS_CR);
}

void pci_restore_state(struct pci_dev *dev)
{
	pci_write_config_word(dev, dev->acs_cap + PCI_ACS_CTRL, dev->saved_acs);
	enable_acs(dev);
}

static int __init enumerate(void)
{
	enable_acs(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ sites, guards, restorePath }) {
    const told = new Map<string, { readonly place: GuardPlace; readonly lost: Set<Site> }>()
    for (const place of guardPlaces(sites))
      for (const { site, status } of place.asked) {
        if (status !== 'guarded' || !isLost(site, restorePath)) continue
        // The guards of one function skip one restore.
        const key = `${site.file}#${site.function} ${place.condition}`
        const known = told.get(key) ?? { place, lost: new Set() }
        told.set(key, known)
        known.lost.add(site)
      }
    for (const { place, lost } of told.values()) {
      const key = messageFor(knownGuardIn(place.condition)?.lifetime ?? 'unknown')
      if (key !== null) yield hit(place, [...lost], key, restorePath)
    }
    for (const guard of guards)
      for (const spot of guard.skippedSaves) {
        const message = fill(notMadeUp.messages.unsaved!, { call: spot.what, condition: guard.condition })
        yield guardHit(guard, spot, message, notMadeUp.severity)
      }
  },
})

function messageFor(lifetime: Lifetime): 'lost' | 'window' | null {
  if (lifetime === 'unknown') return null
  return lifetime === 'finish' ? 'window' : 'lost'
}

function isLost(site: Site, restorePath: RestorePath): boolean {
  return site.hazard.decision !== 'rewrite' && restorePath.holds(site) && lostFields(site, restorePath).length > 0
}

/** A reset brings the device to D0, and its own state of status bits is as good as any. */
const NOT_STATE = ['status', 'power', 'pme', 'reset']

function lostFields({ fields }: Site, restorePath: RestorePath): readonly Field[] {
  return fields.filter(
    (field) =>
      field.change !== 'as-read' &&
      !NOT_STATE.includes(field.feature) &&
      !cannotHarm(field) &&
      !restorePath.restores(field),
  )
}

function hit(place: GuardPlace, sites: readonly Site[], key: 'lost' | 'window', restorePath: RestorePath): Hit {
  const [first] = sites
  const what = sites.flatMap((site) => lostFields(site, restorePath).map(({ register }) => register))
  const message = fill(notMadeUp.messages[key]!, {
    what: [...new Set(what)].join(', '),
    device: deviceOf(first!),
    callee: first!.callee,
    condition: place.condition,
  })
  return hitAt(place, sites, message, key === 'window' ? 'info' : notMadeUp.severity)
}
