import type { Phase, Severity, Site } from '../report/schema.js'
import { defineRule, fill, type Hit } from './defineRule.js'
import { type Asked, type GuardPlace, guardPlaces, hitAt, knownGuardIn } from './guardPlaces.js'
import { deviceOf, effectText, gravity, type Promised, WHEN, whatIsWritten } from './harm.js'

/** A guard that looks as if it kept the device, and can never be true where it stands. */
export const inertGuard = defineRule({
  id: 'INERT_GUARD',
  severity: 'warning',
  title: 'The guard cannot be true where it stands',
  messages: {
    bridge:
      '{condition} is not true for a bridge above a preserved device: it is restored as depended, and the guard asks for requested. {callee}() writes {what} of {device} {when} all the same{effect}',
    phase:
      '{condition} cannot be true {when}: it holds {holds}. {callee}() writes {what} of {device} all the same{effect}',
    other: '{condition} cannot be true {when}. {callee}() writes {what} of {device} all the same{effect}',
  },
  page: {
    why: 'A guard is true only for some devices and only for some time: after its state is set and until it is dropped, and not for the bridges above a device if only the device itself was requested. Where it is never true the write happens as if there were no guard, and a reader believes otherwise.',
    fix: 'Ask something that is set for this class of device in this phase, move the state ahead of the question, or take the guard out.',
    quiet: [
      'in shutdown, where the write is safe for the promised flows or is to be made anyway: a guard that is meant for the new kernel may stand on a way that the old one takes as well',
      'no path that counts for a preserved device takes the write in that phase',
    ],
    scenario: 'bridge-window/closed',
    quote: { text: 'The placement of these conditionals is arbitrary.', source: 'TG' },
  },
  samples: {
    bad: `
static void setup_window(struct pci_dev *bridge)
{
	/* A changed window breaks peer-to-peer DMA in flight. */
	if (pci_lu_adopt(bridge))
	^ bridge
		return;
	pci_write_config_dword(bridge, PCI_PREF_MEMORY_BASE, 0x1000);
}

static int __init assign(void)
{
	setup_window(first_bridge());
	return 0;
}
fs_initcall(assign);

static void shut_down_devices(void)
{
	struct pci_dev *dev = next_device();
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	/* Clearing bus master would stop the DMA that goes on. */
	if (!pci_lu_adopt(dev))
	^ phase
		pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

void kernel_restart_prepare(char *cmd)
{
	shut_down_devices();
}
`,
    good: `
static void setup_window(struct pci_dev *bridge)
{
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
  },
  *check({ sites, settings }) {
    for (const place of guardPlaces(sites)) yield* found(place, settings)
  },
})

interface Inert {
  readonly site: Site
  readonly phase: Phase
  readonly severity: Severity
}

const GRAVEST_FIRST: readonly Severity[] = ['error', 'warning', 'info']

function found(place: GuardPlace, settings: Promised): readonly Hit[] {
  const inert = place.asked.flatMap((asked) => inertHere(asked, settings))
  const gravest = GRAVEST_FIRST.map((severity) => inert.find((one) => one.severity === severity)).find(Boolean)
  if (!gravest) return []
  const sites = [...new Set([gravest.site, ...inert.map(({ site }) => site)])]
  return [hitAt(place, sites, messageOf(place, gravest, settings), gravest.severity)]
}

/** In the new kernel a guard that never holds is worth a warning whatever it stands over. */
function inertHere({ site, phase, counts, status }: Asked, settings: Promised): readonly Inert[] {
  if (status !== 'inert' || phase === null || !counts) return []
  const severity = gravity(site, phase, settings)
  if (phase !== 'shutdown') return [{ site, phase, severity: severity === 'error' ? 'error' : 'warning' }]
  return severity === null ? [] : [{ site, phase, severity }]
}

function messageOf({ condition, asked }: GuardPlace, { site, phase }: Inert, settings: Promised): string {
  const guard = knownGuardIn(condition)
  const holdsIn = guard?.phases ?? phasesHeld(asked)
  const isInItsPhase = guard?.phases.includes(phase) ?? holdsIn.length === 0
  const key = !isInItsPhase ? 'phase' : guard?.endpointsOnly ? 'bridge' : 'other'
  return fill(inertGuard.messages[key]!, {
    condition,
    when: WHEN[phase],
    holds: holdsIn.length === 0 ? 'elsewhere' : `only ${holdsIn.map((one) => WHEN[one]).join(' and ')}`,
    callee: site.callee,
    what: whatIsWritten(site),
    device: deviceOf(site),
    effect: effectText(site, phase, settings),
  })
}

/** Of a guard that the table does not know: where it is seen to hold. */
function phasesHeld(asked: readonly Asked[]): readonly Phase[] {
  const held = asked.flatMap(({ phase, status }) => (phase !== null && status !== 'inert' ? [phase] : []))
  return [...new Set(held)]
}
