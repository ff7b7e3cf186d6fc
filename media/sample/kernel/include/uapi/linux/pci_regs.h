/* SPDX-License-Identifier: MIT */
/*
 * The configuration registers that this tree touches. Names and numbers are
 * the real ones (PCI Local Bus 3.0, PCI Express Base 6.0), the wording is not.
 */
#ifndef _UAPI_LINUX_PCI_REGS_H
#define _UAPI_LINUX_PCI_REGS_H

/* Every function */
#define PCI_VENDOR_ID		0x00
#define PCI_COMMAND		0x04
#define  PCI_COMMAND_IO		0x1	/* answers I/O requests */
#define  PCI_COMMAND_MEMORY	0x2	/* answers memory requests */
#define  PCI_COMMAND_MASTER	0x4	/* may issue requests */
#define  PCI_COMMAND_PARITY	0x40
#define  PCI_COMMAND_SERR	0x100
#define  PCI_COMMAND_INTX_DISABLE 0x400
#define PCI_STATUS		0x06
#define  PCI_STATUS_REC_MASTER_ABORT	0x2000	/* write 1 to clear */
#define PCI_CLASS_REVISION	0x08
#define PCI_LATENCY_TIMER	0x0d
#define PCI_HEADER_TYPE		0x0e
#define  PCI_HEADER_TYPE_MASK	0x7f
#define  PCI_HEADER_TYPE_NORMAL	0
#define  PCI_HEADER_TYPE_BRIDGE	1
#define PCI_BASE_ADDRESS_0	0x10	/* six of them in a type 0 header */
#define PCI_ROM_ADDRESS		0x30
#define  PCI_ROM_ADDRESS_ENABLE	0x01
#define PCI_CAPABILITY_LIST	0x34
#define PCI_INTERRUPT_LINE	0x3c

/* Bridges (type 1 header) */
#define PCI_PRIMARY_BUS		0x18
#define PCI_SECONDARY_BUS	0x19
#define PCI_SUBORDINATE_BUS	0x1a
#define PCI_SEC_LATENCY_TIMER	0x1b
#define PCI_IO_BASE		0x1c
#define PCI_IO_LIMIT		0x1d
#define PCI_SEC_STATUS		0x1e
#define PCI_MEMORY_BASE		0x20
#define PCI_MEMORY_LIMIT	0x22
#define PCI_PREF_MEMORY_BASE	0x24
#define PCI_PREF_MEMORY_LIMIT	0x26
#define PCI_PREF_BASE_UPPER32	0x28
#define PCI_PREF_LIMIT_UPPER32	0x2c
#define PCI_IO_BASE_UPPER16	0x30
#define PCI_IO_LIMIT_UPPER16	0x32
#define PCI_ROM_ADDRESS1	0x38	/* PCI_ROM_ADDRESS of a bridge */
#define PCI_BRIDGE_CONTROL	0x3e
#define  PCI_BRIDGE_CTL_SERR	0x02
#define  PCI_BRIDGE_CTL_MASTER_ABORT	0x20
#define  PCI_BRIDGE_CTL_BUS_RESET	0x40	/* everything below is reset */

/* Capabilities by id */
#define  PCI_CAP_ID_PM		0x01
#define  PCI_CAP_ID_MSI		0x05
#define  PCI_CAP_ID_EXP		0x10
#define  PCI_CAP_ID_MSIX	0x11
#define PCI_EXT_CAP_ID_ACS	0x0D
#define PCI_EXT_CAP_ID_ATS	0x0F
#define PCI_EXT_CAP_ID_SRIOV	0x10

/* Power management */
#define PCI_PM_CTRL		4
#define  PCI_PM_CTRL_STATE_MASK	0x0003	/* D0 to D3hot */
#define  PCI_PM_CTRL_NO_SOFT_RESET	0x0008
#define  PCI_PM_CTRL_PME_ENABLE	0x0100
#define  PCI_PM_CTRL_PME_STATUS	0x8000	/* write 1 to clear */

/* MSI and MSI-X */
#define PCI_MSI_FLAGS		0x02
#define  PCI_MSI_FLAGS_ENABLE	0x0001
#define  PCI_MSI_FLAGS_QSIZE	0x0070
#define  PCI_MSI_FLAGS_64BIT	0x0080
#define PCI_MSI_ADDRESS_LO	0x04
#define PCI_MSI_ADDRESS_HI	0x08
#define PCI_MSI_DATA_32		0x08
#define PCI_MSI_MASK_32		0x0c
#define PCI_MSI_DATA_64		0x0c
#define PCI_MSI_MASK_64		0x10
#define PCI_MSIX_FLAGS		2
#define  PCI_MSIX_FLAGS_MASKALL	0x4000
#define  PCI_MSIX_FLAGS_ENABLE	0x8000
#define PCI_MSIX_ENTRY_SIZE		16
#define PCI_MSIX_ENTRY_LOWER_ADDR	0x0
#define PCI_MSIX_ENTRY_UPPER_ADDR	0x4
#define PCI_MSIX_ENTRY_DATA		0x8
#define PCI_MSIX_ENTRY_VECTOR_CTRL	0xc
#define  PCI_MSIX_ENTRY_CTRL_MASKBIT	0x00000001

/* PCI Express */
#define PCI_EXP_FLAGS		0x02
#define  PCI_EXP_FLAGS_TYPE	0x00f0
#define   PCI_EXP_TYPE_ENDPOINT	   0x0
#define   PCI_EXP_TYPE_ROOT_PORT   0x4
#define   PCI_EXP_TYPE_UPSTREAM	   0x5
#define   PCI_EXP_TYPE_DOWNSTREAM  0x6
#define PCI_EXP_DEVCAP		0x04
#define  PCI_EXP_DEVCAP_EXT_TAG	0x00000020
#define  PCI_EXP_DEVCAP_FLR	0x10000000
#define PCI_EXP_DEVCTL		0x08
#define  PCI_EXP_DEVCTL_PAYLOAD	0x00e0	/* Max_Payload_Size */
#define  PCI_EXP_DEVCTL_EXT_TAG	0x0100	/* 8-bit tags */
#define  PCI_EXP_DEVCTL_READRQ	0x7000
#define  PCI_EXP_DEVCTL_BCR_FLR	0x8000
#define PCI_EXP_LNKCTL		0x10
#define  PCI_EXP_LNKCTL_RL	0x0020	/* retrain now */
#define  PCI_EXP_LNKCTL_CCC	0x0040	/* both ends on one clock */
#define PCI_EXP_SLTCTL		0x18
#define  PCI_EXP_SLTCTL_CCIE	0x0010
#define  PCI_EXP_SLTCTL_HPIE	0x0020
#define PCI_EXP_RTCTL		0x1c
#define  PCI_EXP_RTCTL_PMEIE	0x0008
#define  PCI_EXP_RTCTL_RRS_SVE	0x0010
#define PCI_EXP_RTSTA		0x20
#define  PCI_EXP_RTSTA_PME	0x00010000	/* write 1 to clear */
#define PCI_EXP_DEVCTL2		0x28
#define  PCI_EXP_DEVCTL2_ARI	0x0020	/* forward to functions above 7 */
#define  PCI_EXP_DEVCTL2_LTR_EN	0x0400

/* Access control services */
#define PCI_ACS_CAP		0x04
#define  PCI_ACS_SV		0x0001
#define  PCI_ACS_RR		0x0004
#define  PCI_ACS_CR		0x0008
#define  PCI_ACS_UF		0x0010
#define PCI_ACS_CTRL		0x06

/* Address translation services */
#define PCI_ATS_CTRL		0x06
#define  PCI_ATS_CTRL_ENABLE	0x8000
#define  PCI_ATS_CTRL_STU(x)	((x) & 0x1f)
#define  PCI_ATS_MIN_STU	12

/* Single root I/O virtualization */
#define PCI_SRIOV_CTRL		0x08
#define  PCI_SRIOV_CTRL_VFE	0x0001
#define  PCI_SRIOV_CTRL_MSE	0x0008
#define  PCI_SRIOV_CTRL_ARI	0x0010
#define PCI_SRIOV_TOTAL_VF	0x0e
#define PCI_SRIOV_NUM_VF	0x10
#define PCI_SRIOV_SUP_PGSIZE	0x1c
#define PCI_SRIOV_SYS_PGSIZE	0x20

#endif
