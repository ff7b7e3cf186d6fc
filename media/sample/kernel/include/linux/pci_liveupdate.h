/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PCI_LIVEUPDATE_H
#define _LINUX_PCI_LIVEUPDATE_H

#include <linux/pci.h>

/* What the old kernel wrote down about one device. */
struct pci_dev_ser {
	u32 domain;
	u16 bdf;
	bool broken_intx_masking;
};

#ifdef CONFIG_PCI_LIVEUPDATE
void pci_liveupdate_setup_device(struct pci_dev *dev);
void pci_liveupdate_restore(struct pci_dev *dev);
struct pci_dev_ser *pci_lu_adopt(struct pci_dev *dev);
bool pci_liveupdate_is_incoming(struct pci_dev *dev);
bool pci_liveupdate_preserve_bus_numbers(void);
int pci_liveupdate_adopt_acs(struct pci_dev *dev);
int pci_liveupdate_adopt_ari(struct pci_dev *dev);
#else
static inline void pci_liveupdate_setup_device(struct pci_dev *dev) { }
static inline void pci_liveupdate_restore(struct pci_dev *dev) { }
static inline struct pci_dev_ser *pci_lu_adopt(struct pci_dev *dev) { return NULL; }
static inline bool pci_liveupdate_is_incoming(struct pci_dev *dev) { return false; }
static inline bool pci_liveupdate_preserve_bus_numbers(void) { return false; }
static inline int pci_liveupdate_adopt_acs(struct pci_dev *dev) { return -ENODEV; }
static inline int pci_liveupdate_adopt_ari(struct pci_dev *dev) { return -ENODEV; }
#endif

/* The saved field of a preserved device; of any other device what @fallback finds out. */
#define PCI_SER_GET(dev, field, fallback) \
	(pci_lu_adopt(dev) ? pci_lu_adopt(dev)->field : (fallback))

#endif
