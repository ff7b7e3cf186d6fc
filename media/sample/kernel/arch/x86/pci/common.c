// SPDX-License-Identifier: MIT
/* The way to config space on x86, and what x86 does its own way. */

#include <linux/init.h>
#include <linux/pci.h>

#define PCI_CONF1_ADDRESS	0xcf8
#define PCI_CONF1_DATA		0xcfc

static void pci_conf1_select(struct pci_bus *bus, unsigned int devfn, int where)
{
	outl(0x80000000u | bus->number << 16 | devfn << 8 | (where & 0xfc), PCI_CONF1_ADDRESS);
}

static int pci_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	pci_conf1_select(bus, devfn, where);
	*value = inl(PCI_CONF1_DATA) >> 8 * (where & 3);
	return 0;
}

static int pci_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	u32 mask = size == 4 ? ~0u : ((1u << 8 * size) - 1) << 8 * (where & 3);

	pci_conf1_select(bus, devfn, where);
	outl((inl(PCI_CONF1_DATA) & ~mask) | (value << 8 * (where & 3) & mask), PCI_CONF1_DATA);
	return 0;
}

const struct pci_ops pci_root_ops = {
	.read = pci_read,
	.write = pci_write,
};

/* In place of the weak one: PCI Express has no latency timer. */
void pcibios_set_master(struct pci_dev *dev)
{
	if (!dev->pcie_cap)
		pci_write_config_byte(dev, PCI_LATENCY_TIMER, 32);
}

int pcibios_enable_device(struct pci_dev *dev)
{
	int rc = pci_enable_resources(dev);

	return rc ? rc : pci_write_config_byte(dev, PCI_INTERRUPT_LINE, 11);
}

static int __init pcibios_assign_resources(void)
{
	pci_assign_unassigned_resources();
	return 0;
}
fs_initcall(pcibios_assign_resources);
