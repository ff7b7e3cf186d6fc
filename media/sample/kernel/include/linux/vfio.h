/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_VFIO_H
#define _LINUX_VFIO_H

#include <linux/device.h>

struct vfio_device;

struct vfio_device_ops {
	const char *name;
	int (*open_device)(struct vfio_device *vdev);
	void (*close_device)(struct vfio_device *vdev);
};

struct vfio_device {
	struct device *dev;
	const struct vfio_device_ops *ops;
};

int vfio_register_group_dev(struct vfio_device *vdev);

#endif
