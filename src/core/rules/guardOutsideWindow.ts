import type { GuardSite, Outside, OutsideWay } from '../guards/guardSites.js'
import type { Severity } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { relatedOf } from './witnessText.js'

/** A guard that nothing ends at finish is still true when the system sleeps or the driver lets the device go. */
export const guardOutsideWindow = defineRule({
  id: 'GUARD_OUTSIDE_WINDOW',
  severity: 'warning',
  title: 'The guard also acts outside the live update window',
  messages: {
    outside:
      '{condition} is never cleared, so it also keeps {function}() from its work {ways}: clear it at finish, or ask only where the window is',
  },
  page: {
    why: 'The reason for a guard ends when the new kernel has taken the device over. A function that suspend, resume, remove or hotplug call too does something else for that device from then on, and what its kernel-doc promises to those callers no longer holds.',
    fix: 'Clear the state behind the guard at finish, or ask for it in the one caller that belongs to the window, and leave the function that others share as it is.',
    quiet: [
      'the state ends at finish, or is gone with the old kernel',
      'the guard is meant to last as long as the device or the kernel, as its series says (bus numbers, ACS and ARI of v9)',
      'nothing is known of how long it lasts: a guard of the settings',
      'no way from suspend, resume, remove or hotplug to the function is found, or only one through a field’s name, a work item, a timer or a thread',
      'a crash kernel: no device is handed to it, so a guard that asks for a device handed over is false there',
    ],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'do_pci_disable_device() is used in the PM suspend, freeze, and poweroff paths', source: 'BH1' },
  },
  samples: {
    bad: `
static void disable(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	/* DMA of a preserved device goes on: clearing bus master would stop it. */
	if (!(dev->dev.lu.flags & LU_BUSMASTER))
	      ^^^^^^^^^^^^^^^^^ outside
		pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

static int pm_suspend_device(struct device *dev)
{
	disable(to_pci_dev(dev));
	return 0;
}

static const struct dev_pm_ops bus_pm_ops = {
	.suspend = pm_suspend_device,
};

void kernel_restart_prepare(char *cmd)
{
	disable(next_device());
}
`,
    good: `
static void disable(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

static int pm_suspend_device(struct device *dev)
{
	disable(to_pci_dev(dev));
	return 0;
}

static const struct dev_pm_ops bus_pm_ops = {
	.suspend = pm_suspend_device,
};

void kernel_restart_prepare(char *cmd)
{
	struct pci_dev *dev = next_device();

	/* DMA of a preserved device goes on: clearing bus master would stop it. */
	if (!(dev->dev.lu.flags & LU_BUSMASTER))
		disable(dev);
}
`,
  },
  *check({ guards }) {
    for (const guard of guards)
      if (guard.skipsWrite && guard.outside.length > 0) yield hit(guard, guardOutsideWindow.severity)
  },
})

function hit(guard: GuardSite, severity: Severity): Hit {
  const message = fill(guardOutsideWindow.messages.outside!, {
    condition: guard.condition,
    function: guard.function,
    ways: listed(guard.outside.map(wayText)),
  })
  const related = guard.outside.flatMap(({ path }) => relatedOf(path))
  return { site: null, place: guard.place, message, severity, related }
}

const WHEN: Readonly<Record<Outside, string>> = {
  suspend: 'in suspend',
  resume: 'in resume',
  remove: 'when a driver lets the device go',
  hotplug: 'in hotplug',
}

/** `in suspend (pci_pm_suspend() > pci_disable_enabled_device())`: the function itself ends the path. */
function wayText({ when, path }: OutsideWay): string {
  const before = path.slice(0, -1).map((hop) => `${hop.function}()`)
  return before.length === 0 ? WHEN[when] : `${WHEN[when]} (${before.join(' > ')})`
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`
}
