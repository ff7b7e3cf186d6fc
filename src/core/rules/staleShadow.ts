import { defineRule, fill } from './defineRule.js'
import { guardHit } from './guardHit.js'

export const staleShadow = defineRule({
  id: 'STALE_SHADOW',
  severity: 'warning',
  title: 'Software state no longer matches the hardware',
  messages: {
    stale:
      '{field} takes the value that the write skipped by {condition} would have brought about; the inherited hardware need not have it',
  },
  page: {
    why: 'The kernel keeps copies of register contents and trusts them later. If the copy is updated and the write is not made, the next user of the copy writes or believes what the device never had.',
    fix: 'Update the copy under the guard too, or fill it from what the device has.',
    quiet: ['the copy is updated under the same guard', 'for a device handed over it is filled in another way'],
    scenario: 'bus-master/clear-endpoint',
    quote: { text: 'This results in inconsistent state, which is a bad idea to begin', source: 'TG' },
  },
  samples: {
    bad: `
static void setup(struct pci_dev *dev, bool enable)
{
	if (!pci_lu_adopt(dev))
		pci_write_config_word(dev, PCI_COMMAND, enable ? PCI_COMMAND_MASTER : 0);
	dev->is_busmaster = enable;
	^^^^^^^^^^^^^^^^^ stale
}

static void store(struct ctrl_state *iov, struct pci_dev *dev)
{
	iov->ctrl |= 1;
	^^^^^^^^^ stale
	if (!pci_lu_adopt(dev))
		pci_write_config_word(dev, PCI_BRIDGE_CONTROL, iov->ctrl);
}
`,
    good: `
static void setup(struct pci_dev *dev, bool enable)
{
	if (!pci_lu_adopt(dev)) {
		pci_write_config_word(dev, PCI_COMMAND, enable ? PCI_COMMAND_MASTER : 0);
		dev->is_busmaster = enable;
	}
}
`,
  },
  *check({ guards }) {
    for (const guard of guards)
      for (const spot of guard.staleShadows) {
        const message = fill(staleShadow.messages.stale!, { field: spot.what, condition: guard.condition })
        yield guardHit(guard, spot, message, 'warning')
      }
  },
})
