// SPDX-License-Identifier: MIT
/* The driver core: it calls through pointers alone, so who is called follows from the registrations. */

#include <linux/device.h>

static struct list_head devices = LIST_HEAD_INIT(devices);

int bus_for_each_dev(const struct bus_type *bus, struct device *start, void *data,
		     int (*fn)(struct device *dev, void *data))
{
	struct device *dev;
	int rc = 0;

	list_for_each_entry(dev, &devices, node)
		if (!rc && dev->bus == bus)
			rc = fn(dev, data);
	return rc;
}

static int call_driver_probe(struct device *dev, struct device_driver *drv)
{
	dev->driver = drv;
	return drv->bus && drv->bus->probe ? drv->bus->probe(dev) : drv->probe(dev);
}

static int __driver_attach(struct device *dev, void *data)
{
	call_driver_probe(dev, data);
	return 0;
}

int driver_register(struct device_driver *drv)
{
	return bus_for_each_dev(drv->bus, NULL, drv, __driver_attach);
}

int device_attach(struct device *dev)
{
	list_add(&dev->node, &devices);
	return dev->driver ? call_driver_probe(dev, dev->driver) : 0;
}

void device_shutdown(void)
{
	struct device *dev;

	list_for_each_entry(dev, &devices, node)
		if (dev->bus && dev->bus->shutdown)
			dev->bus->shutdown(dev);
}

int dpm_suspend_start(void)
{
	struct device *dev;

	list_for_each_entry(dev, &devices, node)
		if (dev->bus && dev->bus->pm)
			dev->bus->pm->suspend(dev);
	return 0;
}
