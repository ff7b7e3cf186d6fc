// SPDX-License-Identifier: MIT
/* Power management events: a port service. */

#include <linux/workqueue.h>
#include "../pci.h"

struct pcie_pme_service_data {
	struct work_struct work;
	struct pcie_device *srv;
};

static void pcie_pme_interrupt_enable(struct pci_dev *port, bool enable)
{
	if (enable)
		pcie_capability_set_word(port, PCI_EXP_RTCTL, PCI_EXP_RTCTL_PMEIE);
	else
		pcie_capability_clear_word(port, PCI_EXP_RTCTL, PCI_EXP_RTCTL_PMEIE);
}

/* pci-driver.c has one too, for the device that signalled. */
static void ack_pme(struct pci_dev *port)
{
	pcie_capability_write_dword(port, PCI_EXP_RTSTA, PCI_EXP_RTSTA_PME);
}

static int pcie_pme_check(struct pci_dev *dev, void *data)
{
	return pci_check_pme_status(dev);
}

static void pcie_pme_work_fn(struct work_struct *work)
{
	struct pcie_pme_service_data *data;

	data = container_of(work, struct pcie_pme_service_data, work);
	pci_walk_bus(data->srv->port->subordinate, pcie_pme_check, NULL);
	pcie_pme_interrupt_enable(data->srv->port, true);
}

static irqreturn_t pcie_pme_irq(int irq, void *context)
{
	struct pcie_pme_service_data *data = context;

	pcie_pme_interrupt_enable(data->srv->port, false);
	schedule_work(&data->work);
	return IRQ_HANDLED;
}

static int pcie_pme_probe(struct pcie_device *srv)
{
	struct pcie_pme_service_data *data = kzalloc(sizeof(*data), GFP_KERNEL);
	int rc;

	if (!data)
		return -ENOMEM;
	data->srv = srv;
	srv->priv_data = data;
	INIT_WORK(&data->work, pcie_pme_work_fn);

	ack_pme(srv->port);
	rc = request_irq(srv->irq, pcie_pme_irq, 0, "PCIe PME", data);
	if (rc)
		return rc;
	pcie_pme_interrupt_enable(srv->port, true);
	/* What was signalled before the handler was there shows in no interrupt. */
	schedule_work(&data->work);
	return 0;
}

static void pcie_pme_remove(struct pcie_device *srv)
{
	pcie_pme_interrupt_enable(srv->port, false);
	kfree(srv->priv_data);
}

static struct pcie_port_service_driver pcie_pme_driver = {
	.name = "pcie_pme",
	.port_type = PCI_EXP_TYPE_ROOT_PORT,
	.service = PCIE_PORT_SERVICE_PME,
	.probe = pcie_pme_probe,
	.remove = pcie_pme_remove,
};

int __init pcie_pme_init(void)
{
	return pcie_port_service_register(&pcie_pme_driver);
}
