import { defineRule, fill } from './defineRule.js'
import { guardHit } from './guardHit.js'

export const guardWithoutWrite = defineRule({
  id: 'GUARD_WITHOUT_WRITE',
  severity: 'warning',
  title: 'A guard that keeps no write',
  messages: {
    nothing: '{condition} decides the way of {function}(), but no write is kept by it and no state is restored',
  },
  page: {
    why: 'A guard says that a write would harm a device in use. Where no write is skipped, the reader looks for the harm in vain, and the function behaves differently for no reason.',
    fix: 'Take the guard out, or move it to the write that is meant.',
    quiet: [
      'a write, or a call that leads to one, is skipped',
      'state is filled in for a device handed over',
      'the guard is empty: EMPTY_GUARD says so',
      'a flag is read and not a function asked: live update itself goes through its devices that way',
    ],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'Each and every "bad" one needs to be clearly explained', source: 'JG2' },
  },
  samples: {
    bad: `
static int serial_number(struct pci_dev *dev, int pos)
{
	u32 value;

	if (!pos && !pci_lu_adopt(dev))
	             ^^^^^^^^^^^^^^^^^ nothing
		return 0;
	pci_read_config_dword(dev, pos, &value);
	return value;
}

static void setup(struct pci_dev *dev)
{
	serial_number(dev, 4);
	pci_write_config_dword(dev, PCI_COMMAND, 0);
}

static int __init enumerate(void)
{
	setup(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
    good: `
static void setup(struct pci_dev *dev)
{
	if (pci_lu_adopt(dev))
		return;
	pci_write_config_dword(dev, PCI_COMMAND, 0);
}

static int __init enumerate(void)
{
	setup(first_device());
	return 0;
}
subsys_initcall(enumerate);
`,
  },
  *check({ guards }) {
    for (const guard of guards) {
      if (guard.isEmpty || guard.skipsWrite || guard.restores || guard.guard.form === 'field') continue
      const message = fill(guardWithoutWrite.messages.nothing!, {
        condition: guard.condition,
        function: guard.function,
      })
      yield guardHit(guard, null, message, 'warning')
    }
  },
})
