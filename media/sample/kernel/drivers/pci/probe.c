// SPDX-License-Identifier: MIT
/* Enumeration: the code that every device goes through on every boot. */

#include <linux/pci_liveupdate.h>
#include "pci.h"

#define PCI_COMMAND_DECODE_ENABLE	(PCI_COMMAND_IO | PCI_COMMAND_MEMORY)

struct list_head pci_root_buses = LIST_HEAD_INIT(pci_root_buses);

static unsigned int pci_scan_child_bus_extend(struct pci_bus *bus);

/* The size of a region shows in the bits that do not take the ones written to them. */
int __pci_read_base(struct pci_dev *dev, enum pci_bar_type type, struct resource *res, int pos)
{
	u32 probe = type == pci_bar_rom ? ~PCI_ROM_ADDRESS_ENABLE : ~0u;
	u32 addr, size;
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_DECODE_ENABLE);

	pci_read_config_dword(dev, pos, &addr);
	pci_write_config_dword(dev, pos, probe);
	pci_read_config_dword(dev, pos, &size);
	pci_write_config_dword(dev, pos, addr);

	pci_write_config_word(dev, PCI_COMMAND, cmd);

	res->start = addr & ~0xfu;
	res->end = res->start + ~(size & ~0xfu);
	return size ? 0 : -ENODEV;
}

static void pci_read_bases(struct pci_dev *dev, int bars, int rom)
{
	int i;

	for (i = 0; i < bars; i++)
		__pci_read_base(dev, pci_bar_mem, &dev->resource[i], PCI_BASE_ADDRESS_0 + 4 * i);
	__pci_read_base(dev, pci_bar_rom, &dev->resource[PCI_NUM_BARS], rom);
}

/* Can INTx be masked? Try it, and put the bit back. */
static bool pci_intx_mask_broken(struct pci_dev *dev)
{
	u16 cmd, seen;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd ^ PCI_COMMAND_INTX_DISABLE);
	pci_read_config_word(dev, PCI_COMMAND, &seen);
	pci_write_config_word(dev, PCI_COMMAND, cmd);
	return seen == cmd;
}

static void pci_enable_rrs_sv(struct pci_dev *dev)
{
	/* Asked too early: pci_setup_device() restores the state after this. */
	if (pci_lu_adopt(dev))
		return;
	pcie_capability_set_word(dev, PCI_EXP_RTCTL, PCI_EXP_RTCTL_RRS_SVE);
}

static void set_pcie_port_type(struct pci_dev *dev)
{
	dev->pcie_cap = pci_find_capability(dev, PCI_CAP_ID_EXP);
	pci_read_config_word(dev, dev->pcie_cap + PCI_EXP_FLAGS, &dev->pcie_flags_reg);
	if (pci_pcie_type(dev) == PCI_EXP_TYPE_ROOT_PORT)
		pci_enable_rrs_sv(dev);
}

/* Firmware may leave a device running that nobody drives yet. */
static void pci_clear_stale_master(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	/*
	 * We can't use the cold boot flow for bus mastering because it clears
	 * PCI_COMMAND_MASTER until a driver binds, and that stops the DMA that
	 * a preserved device is doing right now.
	 */
	if (!pci_liveupdate_is_incoming(dev) && (cmd & PCI_COMMAND_MASTER))
		pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

/* Puts COMMAND into the state that a reset leaves behind. */
static void pci_reset_command(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	if (pci_is_bridge(dev)) {
		if (pci_liveupdate_is_incoming(dev))
			return;
		cmd &= ~PCI_COMMAND_SERR;
	}
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}

static void pci_setup_device(struct pci_dev *dev)
{
	pci_read_config_byte(dev, PCI_HEADER_TYPE, &dev->hdr_type);
	dev->hdr_type &= PCI_HEADER_TYPE_MASK;
	pci_liveupdate_setup_device(dev);
	set_pcie_port_type(dev);
	pci_liveupdate_restore(dev);

	dev->keep_link = pci_liveupdate_is_incoming(dev);
	/* The test toggles INTX_DISABLE: an interrupt of the guest would be lost. */
	dev->broken_intx_masking = PCI_SER_GET(dev, broken_intx_masking, pci_intx_mask_broken(dev));

	if (pci_is_bridge(dev))
		pci_read_bases(dev, 2, PCI_ROM_ADDRESS1);
	else
		pci_read_bases(dev, PCI_NUM_BARS, PCI_ROM_ADDRESS);
	pci_clear_stale_master(dev);
	pci_reset_command(dev);
}

static void pci_configure_mps(struct pci_dev *dev)
{
	/*
	 * The cold boot flow can't be used for the payload size: it starts at
	 * 128 bytes and raises MPS later. While the two ends of the link differ
	 * a TLP in flight is larger than its receiver allows: it is dropped as
	 * malformed, and the DMA of a preserved device breaks.
	 */
	if (pci_liveupdate_is_incoming(dev))
		return;
	pcie_capability_clear_word(dev, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_PAYLOAD);
}

static int pci_configure_extended_tags(struct pci_dev *dev)
{
	u32 cap;

	pcie_capability_read_dword(dev, PCI_EXP_DEVCAP, &cap);
	if (cap & PCI_EXP_DEVCAP_EXT_TAG)
		return 0;
	return pci_lu_adopt(dev) ? -EBUSY :
		pcie_capability_clear_word(dev, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_EXT_TAG);
}

static void pci_configure_ltr(struct pci_dev *dev)
{
	/* Don't touch preserved devices. */
	if (!pci_lu_adopt(dev))
		pcie_capability_set_word(dev->bus->self, PCI_EXP_DEVCTL2, PCI_EXP_DEVCTL2_LTR_EN);
}

static void pci_configure_device(struct pci_dev *dev)
{
	pci_configure_mps(dev);
	pci_configure_extended_tags(dev);
	if (dev->bus->self)
		pci_configure_ltr(dev);
}

static void pci_init_capabilities(struct pci_dev *dev)
{
	pci_msi_init(dev);
	pci_msix_init(dev);
	pci_pm_init(dev);
	pci_configure_ari(dev);
	pci_iov_init(dev);
	pci_ats_init(dev);
	pci_acs_init(dev);
	pci_init_reset_methods(dev);
}

static struct pci_dev *pci_scan_single_device(struct pci_bus *bus, unsigned int devfn)
{
	struct pci_dev *dev;
	u32 id;

	if (pci_bus_read_config_dword(bus, devfn, PCI_VENDOR_ID, &id) || id == ~0u)
		return NULL;
	dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	if (!dev)
		return NULL;

	dev->bus = bus;
	dev->dev.bus = &pci_bus_type;
	dev->devfn = devfn;
	dev->vendor = id & 0xffff;
	dev->device = id >> 16;
	pci_setup_device(dev);
	pci_configure_device(dev);
	pci_fixup_device(pci_fixup_header, dev);
	pci_init_capabilities(dev);
	list_add(&dev->bus_list, &bus->devices);
	return dev;
}

/* Both ends of a link may use the reference clock of the slot; the link then trains again. */
static void pcie_configure_common_clock(struct pci_bus *bus)
{
	struct pci_dev *dev;

	list_for_each_entry(dev, &bus->devices, bus_list) {
		/* Skip for liveupdate. */
		if (pci_liveupdate_is_incoming(dev))
			continue;
		pcie_capability_set_word(dev, PCI_EXP_LNKCTL, PCI_EXP_LNKCTL_CCC);
	}
	pcie_retrain_link(bus->self);
}

static bool pci_bus_numbers_valid(struct pci_bus *bus, u32 buses)
{
	u8 primary = buses, secondary = buses >> 8, subordinate = buses >> 16;

	return primary == bus->number && secondary > primary && subordinate >= secondary;
}

static struct pci_bus *pci_add_new_bus(struct pci_bus *parent, struct pci_dev *bridge, int number)
{
	struct pci_bus *bus = kzalloc(sizeof(*bus), GFP_KERNEL);

	INIT_LIST_HEAD(&bus->devices);
	bus->self = bridge;
	bus->ops = parent->ops;
	bus->number = number;
	bridge->subordinate = bus;
	return bus;
}

/*
 * Twice for every bridge. Pass 0 takes the numbers of unusable bridges away,
 * pass 1 gives out numbers and looks at what is below.
 */
static int pci_scan_bridge_extend(struct pci_bus *bus, struct pci_dev *dev, int max, int pass)
{
	bool preserve_bus_numbers = pci_liveupdate_preserve_bus_numbers();
	struct pci_bus *child;
	bool broken;
	u32 buses;
	u16 bctl;

	pci_read_config_dword(dev, PCI_PRIMARY_BUS, &buses);
	broken = !pci_bus_numbers_valid(bus, buses);

	/* Empty slots are no errors. */
	pci_read_config_word(dev, PCI_BRIDGE_CONTROL, &bctl);
	pci_write_config_word(dev, PCI_BRIDGE_CONTROL, bctl & ~PCI_BRIDGE_CTL_MASTER_ABORT);

	if (!pass) {
		/*
		 * The cold boot flow can't be used for bus numbers: it clears
		 * them here and counts anew in pass 1. Completions are routed
		 * by the requester id, the bus number in it, and the IOMMU looks
		 * it up: DMA of a preserved device breaks at once. A bridge
		 * without usable numbers routes nothing that could break.
		 */
		if (!preserve_bus_numbers || broken)
			pci_write_config_dword(dev, PCI_PRIMARY_BUS, buses & ~0xffffff);
		goto out;
	}

	if (pci_liveupdate_is_incoming(dev)) {
		/* Bus numbers of preserved bridges will be dealt with here. */
	}

	child = pci_add_new_bus(bus, dev, ++max);
	buses = (buses & 0xff000000) | bus->number | child->number << 8 | 0xff << 16;
	pci_write_config_dword(dev, PCI_PRIMARY_BUS, buses);
	max = pci_scan_child_bus_extend(child);
	child->busn_end = max;
	pci_write_config_byte(dev, PCI_SUBORDINATE_BUS, max);
out:
	pci_write_config_word(dev, PCI_BRIDGE_CONTROL, bctl);
	pci_write_config_word(dev, PCI_SEC_STATUS, 0xffff);
	return max;
}

static unsigned int pci_scan_child_bus_extend(struct pci_bus *bus)
{
	unsigned int devfn, max = bus->number;
	struct pci_dev *dev;
	int pass;

	for (devfn = 0; devfn < 256; devfn += 8)
		pci_scan_single_device(bus, devfn);
	if (bus->self)
		pcie_configure_common_clock(bus);

	for (pass = 0; pass < 2; pass++)
		list_for_each_entry(dev, &bus->devices, bus_list)
			if (pci_is_bridge(dev))
				max = pci_scan_bridge_extend(bus, dev, max, pass);
	return max;
}

unsigned int pci_scan_child_bus(struct pci_bus *bus)
{
	return pci_scan_child_bus_extend(bus);
}

static void pcie_write_mps(struct pci_dev *dev, u16 mps)
{
	u16 ctl;

	if (pci_liveupdate_is_incoming(dev))
		goto report;
	pcie_capability_clear_and_set_word(dev, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_PAYLOAD, mps);
report:
	pcie_capability_read_word(dev, PCI_EXP_DEVCTL, &ctl);
	pr_info("payload %u, wanted %u\n", ctl & PCI_EXP_DEVCTL_PAYLOAD, mps);
}

static int pcie_bus_configure_set(struct pci_dev *dev, void *data)
{
	pcie_write_mps(dev, *(u16 *)data);
	return 0;
}

void pcie_bus_configure_settings(struct pci_bus *bus)
{
	u16 mps = 0x20;

	pci_walk_bus(bus, pcie_bus_configure_set, &mps);
}

struct pci_bus *pci_create_root_bus(int number, const struct pci_ops *ops)
{
	struct pci_bus *bus = kzalloc(sizeof(*bus), GFP_KERNEL);

	if (!bus)
		return NULL;
	INIT_LIST_HEAD(&bus->devices);
	list_add(&bus->node, &pci_root_buses);
	bus->number = number;
	bus->ops = ops;
	return bus;
}
