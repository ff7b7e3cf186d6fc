/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DEVICE_H
#define _LINUX_DEVICE_H

#include <linux/kernel.h>

struct device;
struct device_driver;
struct pci_dev_ser;

struct dev_pm_ops {
	int (*suspend)(struct device *dev);
	int (*resume)(struct device *dev);
	int (*runtime_suspend)(struct device *dev);
};

struct bus_type {
	const char *name;
	int (*probe)(struct device *dev);
	void (*shutdown)(struct device *dev);
	const struct dev_pm_ops *pm;
};

struct device_driver {
	const char *name;
	const struct bus_type *bus;
	int (*probe)(struct device *dev);
	int (*remove)(struct device *dev);
	const struct dev_pm_ops *pm;
};

struct dev_liveupdate {
	struct pci_dev_ser *dev_state;
	bool requested;
	bool depended;
};

struct device {
	struct list_head node;
	const struct bus_type *bus;
	struct device_driver *driver;
	void *driver_data;
	struct dev_liveupdate lu;
};

struct device_attribute {
	const char *name;
	ssize_t (*store)(struct device *dev, struct device_attribute *attr,
			 const char *buf, size_t count);
};

#define DEVICE_ATTR_WO(_name) \
	struct device_attribute dev_attr_##_name = { #_name, _name##_store }

int driver_register(struct device_driver *drv);
int device_attach(struct device *dev);
void device_shutdown(void);
int dpm_suspend_start(void);
int device_create_file(struct device *dev, struct device_attribute *attr);
int device_for_each_child(struct device *parent, void *data,
			  int (*fn)(struct device *dev, void *data));
int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data));

#endif
