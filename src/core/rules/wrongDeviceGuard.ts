import { PHASES, type Severity, type Site } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { deviceOf, effectText, gravestPhase, type Promised, whatIsWritten } from './harm.js'

/** `pci_lu_adopt(dev)` around a write to `bridge` keeps the bridge from nothing: the guard asks about another device. */
export const wrongDeviceGuard = defineRule({
  id: 'WRONG_DEVICE_GUARD',
  severity: 'warning',
  title: 'The guard tests another device than the one written',
  messages: {
    other:
      '{condition} at line {line} asks about another device than {device}, whose {what} {callee}() writes{effect}; ask about {device}, or say why the other decides for both',
  },
  page: {
    why: 'A guard protects only the device that it asks about. The device and the bridge above it are handed over for different reasons: one can be preserved where the other is not.',
    fix: 'Ask about the device that is written, or say in a comment why the asked one decides for both.',
    quiet: [
      'the two names are one device: a local alias, a parameter of the caller',
      'it cannot be told which device one of the names stands for',
      'the guard is known to decide for the bridge above its device as well (pci_liveupdate_adopt_ari())',
    ],
    scenario: 'ari/disable',
    quote: { text: "far harder than just if'ing around the config write", source: 'JG2' },
  },
  samples: {
    bad: `
static void configure_ari(struct pci_dev *dev)
{
	struct pci_dev *bridge = dev->bus->self;

	/* Functions above 7 would be unreachable with ARI turned off. */
	if (!pci_lu_adopt(dev))
		pcie_capability_clear_word(bridge, PCI_EXP_DEVCTL2, PCI_EXP_DEVCTL2_ARI);
		^ other
}

static int __init enumerate(void)
{
	configure_ari(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void configure_ari(struct pci_dev *dev)
{
	struct pci_dev *bridge = dev->bus->self;

	/* Functions above 7 would be unreachable with ARI turned off. */
	if (!pci_liveupdate_is_incoming(bridge))
		pcie_capability_clear_word(bridge, PCI_EXP_DEVCTL2, PCI_EXP_DEVCTL2_ARI);
}

static int __init enumerate(void)
{
	configure_ari(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ sites, settings }) {
    for (const site of sites) if (guardOf(site)) yield hit(site, settings)
  },
})

function guardOf({ guard, phases }: Site): Site['guard'] | null {
  const reached = PHASES.flatMap((phase) => (phases[phase].reachable ? [phases[phase].guard] : []))
  return [guard, ...reached].find(({ status }) => status === 'wrong-device') ?? null
}

function hit(site: Site, settings: Promised): Hit {
  const guard = guardOf(site)!
  const gravest = gravestPhase(site, PHASES, settings, (status) => status === 'wrong-device')
  const severity: Severity = gravest?.severity === 'error' ? 'error' : wrongDeviceGuard.severity
  const message = fill(wrongDeviceGuard.messages.other!, {
    condition: guard.condition ?? 'the guard',
    line: `${guard.line ?? site.line}`,
    device: deviceOf(site),
    what: whatIsWritten(site),
    callee: site.callee,
    effect: effectText(site, gravest?.phase ?? 'boot', settings),
  })
  const related =
    guard.file === null || guard.line === null
      ? []
      : [{ file: guard.file, line: guard.line, message: `the guard: ${guard.condition}` }]
  return { site, message, severity, related }
}
