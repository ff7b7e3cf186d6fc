/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ACPI_H
#define _LINUX_ACPI_H

#include <linux/device.h>

struct acpi_device_id {
	const char *id;
};

struct acpi_device {
	struct list_head node;
	const char *hid;
	void *driver_data;
};

struct acpi_scan_handler {
	struct list_head list_node;
	const struct acpi_device_id *ids;
	int (*attach)(struct acpi_device *device, const struct acpi_device_id *id);
	void (*detach)(struct acpi_device *device);
};

int acpi_scan_add_handler(struct acpi_scan_handler *handler);
void acpi_pci_root_init(void);

#endif
