import { defineRule } from './defineRule.js'
import { openWrite } from './unguardedWrite.js'

/** The same harm on the way out: the old kernel writes a device that it has frozen already. */
export const shutdownWrite = defineRule({
  id: 'SHUTDOWN_WRITE',
  severity: 'error',
  title: 'A preserved device can be written on the way out, with no guard',
  messages: {
    config: '{callee}() writes {what} of {device} {when}, with no live update guard on the way {from}{effect}',
    msi: '{callee}() programs MSI of {device} {when}, with no live update guard on the way {from}{effect}',
  },
  page: {
    why: 'Between freeze and the jump the old kernel shuts its devices down. What it writes then is what the next kernel finds: a device that was frozen alive is stopped after all.',
    fix: 'Guard the write at its one place in the shutdown path, with a guard that is true in the old kernel, and leave callers outside live update as they are.',
    quiet: [
      'the write is safe for the promised flows, or it turns MSI off; the strict policy reports these too',
      'a guard that is true in the old kernel stands over it',
      'the constants that callers pass show that nothing harmful is written, on every way; harm is told only of a way whose own constants prove it',
      'only the shutdown of another driver reaches it: that driver does not own the preserved device',
    ],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'do_pci_disable_device() is used in the PM suspend, freeze, and poweroff paths', source: 'BH1' },
  },
  samples: {
    bad: `
static void shut_down_devices(void)
{
	struct pci_dev *dev = next_device();
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
	^ config
}

void kernel_restart_prepare(char *cmd)
{
	shut_down_devices();
}
`,
    good: `
static void shut_down_devices(void)
{
	struct pci_dev *dev = next_device();
	u16 cmd;

	/* Clearing bus master would stop the DMA that the device goes on with. */
	if (pci_liveupdate_is_outgoing(dev))
		return;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

void kernel_restart_prepare(char *cmd)
{
	shut_down_devices();
}
`,
  },
  *check({ sites, settings }) {
    for (const site of sites) yield* openWrite(shutdownWrite, site, ['shutdown'], settings)
  },
})
