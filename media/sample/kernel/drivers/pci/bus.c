// SPDX-License-Identifier: MIT
#include "pci.h"

void pci_walk_bus(struct pci_bus *top, int (*cb)(struct pci_dev *dev, void *data), void *data)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &top->devices, bus_list) {
		if (cb(dev, data))
			return;
		if (dev->subordinate)
			pci_walk_bus(dev->subordinate, cb, data);
	}
}

static void pci_bus_add_device(struct pci_dev *dev)
{
	pci_fixup_device(pci_fixup_final, dev);
	pci_create_sysfs_dev_files(dev);
	device_attach(&dev->dev);
}

void pci_bus_add_devices(const struct pci_bus *bus)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &bus->devices, bus_list) {
		pci_bus_add_device(dev);
		if (dev->subordinate)
			pci_bus_add_devices(dev->subordinate);
	}
}
