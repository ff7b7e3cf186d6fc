/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_PCI_H
#define _LINUX_PCI_H

#include <linux/device.h>
#include <uapi/linux/pci_regs.h>

#define PCI_ANY_ID		(~0)
#define PCI_VENDOR_ID_INTEL	0x8086
#define PCI_VENDOR_ID_BROADCOM	0x14e4
#define PCI_CLASS_BRIDGE_PCI	0x0604
#define PCI_NUM_BARS		6

#define PCI_DEVID(bus, devfn)	((((u16)(bus)) << 8) | (devfn))
#define PCI_SLOT(devfn)		(((devfn) >> 3) & 0x1f)
#define PCI_FUNC(devfn)		((devfn) & 0x07)

enum pci_power { PCI_D0, PCI_D1, PCI_D2, PCI_D3hot, PCI_D3cold };

struct pci_bus;
struct pci_dev;
struct pci_sriov;

struct resource {
	u64 start;
	u64 end;
	unsigned long flags;
};

struct pci_ops {
	int (*read)(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *val);
	int (*write)(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 val);
};

struct pci_bus {
	struct list_head node;		/* among the root buses */
	struct list_head devices;
	struct pci_dev *self;		/* the bridge above, NULL on a root bus */
	const struct pci_ops *ops;
	struct resource window[3];	/* I/O, memory, prefetchable memory */
	u8 number;
	u8 busn_end;
};

struct msi_msg {
	u32 address_lo;
	u32 address_hi;
	u32 data;
};

struct msi_desc {
	struct pci_dev *dev;
	void __iomem *mask_base;
	unsigned int index;
	struct {
		u8 mask_pos;
		u32 msi_mask;
		bool is_msix;
	} pci;
	struct msi_msg msg;
};

struct pci_dev_liveupdate {
	bool outgoing;
	bool incoming;
	bool was_incoming;
};

struct pci_dev {
	struct list_head bus_list;
	struct pci_bus *bus;
	struct pci_bus *subordinate;
	struct pci_driver *driver;
	struct device dev;
	struct resource resource[PCI_NUM_BARS + 1];
	struct msi_desc msi_desc;
	struct pci_sriov *sriov;
	unsigned int devfn;
	unsigned short vendor;
	unsigned short device;
	unsigned int class;
	u8 hdr_type;
	u8 pcie_cap;
	u8 msi_cap;
	u8 msix_cap;
	u8 pm_cap;
	u16 pcie_flags_reg;
	u16 acs_cap;
	u16 ats_cap;
	enum pci_power current_state;
	unsigned int is_busmaster:1;
	unsigned int ari_enabled:1;
	unsigned int ats_enabled:1;
	unsigned int broken_intx_masking:1;
	unsigned int keep_link:1;	/* handed over alive: the link must not go down */
	u8 reset_methods[4];
	struct pci_dev_liveupdate liveupdate;
};

struct pci_device_id {
	u32 vendor;
	u32 device;
};

struct pci_driver {
	const char *name;
	const struct pci_device_id *id_table;
	int (*probe)(struct pci_dev *dev, const struct pci_device_id *id);
	void (*remove)(struct pci_dev *dev);
	void (*shutdown)(struct pci_dev *dev);
	struct device_driver driver;
};

#define to_pci_dev(n)		container_of(n, struct pci_dev, dev)
#define to_pci_driver(drv)	container_of(drv, struct pci_driver, driver)

extern const struct bus_type pci_bus_type;
extern struct list_head pci_root_buses;

static inline int pci_pcie_type(const struct pci_dev *dev)
{
	return (dev->pcie_flags_reg & PCI_EXP_FLAGS_TYPE) >> 4;
}

static inline bool pci_is_bridge(const struct pci_dev *dev)
{
	return dev->hdr_type == PCI_HEADER_TYPE_BRIDGE;
}

/* access.c */
int pci_bus_read_config_byte(struct pci_bus *bus, unsigned int devfn, int pos, u8 *value);
int pci_bus_read_config_word(struct pci_bus *bus, unsigned int devfn, int pos, u16 *value);
int pci_bus_read_config_dword(struct pci_bus *bus, unsigned int devfn, int pos, u32 *value);
int pci_bus_write_config_byte(struct pci_bus *bus, unsigned int devfn, int pos, u8 value);
int pci_bus_write_config_word(struct pci_bus *bus, unsigned int devfn, int pos, u16 value);
int pci_bus_write_config_dword(struct pci_bus *bus, unsigned int devfn, int pos, u32 value);
int pci_read_config_byte(const struct pci_dev *dev, int pos, u8 *value);
int pci_read_config_word(const struct pci_dev *dev, int pos, u16 *value);
int pci_read_config_dword(const struct pci_dev *dev, int pos, u32 *value);
int pci_write_config_byte(const struct pci_dev *dev, int pos, u8 value);
int pci_write_config_word(const struct pci_dev *dev, int pos, u16 value);
int pci_write_config_dword(const struct pci_dev *dev, int pos, u32 value);
int pci_user_write_config_byte(struct pci_dev *dev, int pos, u8 value);
int pcie_capability_read_word(struct pci_dev *dev, int pos, u16 *value);
int pcie_capability_read_dword(struct pci_dev *dev, int pos, u32 *value);
int pcie_capability_write_word(struct pci_dev *dev, int pos, u16 value);
int pcie_capability_write_dword(struct pci_dev *dev, int pos, u32 value);
int pcie_capability_clear_and_set_word(struct pci_dev *dev, int pos, u16 clear, u16 set);

static inline int pcie_capability_set_word(struct pci_dev *dev, int pos, u16 set)
{
	return pcie_capability_clear_and_set_word(dev, pos, 0, set);
}

static inline int pcie_capability_clear_word(struct pci_dev *dev, int pos, u16 clear)
{
	return pcie_capability_clear_and_set_word(dev, pos, clear, 0);
}

/* bus.c, pci.c, probe.c, setup-bus.c */
void pci_walk_bus(struct pci_bus *top, int (*cb)(struct pci_dev *dev, void *data), void *data);
void pci_bus_add_devices(const struct pci_bus *bus);
u8 pci_find_capability(struct pci_dev *dev, int cap);
u16 pci_find_ext_capability(struct pci_dev *dev, int cap);
int pci_enable_device(struct pci_dev *dev);
int pci_enable_resources(struct pci_dev *dev);
void pci_disable_device(struct pci_dev *dev);
void pci_set_master(struct pci_dev *dev);
void pci_clear_master(struct pci_dev *dev);
void pci_intx(struct pci_dev *dev, int enable);
int pci_set_power_state(struct pci_dev *dev, enum pci_power state);
int pci_reset_function(struct pci_dev *dev);
int pcie_flr(struct pci_dev *dev);
int pcie_retrain_link(struct pci_dev *dev);
int pcibios_enable_device(struct pci_dev *dev);
void pcibios_set_master(struct pci_dev *dev);
struct pci_bus *pci_create_root_bus(int bus, const struct pci_ops *ops);
unsigned int pci_scan_child_bus(struct pci_bus *bus);
void pcie_bus_configure_settings(struct pci_bus *bus);
void pci_assign_unassigned_resources(void);

#define pci_register_driver(driver)	__pci_register_driver(driver)
int __pci_register_driver(struct pci_driver *drv);
void pci_unregister_driver(struct pci_driver *drv);

#define module_pci_driver(drv)							\
	static int __init drv##_init(void) { return pci_register_driver(&(drv)); }	\
	module_init(drv##_init)

/* msi/msi.c: without MSI a driver falls back to the INTx pin. */
#ifdef CONFIG_PCI_MSI
int pci_enable_msi(struct pci_dev *dev);
void pci_disable_msi(struct pci_dev *dev);
int pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min, unsigned int max);
#else
static inline int pci_enable_msi(struct pci_dev *dev) { return -EINVAL; }
static inline void pci_disable_msi(struct pci_dev *dev) { }
static inline int pci_alloc_irq_vectors(struct pci_dev *dev, unsigned int min, unsigned int max)
{
	return -EINVAL;
}
#endif

/* ats.c */
#ifdef CONFIG_PCI_ATS
void pci_ats_init(struct pci_dev *dev);
int pci_prepare_ats(struct pci_dev *dev, int ps);
int pci_enable_ats(struct pci_dev *dev, int ps);
#else
static inline void pci_ats_init(struct pci_dev *dev) { }
static inline int pci_prepare_ats(struct pci_dev *dev, int ps) { return -ENODEV; }
static inline int pci_enable_ats(struct pci_dev *dev, int ps) { return -ENODEV; }
#endif

enum pci_fixup_pass {
	pci_fixup_header,
	pci_fixup_final,
	pci_fixup_suspend,
	pci_fixup_resume,
};

struct pci_fixup {
	u16 vendor;
	u16 device;
	u32 class;
	unsigned int class_shift;
	void (*hook)(struct pci_dev *dev);
};

void pci_fixup_device(enum pci_fixup_pass pass, struct pci_dev *dev);

#define DECLARE_PCI_FIXUP_SECTION(pass, vendor, device, class, shift, hook)	\
	static const struct pci_fixup __pci_fixup_##pass##_##hook __used	\
	__section(".pci_fixup_" #pass) = { (u16)vendor, (u16)device, class, shift, hook }
#define DECLARE_PCI_FIXUP_HEADER(vendor, device, hook)				\
	DECLARE_PCI_FIXUP_SECTION(header, vendor, device, PCI_ANY_ID, 0, hook)
#define DECLARE_PCI_FIXUP_CLASS_HEADER(vendor, device, class, shift, hook)	\
	DECLARE_PCI_FIXUP_SECTION(header, vendor, device, class, shift, hook)
#define DECLARE_PCI_FIXUP_FINAL(vendor, device, hook)				\
	DECLARE_PCI_FIXUP_SECTION(final, vendor, device, PCI_ANY_ID, 0, hook)
#define DECLARE_PCI_FIXUP_SUSPEND(vendor, device, hook)				\
	DECLARE_PCI_FIXUP_SECTION(suspend, vendor, device, PCI_ANY_ID, 0, hook)
#define DECLARE_PCI_FIXUP_RESUME(vendor, device, hook)				\
	DECLARE_PCI_FIXUP_SECTION(resume, vendor, device, PCI_ANY_ID, 0, hook)

#endif
