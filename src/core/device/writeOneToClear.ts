/**
 * Registers in which writing back what was read is not harmless: a bit that reads 1 is cleared by it, and something
 * follows from that. Error status bits (PCI_STATUS, PCI_EXP_DEVSTA, the AER status registers) are left out: clearing
 * them loses a log entry and no traffic.
 */
const CONSEQUENTIAL: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  /** A pending wake is lost (PCIe r6.0 §7.5.2.2). */
  PCI_PM_CTRL: { PCI_PM_CTRL_PME_STATUS: 0x8000 },
  /** The same for what a root port has collected from below (PCIe r6.0 §7.5.3.14). */
  PCI_EXP_RTSTA: { PCI_EXP_RTSTA_PME: 0x10000 },
  /** The port leaves containment (PCIe r6.0 §7.9.14.4). */
  PCI_EXP_DPC_STATUS: { PCI_EXP_DPC_STATUS_TRIGGER: 0x1 },
  /** The page request interface may report a failure once only (PCIe r6.0 §10.5.2.3). */
  PCI_PRI_STATUS: { PCI_PRI_STATUS_RF: 0x1, PCI_PRI_STATUS_UPRGI: 0x2 },
}

/** The bits that may be cleared, or null if writing back what was read has no consequence. */
export function clearsWhenWrittenBack(register: string, mask: number): string | null {
  const bits = Object.hasOwn(CONSEQUENTIAL, register) ? Object.entries(CONSEQUENTIAL[register]!) : []
  const cleared = bits.filter(([, bit]) => mask === 0 || (mask & bit) !== 0).map(([name]) => name)
  return cleared.length > 0 ? cleared.join(', ') : null
}
