// SPDX-License-Identifier: MIT
#include <linux/acpi.h>
#include <linux/init.h>

static struct list_head acpi_scan_handlers = LIST_HEAD_INIT(acpi_scan_handlers);
static struct list_head acpi_devices = LIST_HEAD_INIT(acpi_devices);

int acpi_scan_add_handler(struct acpi_scan_handler *handler)
{
	list_add(&handler->list_node, &acpi_scan_handlers);
	return 0;
}

static void acpi_bus_scan(void)
{
	struct acpi_scan_handler *handler;
	struct acpi_device *device;

	list_for_each_entry(device, &acpi_devices, node)
		list_for_each_entry(handler, &acpi_scan_handlers, list_node)
			if (handler->attach(device, handler->ids) > 0)
				break;
}

static int __init acpi_init(void)
{
	acpi_pci_root_init();
	acpi_bus_scan();
	return 0;
}
subsys_initcall(acpi_init);
