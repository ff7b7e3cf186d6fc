// SPDX-License-Identifier: MIT
/* Files of a device. A user's write enters them; registering them at boot runs none of it. */

#include "pci.h"

static ssize_t reset_store(struct device *dev, struct device_attribute *attr,
			   const char *buf, size_t count)
{
	int rc = pci_reset_function(to_pci_dev(dev));

	return rc ? rc : count;
}
static DEVICE_ATTR_WO(reset);

static ssize_t config_store(struct device *dev, struct device_attribute *attr,
			    const char *buf, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		pci_user_write_config_byte(to_pci_dev(dev), i, buf[i]);
	return count;
}
static DEVICE_ATTR_WO(config);

int pci_create_sysfs_dev_files(struct pci_dev *dev)
{
	int rc = device_create_file(&dev->dev, &dev_attr_config);

	return rc ? rc : device_create_file(&dev->dev, &dev_attr_reset);
}
