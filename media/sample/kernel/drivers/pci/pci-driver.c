// SPDX-License-Identifier: MIT
/* Between the driver core and struct pci_driver. */

#include "pci.h"

extern bool kexec_in_progress;

/* pme.c has a function of this name too: there it is the root port that is acknowledged. */
static void ack_pme(struct pci_dev *dev)
{
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, PCI_PM_CTRL_PME_STATUS);
}

static long local_pci_probe(struct pci_dev *dev, struct pci_driver *drv)
{
	const struct pci_device_id *id = drv->id_table;

	dev->driver = drv;
	return drv->probe(dev, id);
}

static int pci_device_probe(struct device *dev)
{
	return local_pci_probe(to_pci_dev(dev), to_pci_driver(dev->driver));
}

static void pci_device_shutdown(struct device *dev)
{
	struct pci_dev *pci_dev = to_pci_dev(dev);
	struct pci_driver *drv = pci_dev->driver;

	if (drv && drv->shutdown)
		drv->shutdown(pci_dev);
	/* The next kernel's memory must not be written by a device that it knows nothing of. */
	if (kexec_in_progress && pci_dev->current_state <= PCI_D3hot)
		pci_clear_master(pci_dev);
}

static int pci_pm_suspend(struct device *dev)
{
	struct pci_dev *pci_dev = to_pci_dev(dev);

	ack_pme(pci_dev);
	pci_fixup_device(pci_fixup_suspend, pci_dev);
	return 0;
}

static int pci_pm_resume(struct device *dev)
{
	struct pci_dev *pci_dev = to_pci_dev(dev);

	pci_fixup_device(pci_fixup_resume, pci_dev);
	pci_restore_iov_state(pci_dev);
	return 0;
}

static int pci_pm_runtime_suspend(struct device *dev)
{
	return pci_set_power_state(to_pci_dev(dev), PCI_D3hot);
}

static const struct dev_pm_ops pci_dev_pm_ops = {
	.suspend = pci_pm_suspend,
	.resume = pci_pm_resume,
	.runtime_suspend = pci_pm_runtime_suspend,
};

const struct bus_type pci_bus_type = {
	.name = "pci",
	.probe = pci_device_probe,
	.shutdown = pci_device_shutdown,
	.pm = &pci_dev_pm_ops,
};

int __pci_register_driver(struct pci_driver *drv)
{
	drv->driver.name = drv->name;
	drv->driver.bus = &pci_bus_type;
	return driver_register(&drv->driver);
}
