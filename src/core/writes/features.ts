/** Data: which capability a register of pci_regs.h stands in, and which feature a bit or a register belongs to. */

interface Entry {
  readonly prefix: string
  readonly capability: string | null
  readonly feature: string
}

const entry = (prefix: string, capability: string | null, feature: string): Entry => ({ prefix, capability, feature })

/** Longest prefix wins; a bit's own name is asked before its register's. */
const ENTRIES: readonly Entry[] = [
  entry('PCI_COMMAND', null, 'decode'),
  entry('PCI_COMMAND_MASTER', null, 'bus-master'),
  entry('PCI_COMMAND_INTX_DISABLE', null, 'intx'),
  entry('PCI_COMMAND_INVALIDATE', null, 'cacheline'),
  entry('PCI_COMMAND_PARITY', null, 'status'),
  entry('PCI_COMMAND_SERR', null, 'aer'),
  entry('PCI_COMMAND_VGA', null, 'vga'),
  entry('PCI_STATUS', null, 'status'),
  entry('PCI_SEC_STATUS', null, 'status'),
  entry('PCI_CACHE_LINE_SIZE', null, 'cacheline'),
  entry('PCI_LATENCY_TIMER', null, 'cacheline'),
  entry('PCI_SEC_LATENCY_TIMER', null, 'cacheline'),
  entry('PCI_BASE_ADDRESS', null, 'bar'),
  entry('PCI_ROM_ADDRESS', null, 'rom'),
  entry('PCI_INTERRUPT', null, 'intx'),
  entry('PCI_PRIMARY_BUS', null, 'bus-number'),
  entry('PCI_SECONDARY_BUS', null, 'bus-number'),
  entry('PCI_SUBORDINATE_BUS', null, 'bus-number'),
  entry('PCI_IO_', null, 'bridge-window'),
  entry('PCI_CB_IO_', null, 'bridge-window'),
  entry('PCI_CB_MEMORY_', null, 'bridge-window'),
  entry('PCI_MEMORY_', null, 'bridge-window'),
  entry('PCI_PREF_', null, 'bridge-window'),
  entry('PCI_BRIDGE_CONTROL', null, 'bridge-control'),
  entry('PCI_BRIDGE_CTL', null, 'bridge-control'),
  entry('PCI_BRIDGE_CTL_VGA', null, 'vga'),
  entry('PCI_BRIDGE_CTL_BUS_RESET', null, 'reset'),
  entry('PCI_PM_', 'PM', 'power'),
  entry('PCI_PM_CTRL_PME', 'PM', 'pme'),
  entry('PCI_MSI_', 'MSI', 'msi'),
  entry('PCI_MSIX_', 'MSIX', 'msix'),
  entry('PCI_AF_', 'AF', 'reset'),
  entry('PCI_X_', 'PCIX', 'mrrs'),
  entry('PCI_EXP_DEVCTL', 'EXP', 'aer'),
  entry('PCI_EXP_DEVCTL_PAYLOAD', 'EXP', 'mps'),
  entry('PCI_EXP_DEVCTL_READRQ', 'EXP', 'mrrs'),
  entry('PCI_EXP_DEVCTL_EXT_TAG', 'EXP', 'tags'),
  entry('PCI_EXP_DEVCTL_BCR_FLR', 'EXP', 'reset'),
  entry('PCI_EXP_DEVSTA', 'EXP', 'status'),
  entry('PCI_EXP_LNKCTL', 'EXP', 'link'),
  entry('PCI_EXP_LNKCTL_ASPM', 'EXP', 'aspm'),
  entry('PCI_EXP_LNKCTL_CLKREQ', 'EXP', 'aspm'),
  entry('PCI_EXP_LNKSTA', 'EXP', 'link'),
  entry('PCI_EXP_LNKCTL2', 'EXP', 'link'),
  entry('PCI_EXP_RTCTL', 'EXP', 'aer'),
  entry('PCI_EXP_RTCTL_PMEIE', 'EXP', 'pme'),
  entry('PCI_EXP_RTCTL_RRS_SVE', 'EXP', 'completion-timeout'),
  entry('PCI_EXP_RTCTL_CRSSVE', 'EXP', 'completion-timeout'),
  entry('PCI_EXP_RTSTA', 'EXP', 'pme'),
  entry('PCI_EXP_DEVCTL2', 'EXP', 'completion-timeout'),
  entry('PCI_EXP_DEVCTL2_ARI', 'EXP', 'ari'),
  entry('PCI_EXP_DEVCTL2_LTR', 'EXP', 'ltr'),
  entry('PCI_EXP_DEVCTL2_10BIT_TAG', 'EXP', 'tags'),
  entry('PCI_ERR_', 'ERR', 'aer'),
  entry('PCI_VC_', 'VC', 'vc'),
  entry('PCI_ARI_', 'ARI', 'ari'),
  entry('PCI_ATS_', 'ATS', 'ats'),
  entry('PCI_PRI_', 'PRI', 'pri'),
  entry('PCI_PASID_', 'PASID', 'pasid'),
  entry('PCI_SRIOV_', 'SRIOV', 'sriov'),
  entry('PCI_LTR_', 'LTR', 'ltr'),
  entry('PCI_ACS_', 'ACS', 'acs'),
  entry('PCI_EXP_DPC_', 'DPC', 'dpc'),
  entry('PCI_L1SS_', 'L1SS', 'l1ss'),
  entry('PCI_PTM_', 'PTM', 'ptm'),
  entry('PCI_TPH_', 'TPH', 'tph'),
  entry('PCI_DOE_', 'DOE', 'doe'),
  entry('PCI_REBAR_', 'REBAR', 'rebar'),
  entry('PCI_VF_REBAR_', 'VF_REBAR', 'rebar'),
].sort((a, b) => b.prefix.length - a.prefix.length)

/** Capability and feature of a register or a bit, null for a name that no feature owns. */
export function ownerOf(name: string): { readonly capability: string | null; readonly feature: string } | null {
  return ENTRIES.find((e) => name.startsWith(e.prefix)) ?? null
}
