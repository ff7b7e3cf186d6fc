// SPDX-License-Identifier: MIT
/* The accessors. Each hands device, offset and value on as it got them, so none of them is a site. */

#include "pci.h"

#define PCI_OP_READ(size, type, len)						\
int pci_bus_read_config_##size(struct pci_bus *bus, unsigned int devfn,	\
			       int pos, type *value)				\
{										\
	u32 data = 0;								\
	int rc = bus->ops->read(bus, devfn, pos, len, &data);			\
										\
	*value = rc ? (type)~0 : (type)data;					\
	return rc;								\
}

#define PCI_OP_WRITE(size, type, len)						\
int pci_bus_write_config_##size(struct pci_bus *bus, unsigned int devfn,	\
				int pos, type value)				\
{										\
	return bus->ops->write(bus, devfn, pos, len, value);			\
}

PCI_OP_READ(byte, u8, 1)
PCI_OP_READ(word, u16, 2)
PCI_OP_READ(dword, u32, 4)
PCI_OP_WRITE(byte, u8, 1)
PCI_OP_WRITE(word, u16, 2)
PCI_OP_WRITE(dword, u32, 4)

#define PCI_USER_WRITE_CONFIG(size, type)					\
int pci_user_write_config_##size(struct pci_dev *dev, int pos, type value)	\
{										\
	return pci_bus_write_config_##size(dev->bus, dev->devfn, pos, value);	\
}

PCI_USER_WRITE_CONFIG(byte, u8)

int pci_read_config_byte(const struct pci_dev *dev, int pos, u8 *value)
{
	return pci_bus_read_config_byte(dev->bus, dev->devfn, pos, value);
}

int pci_read_config_word(const struct pci_dev *dev, int pos, u16 *value)
{
	return pci_bus_read_config_word(dev->bus, dev->devfn, pos, value);
}

int pci_read_config_dword(const struct pci_dev *dev, int pos, u32 *value)
{
	return pci_bus_read_config_dword(dev->bus, dev->devfn, pos, value);
}

int pci_write_config_byte(const struct pci_dev *dev, int pos, u8 value)
{
	return pci_bus_write_config_byte(dev->bus, dev->devfn, pos, value);
}

int pci_write_config_word(const struct pci_dev *dev, int pos, u16 value)
{
	return pci_bus_write_config_word(dev->bus, dev->devfn, pos, value);
}

int pci_write_config_dword(const struct pci_dev *dev, int pos, u32 value)
{
	return pci_bus_write_config_dword(dev->bus, dev->devfn, pos, value);
}

int pcie_capability_read_word(struct pci_dev *dev, int pos, u16 *value)
{
	return pci_read_config_word(dev, dev->pcie_cap + pos, value);
}

int pcie_capability_read_dword(struct pci_dev *dev, int pos, u32 *value)
{
	return pci_read_config_dword(dev, dev->pcie_cap + pos, value);
}

int pcie_capability_write_word(struct pci_dev *dev, int pos, u16 value)
{
	return pci_write_config_word(dev, dev->pcie_cap + pos, value);
}

int pcie_capability_write_dword(struct pci_dev *dev, int pos, u32 value)
{
	return pci_write_config_dword(dev, dev->pcie_cap + pos, value);
}

int pcie_capability_clear_and_set_word(struct pci_dev *dev, int pos, u16 clear, u16 set)
{
	u16 value;
	int rc = pcie_capability_read_word(dev, pos, &value);

	return rc ? rc : pcie_capability_write_word(dev, pos, (value & ~clear) | set);
}
