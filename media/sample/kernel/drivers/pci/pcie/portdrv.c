// SPDX-License-Identifier: MIT
/* The driver of root ports and switch ports, and the services that share a port. */

#include "../pci.h"

static int pcie_port_probe_service(struct device *dev)
{
	struct pcie_port_service_driver *drv;
	struct pcie_device *srv = dev->driver_data;

	drv = container_of(dev->driver, struct pcie_port_service_driver, driver);
	return drv->probe(srv);
}

static int pcie_port_remove_service(struct device *dev)
{
	struct pcie_port_service_driver *drv;

	drv = container_of(dev->driver, struct pcie_port_service_driver, driver);
	if (drv->remove)
		drv->remove(dev->driver_data);
	return 0;
}

int pcie_port_service_register(struct pcie_port_service_driver *new)
{
	new->driver.name = new->name;
	new->driver.probe = pcie_port_probe_service;
	new->driver.remove = pcie_port_remove_service;
	return driver_register(&new->driver);
}

static int remove_iter(struct device *dev, void *data)
{
	return pcie_port_remove_service(dev);
}

/* Until a service wants them, the port's own interrupts stay off. */
static void pcie_port_quiet(struct pci_dev *dev)
{
	pcie_capability_clear_word(dev, PCI_EXP_SLTCTL, PCI_EXP_SLTCTL_CCIE | PCI_EXP_SLTCTL_HPIE);
}

static int pcie_portdrv_probe(struct pci_dev *dev, const struct pci_device_id *id)
{
	int rc = pci_enable_device(dev);

	if (rc)
		return rc;
	pcie_port_quiet(dev);
	pci_set_master(dev);
	return pci_alloc_irq_vectors(dev, 1, 32);
}

static void pcie_portdrv_remove(struct pci_dev *dev)
{
	device_for_each_child(&dev->dev, NULL, remove_iter);
	pci_disable_device(dev);
}

static void pcie_portdrv_shutdown(struct pci_dev *dev)
{
	device_for_each_child(&dev->dev, NULL, remove_iter);
}

static const struct pci_device_id port_pci_ids[] = {
	{ PCI_ANY_ID, PCI_ANY_ID },
	{ },
};

static struct pci_driver pcie_portdriver = {
	.name = "pcieport",
	.id_table = port_pci_ids,
	.probe = pcie_portdrv_probe,
	.remove = pcie_portdrv_remove,
	.shutdown = pcie_portdrv_shutdown,
};

static int __init pcie_portdrv_init(void)
{
	pcie_pme_init();
	return pci_register_driver(&pcie_portdriver);
}
device_initcall(pcie_portdrv_init);
