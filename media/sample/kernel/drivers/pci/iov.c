// SPDX-License-Identifier: MIT
#include <linux/pci_liveupdate.h>
#include "pci.h"

/* With @lu_restore the VFs are running and only the software side is set up. */
static void sriov_write_ctrl(struct pci_dev *dev, u16 ctrl, bool lu_restore)
{
	if (lu_restore)
		return;
	pci_write_config_word(dev, dev->sriov->pos + PCI_SRIOV_CTRL, ctrl);
}

static void sriov_init(struct pci_dev *dev, struct pci_sriov *iov)
{
	pci_read_config_word(dev, iov->pos + PCI_SRIOV_TOTAL_VF, &iov->total_VFs);
	pci_read_config_word(dev, iov->pos + PCI_SRIOV_CTRL, &iov->ctrl);
	sriov_write_ctrl(dev, iov->ctrl & ~(PCI_SRIOV_CTRL_VFE | PCI_SRIOV_CTRL_MSE),
			 pci_lu_adopt(dev) != NULL);

	if (!pci_lu_adopt(dev)) {
		pci_write_config_word(dev, iov->pos + PCI_SRIOV_NUM_VF, 0);
		msleep(100);
	}

	if (pci_liveupdate_is_incoming(dev)) {
		pci_read_config_dword(dev, iov->pos + PCI_SRIOV_SYS_PGSIZE, &iov->pgsz);
	} else {
		iov->pgsz = 1;
		pci_write_config_dword(dev, iov->pos + PCI_SRIOV_SYS_PGSIZE, iov->pgsz);
	}
}

int pci_iov_init(struct pci_dev *dev)
{
	u16 pos = pci_find_ext_capability(dev, PCI_EXT_CAP_ID_SRIOV);

	if (!pos)
		return -ENODEV;
	dev->sriov = kzalloc(sizeof(*dev->sriov), GFP_KERNEL);
	if (!dev->sriov)
		return -ENOMEM;
	dev->sriov->pos = pos;
	sriov_init(dev, dev->sriov);
	return 0;
}

void pci_restore_iov_state(struct pci_dev *dev)
{
	bool lu_restore = pci_lu_adopt(dev);

	if (dev->sriov)
		sriov_write_ctrl(dev, dev->sriov->ctrl, lu_restore);
}
