import type { Phase, Site } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { pathOf, relatedOf } from './witnessText.js'

const PHASES_OF_RULE: readonly Phase[] = ['boot', 'userspace']
const WHEN: Readonly<Record<Phase, string>> = {
  boot: 'while the new kernel boots',
  userspace: 'after the new kernel is up, before finish',
  shutdown: 'while the old kernel goes down',
}

/** A write that a path which counts for a preserved device reaches with no live update guard over it. */
export const unguardedWrite = defineRule({
  id: 'UNGUARDED_WRITE',
  severity: 'warning',
  title: 'A preserved device can be written with no guard',
  messages: {
    config: '{callee}() writes {what} of {device} {when}, with no live update guard on the way from {root}(){effect}',
    msi: '{callee}() programs MSI of {device} {when}, with no live update guard on the way from {root}(){effect}',
  },
  page: {
    why: 'A device that was handed over live goes on with DMA while the next kernel boots. A config write that is routine on a cold boot can cut it off, misroute its requests or reset it.',
    fix: 'If the write harms traffic that must go on, guard it for this device, and say in a comment why it is needed and why the cold boot flow cannot be used. If it does not, leave it: only accesses that harm a promised flow have to be avoided.',
    quiet: [
      'a guard of a known series stands over the write, inside the function',
      'no path from boot or userspace reaches the write for a preserved device: other drivers’ probes and fixups do not count',
      'the function only hands device, offset and value on: its callers are the writers',
    ],
    scenario: 'bus-master/clear-endpoint',
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
  *check({ sites }) {
    for (const site of sites) {
      const phase = PHASES_OF_RULE.find((p) => isOpen(site, p))
      if (phase) yield hit(site, phase)
    }
  },
})

function isOpen(site: Site, phase: Phase): boolean {
  const at = site.phases[phase]
  return at.reachable && at.counts && at.guard.status === 'unguarded'
}

function hit(site: Site, phase: Phase): Hit {
  const path = pathOf(site, phase)
  const message = fill(unguardedWrite.messages[site.kind === 'config' ? 'config' : 'msi']!, {
    callee: site.callee,
    what: what(site),
    device: site.device ?? 'a device',
    when: WHEN[phase],
    root: path[0]?.function ?? '',
    effect: effect(site),
  })
  return { site, message, severity: unguardedWrite.severity, related: relatedOf(path) }
}

function what(site: Site): string {
  const named = site.fields.map((f) => (f.bits.length > 0 ? f.bits.join(' | ') : f.register))
  if (named.length > 0) return [...new Set(named)].join(', ')
  return site.offset === null ? 'config space' : `config space at ${site.offset}`
}

function effect(site: Site): string {
  const broken = site.hazard.effects.filter((e) => e.effect === 'breaks').map((e) => e.flow)
  return broken.length === 0 ? '' : `; it breaks ${broken.join(', ')}`
}
