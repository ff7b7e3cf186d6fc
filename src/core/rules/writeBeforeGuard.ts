import { cannotHarm } from '../device/hazard.js'
import { PHASES, type Site } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { deviceOf, statusIn, whatIsWritten } from './harm.js'

/** One register of a sequence is written before the early return, or left outside the wrapped block. */
export const writeBeforeGuard = defineRule({
  id: 'WRITE_BEFORE_GUARD',
  severity: 'warning',
  title: 'Part of a guarded sequence is written outside the guard',
  messages: {
    before:
      '{callee}() writes {what} of {device} before {condition} at line {line}, which guards the rest of the {feature} sequence: move the guard above it',
    outside:
      '{callee}() writes {what} of {device} outside {condition} at line {line}, which guards the rest of the {feature} sequence: take it in',
  },
  page: {
    why: 'The registers of one feature are written as a sequence. If the guard takes only part of it, the device is left with a mixture of the old state and the new one, which neither kernel meant.',
    fix: 'Put the guard before the first write of the sequence, or wrap all of it.',
    quiet: [
      'the other write is of another feature or of another device',
      'no path that counts for a preserved device takes the write',
      'the write harms no traffic, whatever is written',
      'it is an info where the write stands behind the guard: it may be on a branch that the guard was not meant for',
    ],
    scenario: 'bridge-window/closed',
    quote: { text: 'This results in inconsistent state, which is a bad idea to begin', source: 'TG' },
  },
  samples: {
    bad: `
static void setup_window(struct pci_dev *bridge)
{
	pci_write_config_dword(bridge, PCI_PREF_LIMIT_UPPER32, 0);
	^ before
	/* A changed window breaks peer-to-peer DMA in flight. */
	if (pci_liveupdate_is_incoming(bridge))
		return;
	pci_write_config_dword(bridge, PCI_PREF_MEMORY_BASE, 0x1000);
}

static int __init assign(void)
{
	setup_window(first_bridge());
	return 0;
}
fs_initcall(assign);
`,
    good: `
static void setup_window(struct pci_dev *bridge)
{
	/* A changed window breaks peer-to-peer DMA in flight. */
	if (pci_liveupdate_is_incoming(bridge))
		return;
	pci_write_config_dword(bridge, PCI_PREF_LIMIT_UPPER32, 0);
	pci_write_config_dword(bridge, PCI_PREF_MEMORY_BASE, 0x1000);
}

static int __init assign(void)
{
	setup_window(first_bridge());
	return 0;
}
fs_initcall(assign);
`,
  },
  *check({ sites }) {
    const guarded = sites.filter(({ guard }) => guard.by === 'self')
    for (const site of sites) {
      if (!isOpen(site)) continue
      for (const feature of harmfulFeatures(site)) {
        const other = guarded.find((one) => isSameSequence(site, one, feature))
        if (!other) continue
        yield hit(site, other, feature)
        break
      }
    }
  },
})

function isOpen(site: Site): boolean {
  return site.guard.by === null && PHASES.some((phase) => statusIn(site, phase) === 'unguarded')
}

function harmfulFeatures({ fields }: Site): readonly string[] {
  const harmful = fields.filter((field) => field.change !== 'as-read' && !cannotHarm(field))
  return [...new Set(harmful.map(({ feature }) => feature))]
}

function isSameSequence(site: Site, other: Site, feature: string): boolean {
  return (
    other.file === site.file &&
    other.function === site.function &&
    other.device !== null &&
    other.device === site.device &&
    harmfulFeatures(other).includes(feature)
  )
}

function hit(site: Site, other: Site, feature: string): Hit {
  const line = other.guard.line ?? other.line
  const message = fill(writeBeforeGuard.messages[site.line < line ? 'before' : 'outside']!, {
    callee: site.callee,
    what: whatIsWritten(site),
    device: deviceOf(site),
    condition: other.guard.condition ?? 'the guard',
    line: `${line}`,
    feature,
  })
  const related = [
    { file: other.file, line, message: `the guard: ${other.guard.condition}` },
    { file: other.file, line: other.line, message: `${other.callee}() under the guard` },
  ]
  // Behind the guard the write may be on another branch, which the guard was never meant for.
  const severity = site.line < line ? writeBeforeGuard.severity : 'info'
  return { site, message, severity, related }
}
