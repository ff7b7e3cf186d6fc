// SPDX-License-Identifier: MIT
/*
 * An ordinary driver: it takes the devices that nobody handed over. That its
 * probe and shutdown write config space is no concern of a preserved device.
 */

#include <linux/init.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#define SAMPLE_NET_LED		0x40

static int sample_net_ioctl(struct net_device *netdev, unsigned long arg, int cmd)
{
	return pci_write_config_byte(to_pci_dev(netdev->parent), SAMPLE_NET_LED, arg);
}

static const struct net_device_ops sample_net_ops = {
	.ndo_eth_ioctl = sample_net_ioctl,
};

static int sample_net_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct net_device *netdev = kzalloc(sizeof(*netdev), GFP_KERNEL);
	int rc = pci_enable_device(pdev);

	if (rc || !netdev)
		return rc ? rc : -ENOMEM;
	pci_set_master(pdev);
	if (pci_enable_msi(pdev))
		pci_intx(pdev, 1);
	pcie_capability_clear_and_set_word(pdev, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_READRQ, 0x5000);

	netdev->parent = &pdev->dev;
	netdev->netdev_ops = &sample_net_ops;
	return register_netdev(netdev);
}

static void sample_net_shutdown(struct pci_dev *pdev)
{
	pci_disable_msi(pdev);
	pci_disable_device(pdev);
}

static const struct pci_device_id sample_net_ids[] = {
	{ PCI_VENDOR_ID_INTEL, 0x10d3 },
	{ },
};

static struct pci_driver sample_net_driver = {
	.name = "sample_net",
	.id_table = sample_net_ids,
	.probe = sample_net_probe,
	.shutdown = sample_net_shutdown,
};
module_pci_driver(sample_net_driver);
