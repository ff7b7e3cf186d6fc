// SPDX-License-Identifier: MIT
#include <linux/acpi.h>
#include <linux/init.h>
#include <linux/pci.h>

extern const struct pci_ops pci_root_ops;

static int acpi_pci_root_add(struct acpi_device *device, const struct acpi_device_id *id)
{
	struct pci_bus *bus = pci_create_root_bus(0, &pci_root_ops);

	if (!bus)
		return -ENOMEM;
	device->driver_data = bus;
	pci_scan_child_bus(bus);
	pcie_bus_configure_settings(bus);
	pci_bus_add_devices(bus);
	return 1;
}

static const struct acpi_device_id root_device_ids[] = {
	{ "PNP0A03" },
	{ "PNP0A08" },
	{ },
};

static struct acpi_scan_handler pci_root_handler = {
	.ids = root_device_ids,
	.attach = acpi_pci_root_add,
};

void __init acpi_pci_root_init(void)
{
	acpi_scan_add_handler(&pci_root_handler);
}
