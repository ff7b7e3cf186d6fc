import { fieldsIn } from '../device/phaseHazards.js'
import type { Phase, Severity, Site } from '../report/schema.js'
import { defineRule, fill, type Hit, type Rule } from './defineRule.js'
import { deviceOf, effectText, fromRoot, gravestPhase, type Promised, WHEN, whatIsWritten } from './harm.js'
import { pathOf, relatedOf } from './witnessText.js'

const PHASES_OF_RULE: readonly Phase[] = ['boot', 'userspace']

/** A write that a path which counts for a preserved device reaches with no live update guard over it. */
export const unguardedWrite = defineRule({
  id: 'UNGUARDED_WRITE',
  severity: 'error',
  title: 'A preserved device can be written with no guard',
  messages: {
    config: '{callee}() writes {what} of {device} {when}, with no live update guard on the way {from}{effect}',
    msi: '{callee}() programs MSI of {device} {when}, with no live update guard on the way {from}{effect}',
  },
  page: {
    why: 'A device that was handed over live goes on with DMA while the next kernel boots. A config write that is routine on a cold boot can cut it off, misroute its requests or reset it.',
    fix: 'If the write harms traffic that must go on, guard it for this device, and say in a comment why it is needed and why the cold boot flow cannot be used. If it does not, leave it: only accesses that harm a promised flow have to be avoided.',
    quiet: [
      'the write is safe for the promised flows, or upstream wants the new kernel to make it (MSI); the strict policy reports these too',
      'a guard of a known series stands over the write, inside the function or on every way to it',
      'the constants that callers pass show that nothing harmful is written, on every way; harm is told only of a way whose own constants prove it',
      'no path from boot or userspace reaches the write for a preserved device: other drivers’ probes and fixups do not count',
      'the function only hands device, offset and value on: its callers are the writers',
      'the register is in no specification, or the value is not resolved and the path rests on the name of a field',
      'it is a warning where the harm is a disturbance, or the path rests on a work item, a timer, a thread or the name of a field; an info where the value or the register is not resolved, or the code is a workaround for particular devices',
      'it is an info where only virtual functions suffer and vf-dma is not promised, and where the path leads through a workaround, or through a driver that has no live update code in a tree that has some',
      'the path answers an error, or a card that comes or goes: the device has lost its traffic before',
    ],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'Each and every "bad" one needs to be clearly explained', source: 'JG2' },
  },
  samples: {
    bad: `
static void clear_master(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
	^ config
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

	/* DMA of a preserved device goes on: it stops with the bit cleared. */
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
    for (const site of sites) yield* openWrite(unguardedWrite, site, PHASES_OF_RULE, settings)
  },
})

/** The finding of a rule on writes without a guard, in the phase where it is gravest. */
export function openWrite(rule: Rule, site: Site, phases: readonly Phase[], settings: Promised): readonly Hit[] {
  const found = gravestPhase(site, phases, settings, (status) => status === 'unguarded')
  return found ? [hit(rule, site, found.phase, found.severity, settings)] : []
}

function hit(rule: Rule, site: Site, phase: Phase, severity: Severity, settings: Promised): Hit {
  const message = fill(rule.messages[site.kind === 'config' ? 'config' : 'msi']!, {
    callee: site.callee,
    what: whatIsWritten(site, fieldsIn(site, phase)),
    device: deviceOf(site),
    when: WHEN[phase],
    from: fromRoot(site, phase, settings),
    effect: effectText(site, phase, settings),
  })
  return { site, message, severity, related: relatedOf(pathOf(site, phase)) }
}
