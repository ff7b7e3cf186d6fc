/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_NETDEVICE_H
#define _LINUX_NETDEVICE_H

#include <linux/device.h>

struct net_device;

struct net_device_ops {
	int (*ndo_open)(struct net_device *netdev);
	int (*ndo_eth_ioctl)(struct net_device *netdev, unsigned long arg, int cmd);
};

struct net_device {
	const struct net_device_ops *netdev_ops;
	struct device *parent;
};

int register_netdev(struct net_device *netdev);

#endif
