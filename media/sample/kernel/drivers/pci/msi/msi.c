// SPDX-License-Identifier: MIT
#include <linux/pci_liveupdate.h>
#include "../pci.h"

/* The new kernel owns the interrupts: what the old one programmed goes to a vector that is gone. */
void pci_msi_init(struct pci_dev *dev)
{
	u16 ctrl;

	dev->msi_cap = pci_find_capability(dev, PCI_CAP_ID_MSI);
	if (!dev->msi_cap)
		return;
	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, &ctrl);
	if (ctrl & PCI_MSI_FLAGS_ENABLE)
		pci_write_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, ctrl & ~PCI_MSI_FLAGS_ENABLE);
}

static void pci_msix_clear_and_set_ctrl(struct pci_dev *dev, u16 clear, u16 set)
{
	u16 ctrl;

	BUG_ON(pci_lu_adopt(dev));
	pci_read_config_word(dev, dev->msix_cap + PCI_MSIX_FLAGS, &ctrl);
	pci_write_config_word(dev, dev->msix_cap + PCI_MSIX_FLAGS, (ctrl & ~clear) | set);
}

void pci_msix_init(struct pci_dev *dev)
{
	dev->msix_cap = pci_find_capability(dev, PCI_CAP_ID_MSIX);
	if (dev->msix_cap)
		pci_msix_clear_and_set_ctrl(dev, PCI_MSIX_FLAGS_ENABLE, 0);
}

static void pci_msi_update_mask(struct msi_desc *desc, u32 clear, u32 set)
{
	desc->pci.msi_mask = (desc->pci.msi_mask & ~clear) | set;
	pci_write_config_dword(desc->dev, desc->pci.mask_pos, desc->pci.msi_mask);
}

static void pci_write_msg_msix(struct msi_desc *desc, struct msi_msg *msg)
{
	void __iomem *entry = desc->mask_base + desc->index * PCI_MSIX_ENTRY_SIZE;

	writel(PCI_MSIX_ENTRY_CTRL_MASKBIT, entry + PCI_MSIX_ENTRY_VECTOR_CTRL);
	writel(msg->address_lo, entry + PCI_MSIX_ENTRY_LOWER_ADDR);
	writel(msg->address_hi, entry + PCI_MSIX_ENTRY_UPPER_ADDR);
	writel(msg->data, entry + PCI_MSIX_ENTRY_DATA);
}

static void pci_write_msg_msi(struct pci_dev *dev, struct msi_msg *msg)
{
	int pos = dev->msi_cap;

	pci_write_config_dword(dev, pos + PCI_MSI_ADDRESS_LO, msg->address_lo);
	pci_write_config_dword(dev, pos + PCI_MSI_ADDRESS_HI, msg->address_hi);
	pci_write_config_word(dev, pos + PCI_MSI_DATA_64, msg->data);
}

void __pci_write_msi_msg(struct msi_desc *desc, struct msi_msg *msg)
{
	if (desc->pci.is_msix)
		pci_write_msg_msix(desc, msg);
	else
		pci_write_msg_msi(desc->dev, msg);
	desc->msg = *msg;
}

static int msi_capability_init(struct pci_dev *dev)
{
	struct msi_desc *desc = &dev->msi_desc;
	struct msi_msg msg = { .address_lo = 0xfee00000, .data = 0x21 };
	u16 ctrl;

	desc->dev = dev;
	desc->pci.mask_pos = dev->msi_cap + PCI_MSI_MASK_64;
	pci_msi_update_mask(desc, 0, ~0u);
	__pci_write_msi_msg(desc, &msg);
	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, &ctrl);
	ctrl &= ~PCI_MSI_FLAGS_QSIZE;
	pci_write_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, ctrl | PCI_MSI_FLAGS_ENABLE);
	pci_msi_update_mask(desc, ~0u, 0);
	return 0;
}

int pci_enable_msi(struct pci_dev *dev)
{
	return dev->msi_cap ? msi_capability_init(dev) : -EINVAL;
}

int pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min, unsigned int max)
{
	return min <= 1 ? msi_capability_init(dev) : -EINVAL;
}

void pci_disable_msi(struct pci_dev *dev)
{
	u16 ctrl;

	pci_read_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, &ctrl);
	pci_write_config_word(dev, dev->msi_cap + PCI_MSI_FLAGS, ctrl & ~PCI_MSI_FLAGS_ENABLE);
}
