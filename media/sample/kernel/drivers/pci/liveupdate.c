// SPDX-License-Identifier: MIT
#include <linux/pci_liveupdate.h>

/**
 * DOC: PCI devices across a live update
 *
 * A preserved device goes on doing DMA from freeze in the old kernel to finish
 * in this one. Routing must stay as it is meanwhile: the requester id that the
 * IOMMU looks up, the ACS rules on the way, the bridges' bus numbers. The rest
 * of the cold boot flow runs as always; a write that it must leave out needs a
 * reason next to the guard.
 */

static bool had_incoming;

/* Filled from the handed over memory before the first bus is scanned. */
static struct pci_dev_ser incoming[16];
static unsigned int nr_incoming;

static struct pci_dev_ser *pci_ser_find(struct pci_dev *dev)
{
	unsigned int i;

	for (i = 0; i < nr_incoming; i++)
		if (incoming[i].bdf == PCI_DEVID(dev->bus->number, dev->devfn))
			return &incoming[i];
	return NULL;
}

void pci_liveupdate_setup_device(struct pci_dev *dev)
{
	if (!pci_ser_find(dev))
		return;
	dev->liveupdate.incoming = true;
	dev->liveupdate.was_incoming = true;
	had_incoming = true;
}

/* The device itself was asked for; the bridges above it are only depended on. */
void pci_liveupdate_restore(struct pci_dev *dev)
{
	dev->dev.lu.dev_state = pci_ser_find(dev);
	dev->dev.lu.requested = dev->dev.lu.dev_state && !pci_is_bridge(dev);
	dev->dev.lu.depended = dev->dev.lu.dev_state && pci_is_bridge(dev);
}

/**
 * pci_lu_adopt - the state saved for a device that userspace asked to preserve
 * @dev: the device
 *
 * Return: the state, or NULL for a device that is not preserved.
 */
struct pci_dev_ser *pci_lu_adopt(struct pci_dev *dev)
{
	return dev->dev.lu.requested ? dev->dev.lu.dev_state : NULL;
}

bool pci_liveupdate_is_incoming(struct pci_dev *dev)
{
	return dev->liveupdate.incoming;
}

bool pci_liveupdate_preserve_bus_numbers(void)
{
	return had_incoming;
}

/**
 * pci_liveupdate_adopt_acs - keep the ACS controls that the hardware has
 * @dev: the device
 *
 * The cold boot flow cannot be used: it sets ACS_CTRL anew and so changes the
 * route of peer-to-peer requests while transactions are in flight, and can
 * split or merge the IOMMU groups that the preserved device is in.
 *
 * Return: 0 if adopted, negative if the caller has to configure ACS.
 */
int pci_liveupdate_adopt_acs(struct pci_dev *dev)
{
	return dev->liveupdate.was_incoming ? 0 : -ENODEV;
}

/**
 * pci_liveupdate_adopt_ari - keep ARI forwarding as the bridge above has it
 * @dev: a function below the bridge
 *
 * The cold boot flow cannot be used: it decides ARI forwarding in DEVCTL2 of
 * the bridge anew, and with another value the functions above 7 answer at
 * other addresses, so config access no longer finds the preserved device.
 *
 * Return: 0 if adopted, negative if the caller has to configure ARI.
 */
int pci_liveupdate_adopt_ari(struct pci_dev *dev)
{
	u16 ctl2;

	if (!dev->liveupdate.was_incoming)
		return -ENODEV;
	pcie_capability_read_word(dev->bus->self, PCI_EXP_DEVCTL2, &ctl2);
	dev->bus->self->ari_enabled = !!(ctl2 & PCI_EXP_DEVCTL2_ARI);
	return 0;
}
