// SPDX-License-Identifier: MIT
/* Resources: BARs and the windows of the bridges. */

#include <linux/pci_liveupdate.h>
#include "pci.h"

static bool pci_keeps_windows(struct pci_dev *bridge)
{
	return pci_liveupdate_is_incoming(bridge);
}

static void pci_setup_bridge_io(struct pci_dev *bridge)
{
	struct resource *res = &bridge->subordinate->window[0];

	pci_write_config_byte(bridge, PCI_IO_BASE, (res->start >> 8) & 0xf0);
	pci_write_config_byte(bridge, PCI_IO_LIMIT, (res->end >> 8) & 0xf0);
}

static void pci_setup_bridge_mmio(struct pci_dev *bridge)
{
	struct resource *res = &bridge->subordinate->window[1];

	/*
	 * We can't use the cold boot flow for bridge windows because it
	 * closes and moves MEMORY_BASE and MEMORY_LIMIT, and peer-to-peer
	 * requests to a BAR below this bridge are then misrouted.
	 */
	if (pci_keeps_windows(bridge))
		return;
	pci_write_config_word(bridge, PCI_MEMORY_BASE, (res->start >> 16) & 0xfff0);
	pci_write_config_word(bridge, PCI_MEMORY_LIMIT, (res->end >> 16) & 0xfff0);
}

static void pci_setup_bridge_mmio_pref(struct pci_dev *bridge)
{
	struct resource *res = &bridge->subordinate->window[2];

	/* Close the upper half first, or the window is open too wide for a moment. */
	pci_write_config_dword(bridge, PCI_PREF_LIMIT_UPPER32, 0);

	if (pci_keeps_windows(bridge))
		return;
	pci_write_config_word(bridge, PCI_PREF_MEMORY_BASE, (res->start >> 16) & 0xfff0);
	pci_write_config_word(bridge, PCI_PREF_MEMORY_LIMIT, (res->end >> 16) & 0xfff0);
	pci_write_config_dword(bridge, PCI_PREF_BASE_UPPER32, res->start >> 32);
	pci_write_config_dword(bridge, PCI_PREF_LIMIT_UPPER32, res->end >> 32);
}

static void pci_setup_bridge(struct pci_bus *bus)
{
	pci_setup_bridge_io(bus->self);
	pci_setup_bridge_mmio(bus->self);
	pci_setup_bridge_mmio_pref(bus->self);
}

static void pci_std_update_resource(struct pci_dev *dev, int resno)
{
	struct resource *res = &dev->resource[resno];

	if (!res->flags || pci_liveupdate_is_incoming(dev))
		return;
	pci_write_config_dword(dev, PCI_BASE_ADDRESS_0 + 4 * resno, res->start);
}

static void pci_bus_assign_resources(struct pci_bus *bus)
{
	struct pci_dev *dev;
	int i;

	list_for_each_entry(dev, &bus->devices, bus_list) {
		for (i = 0; i < PCI_NUM_BARS; i++)
			pci_std_update_resource(dev, i);
		if (dev->subordinate) {
			pci_bus_assign_resources(dev->subordinate);
			pci_setup_bridge(dev->subordinate);
		}
	}
}

void pci_assign_unassigned_resources(void)
{
	struct pci_bus *root;

	list_for_each_entry(root, &pci_root_buses, node)
		pci_bus_assign_resources(root);
}
