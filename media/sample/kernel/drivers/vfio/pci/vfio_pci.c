// SPDX-License-Identifier: MIT
/* Hands devices to virtual machines, so its probe and open run on preserved devices. */

#include <linux/init.h>
#include <linux/pci.h>
#include <linux/vfio.h>

static int vfio_pci_open_device(struct vfio_device *vdev)
{
	struct pci_dev *pdev = to_pci_dev(vdev->dev);
	int rc;

	pci_clear_master(pdev);
	rc = pci_enable_device(pdev);
	return rc ? rc : pci_reset_function(pdev);
}

static const struct vfio_device_ops vfio_pci_ops = {
	.name = "vfio-pci",
	.open_device = vfio_pci_open_device,
};

static int vfio_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vfio_device *vdev = kzalloc(sizeof(*vdev), GFP_KERNEL);

	if (!vdev)
		return -ENOMEM;
	vdev->dev = &pdev->dev;
	vdev->ops = &vfio_pci_ops;
	/* Nobody has opened it yet: let it sleep. */
	pci_set_power_state(pdev, PCI_D3hot);
	return vfio_register_group_dev(vdev);
}

static struct pci_driver vfio_pci_driver = {
	.name = "vfio-pci",
	.probe = vfio_pci_probe,
};

static int __init vfio_pci_init(void)
{
	return pci_register_driver(&vfio_pci_driver);
}
module_init(vfio_pci_init);
