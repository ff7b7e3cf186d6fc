// SPDX-License-Identifier: MIT
#include <linux/init.h>
#include <linux/pci.h>

/* ATS is the IOMMU driver's to decide: it knows what the device still has cached. */
static int probe_iommu_group(struct device *dev, void *data)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	int rc = pci_prepare_ats(pdev, PAGE_SHIFT);

	return rc ? rc : pci_enable_ats(pdev, PAGE_SHIFT);
}

static int __init iommu_init(void)
{
	return bus_for_each_dev(&pci_bus_type, NULL, NULL, probe_iommu_group);
}
fs_initcall(iommu_init);
