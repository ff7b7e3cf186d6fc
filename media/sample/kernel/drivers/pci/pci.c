// SPDX-License-Identifier: MIT
/* What drivers and the core ask of a device: decode, bus mastering, power, reset, ACS, ARI. */

#include <linux/pci_liveupdate.h>
#include "pci.h"

static u16 config_acs_param;

u8 pci_find_capability(struct pci_dev *dev, int cap)
{
	u8 pos, id;

	pci_read_config_byte(dev, PCI_CAPABILITY_LIST, &pos);
	while (pos) {
		pci_read_config_byte(dev, pos, &id);
		if (id == cap)
			return pos;
		pci_read_config_byte(dev, pos + 1, &pos);
	}
	return 0;
}

u16 pci_find_ext_capability(struct pci_dev *dev, int cap)
{
	u32 header = 0;
	u16 pos;

	for (pos = 0x100; pos; pos = header >> 20) {
		pci_read_config_dword(dev, pos, &header);
		if ((header & 0xffff) == cap)
			return pos;
	}
	return 0;
}

/* Replaced on x86, so this write is in no x86 kernel. */
void __weak pcibios_set_master(struct pci_dev *dev)
{
	pci_write_config_byte(dev, PCI_LATENCY_TIMER, 64);
}

static void __pci_set_master(struct pci_dev *dev, bool enable)
{
	u16 cmd, want;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	want = enable ? cmd | PCI_COMMAND_MASTER : cmd & ~PCI_COMMAND_MASTER;
	if (want != cmd)
		pci_write_config_word(dev, PCI_COMMAND, want);
	dev->is_busmaster = enable;
}

void pci_set_master(struct pci_dev *dev)
{
	__pci_set_master(dev, true);
	pcibios_set_master(dev);
}

void pci_clear_master(struct pci_dev *dev)
{
	__pci_set_master(dev, false);
}

int pci_enable_resources(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	return pci_write_config_word(dev, PCI_COMMAND, cmd | PCI_COMMAND_IO | PCI_COMMAND_MEMORY);
}

int pci_enable_device(struct pci_dev *dev)
{
	int rc = pci_set_power_state(dev, PCI_D0);

	return rc ? rc : pcibios_enable_device(dev);
}

void pci_disable_device(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	if (cmd & PCI_COMMAND_MASTER)
		pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
	dev->is_busmaster = 0;
}

void pci_intx(struct pci_dev *dev, int enable)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	if (enable)
		cmd &= ~PCI_COMMAND_INTX_DISABLE;
	else
		cmd |= PCI_COMMAND_INTX_DISABLE;
	pci_write_config_word(dev, PCI_COMMAND, cmd);
}

/* Power */

int pci_set_power_state(struct pci_dev *dev, enum pci_power state)
{
	u16 pmcsr;

	if (dev->current_state == state || !dev->pm_cap)
		return 0;
	pci_read_config_word(dev, dev->pm_cap + PCI_PM_CTRL, &pmcsr);
	pmcsr = (pmcsr & ~PCI_PM_CTRL_STATE_MASK) | state;
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, pmcsr);
	dev->current_state = state;
	return 0;
}

static void pci_power_up(struct pci_dev *dev)
{
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, 0);
}

void pci_pme_active(struct pci_dev *dev, bool enable)
{
	u16 pmcsr;

	pci_read_config_word(dev, dev->pm_cap + PCI_PM_CTRL, &pmcsr);
	pmcsr |= PCI_PM_CTRL_PME_STATUS | PCI_PM_CTRL_PME_ENABLE;
	if (!enable)
		pmcsr &= ~PCI_PM_CTRL_PME_ENABLE;
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, pmcsr);
}

bool pci_check_pme_status(struct pci_dev *dev)
{
	u16 pmcsr;

	pci_read_config_word(dev, dev->pm_cap + PCI_PM_CTRL, &pmcsr);
	if (!(pmcsr & PCI_PM_CTRL_PME_STATUS))
		return false;
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, pmcsr);
	return true;
}

void pci_pm_init(struct pci_dev *dev)
{
	dev->pm_cap = pci_find_capability(dev, PCI_CAP_ID_PM);
	if (!dev->pm_cap)
		return;
	/* Keep the power state: a preserved device is in D0 with PME armed, and a wakeup would be lost. */
	if (!pci_liveupdate_is_incoming(dev))
		pci_power_up(dev);
	pci_pme_off(dev);
}

int pcie_retrain_link(struct pci_dev *dev)
{
	/*
	 * No cold boot flow here: Retrain Link takes the link out of L0, and
	 * every TLP of the preserved device below it waits or is replayed.
	 */
	if (dev->keep_link)
		return -EBUSY;
	return pcie_capability_set_word(dev, PCI_EXP_LNKCTL, PCI_EXP_LNKCTL_RL);
}

/* Reset */

int pcie_flr(struct pci_dev *dev)
{
	pcie_capability_set_word(dev, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_BCR_FLR);
	msleep(100);
	return 0;
}

static int pcie_reset_flr(struct pci_dev *dev, bool probe)
{
	u32 cap;

	pcie_capability_read_dword(dev, PCI_EXP_DEVCAP, &cap);
	if (!(cap & PCI_EXP_DEVCAP_FLR))
		return -ENOTTY;
	if (probe)
		return 0;
	return pcie_flr(dev);
}

static int pci_pm_reset(struct pci_dev *dev, bool probe)
{
	u16 pmcsr;

	if (!dev->pm_cap)
		return -ENOTTY;
	pci_read_config_word(dev, dev->pm_cap + PCI_PM_CTRL, &pmcsr);
	if (pmcsr & PCI_PM_CTRL_NO_SOFT_RESET)
		return -ENOTTY;
	if (probe)
		return 0;

	pmcsr &= ~PCI_PM_CTRL_STATE_MASK;
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, pmcsr | PCI_D3hot);
	msleep(10);
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, pmcsr);
	return 0;
}

static int pci_reset_bus_function(struct pci_dev *dev, bool probe)
{
	struct pci_dev *bridge = dev->bus->self;
	u16 bctl;

	if (!bridge)
		return -ENOTTY;
	if (probe == PCI_RESET_PROBE)
		return 0;
	pci_read_config_word(bridge, PCI_BRIDGE_CONTROL, &bctl);
	pci_write_config_word(bridge, PCI_BRIDGE_CONTROL, bctl | PCI_BRIDGE_CTL_BUS_RESET);
	msleep(2);
	pci_write_config_word(bridge, PCI_BRIDGE_CONTROL, bctl);
	return 0;
}

static const struct pci_reset_fn_method pci_reset_fn_methods[] = {
	{ },
	{ pcie_reset_flr, "flr" },
	{ pci_pm_reset, "pm" },
	{ pci_reset_bus_function, "bus" },
};

/* Asks each method whether it would work; none of them resets anything here. */
void pci_init_reset_methods(struct pci_dev *dev)
{
	int i, n = 0;

	for (i = 1; i < ARRAY_SIZE(pci_reset_fn_methods); i++)
		if (!pci_reset_fn_methods[i].reset_fn(dev, PCI_RESET_PROBE))
			dev->reset_methods[n++] = i;
}

int pci_reset_function(struct pci_dev *dev)
{
	const struct pci_reset_fn_method *method;
	int i, rc = -ENOTTY;

	for (i = 0; rc == -ENOTTY && dev->reset_methods[i]; i++) {
		method = &pci_reset_fn_methods[dev->reset_methods[i]];
		rc = method->reset_fn(dev, PCI_RESET_DO_RESET);
	}
	return rc;
}

/* ACS and ARI */

static void pci_enable_acs(struct pci_dev *dev)
{
	u16 ctrl;

	if (!pci_liveupdate_adopt_acs(dev))
		return;
	pci_read_config_word(dev, dev->acs_cap + PCI_ACS_CTRL, &ctrl);
	ctrl |= PCI_ACS_SV | PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_UF;
	pci_write_config_word(dev, dev->acs_cap + PCI_ACS_CTRL, ctrl);
}

/* "config_acs=" on the command line may take a redirect away again. */
static void __pci_config_acs(struct pci_dev *dev, u16 clear)
{
	u16 ctrl;

	pci_read_config_word(dev, dev->acs_cap + PCI_ACS_CTRL, &ctrl);
	pci_write_config_word(dev, dev->acs_cap + PCI_ACS_CTRL, ctrl & ~clear);
}

void pci_acs_init(struct pci_dev *dev)
{
	dev->acs_cap = pci_find_ext_capability(dev, PCI_EXT_CAP_ID_ACS);
	if (!dev->acs_cap)
		return;
	pci_enable_acs(dev);
	if (config_acs_param)
		__pci_config_acs(dev, PCI_ACS_RR | PCI_ACS_CR);
}

void pci_configure_ari(struct pci_dev *dev)
{
	struct pci_dev *bridge = dev->bus->self;

	if (!bridge || dev->devfn)
		return;

	switch (pci_liveupdate_adopt_ari(dev)) {
	case 0:
		return;
	default:
		break;
	}
	pcie_capability_clear_word(bridge, PCI_EXP_DEVCTL2, PCI_EXP_DEVCTL2_ARI);
	bridge->ari_enabled = 0;
}
