// SPDX-License-Identifier: MIT
#include <linux/pci_liveupdate.h>
#include "pci.h"

void pci_ats_init(struct pci_dev *dev)
{
	dev->ats_cap = pci_find_ext_capability(dev, PCI_EXT_CAP_ID_ATS);
}

/* The smallest translation unit, before anything is translated. */
int pci_prepare_ats(struct pci_dev *dev, int ps)
{
	return pci_write_config_word(dev, dev->ats_cap + PCI_ATS_CTRL,
				     PCI_ATS_CTRL_STU(ps - PCI_ATS_MIN_STU));
}

int pci_enable_ats(struct pci_dev *dev, int ps)
{
	if (!dev->ats_cap || dev->ats_enabled)
		return -EINVAL;
	pci_write_config_word(dev, dev->ats_cap + PCI_ATS_CTRL,
			      PCI_ATS_CTRL_ENABLE | PCI_ATS_CTRL_STU(ps - PCI_ATS_MIN_STU));
	dev->ats_enabled = 1;
	return 0;
}
