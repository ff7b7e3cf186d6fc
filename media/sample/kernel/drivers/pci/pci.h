/* SPDX-License-Identifier: MIT */
#ifndef DRIVERS_PCI_H
#define DRIVERS_PCI_H

#include <linux/init.h>
#include <linux/pci.h>

#define PCI_RESET_PROBE		true
#define PCI_RESET_DO_RESET	false

enum pci_bar_type { pci_bar_io, pci_bar_mem, pci_bar_rom };

struct pci_reset_fn_method {
	int (*reset_fn)(struct pci_dev *dev, bool probe);
	const char *name;
};

struct pci_sriov {
	u16 pos;
	u16 ctrl;
	u16 total_VFs;
	u32 pgsz;
};

/* A device that is not asleep has no wakeup to signal. */
#define pci_pme_off(dev)	pci_pme_active((dev), false)

void pci_pme_active(struct pci_dev *dev, bool enable);
void pci_pm_init(struct pci_dev *dev);
void pci_acs_init(struct pci_dev *dev);
void pci_configure_ari(struct pci_dev *dev);
void pci_init_reset_methods(struct pci_dev *dev);
bool pci_check_pme_status(struct pci_dev *dev);
int __pci_read_base(struct pci_dev *dev, enum pci_bar_type type, struct resource *res, int pos);
int pci_create_sysfs_dev_files(struct pci_dev *dev);

#ifdef CONFIG_PCI_MSI
void pci_msi_init(struct pci_dev *dev);
void pci_msix_init(struct pci_dev *dev);
#else
static inline void pci_msi_init(struct pci_dev *dev) { }
static inline void pci_msix_init(struct pci_dev *dev) { }
#endif

#ifdef CONFIG_PCI_IOV
int pci_iov_init(struct pci_dev *dev);
void pci_restore_iov_state(struct pci_dev *dev);
#else
static inline int pci_iov_init(struct pci_dev *dev) { return -ENODEV; }
static inline void pci_restore_iov_state(struct pci_dev *dev) { }
#endif

/* pcie/portdrv.c: one function of a port, with a driver of its own */
struct pcie_device {
	struct pci_dev *port;
	unsigned int irq;
	void *priv_data;
};

struct pcie_port_service_driver {
	const char *name;
	int (*probe)(struct pcie_device *srv);
	void (*remove)(struct pcie_device *srv);
	int (*suspend)(struct pcie_device *srv);
	int port_type;
	u32 service;
	struct device_driver driver;
};

#define PCIE_PORT_SERVICE_PME	BIT(0)

int pcie_port_service_register(struct pcie_port_service_driver *new);

#ifdef CONFIG_PCIE_PME
int pcie_pme_init(void);
#else
static inline int pcie_pme_init(void) { return 0; }
#endif

#endif
