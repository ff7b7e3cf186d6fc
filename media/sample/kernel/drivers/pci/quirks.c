// SPDX-License-Identifier: MIT
/* Fixups: a pass is run over each device, and the ids say whom it concerns. */

#include "pci.h"

extern const struct pci_fixup __start_pci_fixups_header[], __end_pci_fixups_header[];
extern const struct pci_fixup __start_pci_fixups_final[], __end_pci_fixups_final[];
extern const struct pci_fixup __start_pci_fixups_suspend[], __end_pci_fixups_suspend[];
extern const struct pci_fixup __start_pci_fixups_resume[], __end_pci_fixups_resume[];

static void pci_do_fixups(struct pci_dev *dev, const struct pci_fixup *f,
			  const struct pci_fixup *end)
{
	for (; f < end; f++)
		if ((f->class == dev->class >> f->class_shift || f->class == (u32)PCI_ANY_ID) &&
		    (f->vendor == dev->vendor || f->vendor == (u16)PCI_ANY_ID) &&
		    (f->device == dev->device || f->device == (u16)PCI_ANY_ID))
			f->hook(dev);
}

void pci_fixup_device(enum pci_fixup_pass pass, struct pci_dev *dev)
{
	switch (pass) {
	case pci_fixup_header:
		pci_do_fixups(dev, __start_pci_fixups_header, __end_pci_fixups_header);
		break;
	case pci_fixup_final:
		pci_do_fixups(dev, __start_pci_fixups_final, __end_pci_fixups_final);
		break;
	case pci_fixup_suspend:
		pci_do_fixups(dev, __start_pci_fixups_suspend, __end_pci_fixups_suspend);
		break;
	case pci_fixup_resume:
		pci_do_fixups(dev, __start_pci_fixups_resume, __end_pci_fixups_resume);
		break;
	}
}

/* This host bridge drops completions with 8-bit tags. */
static void quirk_no_ext_tags(struct pci_dev *dev)
{
	pcie_capability_clear_word(dev, PCI_EXP_DEVCTL, PCI_EXP_DEVCTL_EXT_TAG);
}
DECLARE_PCI_FIXUP_HEADER(PCI_VENDOR_ID_BROADCOM, 0x0420, quirk_no_ext_tags);

/* Every bridge, whoever made it. */
static void quirk_bridge_serr(struct pci_dev *dev)
{
	u16 bctl;

	pci_read_config_word(dev, PCI_BRIDGE_CONTROL, &bctl);
	pci_write_config_word(dev, PCI_BRIDGE_CONTROL, bctl | PCI_BRIDGE_CTL_SERR);
}
DECLARE_PCI_FIXUP_CLASS_HEADER(PCI_ANY_ID, PCI_ANY_ID, PCI_CLASS_BRIDGE_PCI, 8, quirk_bridge_serr);

/* Firmware leaves this NIC receiving into memory that is ours by now. */
static void quirk_stop_receiving(struct pci_dev *dev)
{
	u16 cmd;

	pci_read_config_word(dev, PCI_COMMAND, &cmd);
	pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);
}
DECLARE_PCI_FIXUP_FINAL(PCI_VENDOR_ID_INTEL, 0x1229, quirk_stop_receiving);

/* The platform cuts the power only of what is in D3hot. */
static void quirk_suspend_d3hot(struct pci_dev *dev)
{
	pci_write_config_word(dev, dev->pm_cap + PCI_PM_CTRL, PCI_D3hot);
}
DECLARE_PCI_FIXUP_SUSPEND(PCI_ANY_ID, PCI_ANY_ID, quirk_suspend_d3hot);

static void quirk_resume_command(struct pci_dev *dev)
{
	pci_write_config_word(dev, PCI_COMMAND, PCI_COMMAND_MEMORY);
}
DECLARE_PCI_FIXUP_RESUME(PCI_ANY_ID, PCI_ANY_ID, quirk_resume_command);
