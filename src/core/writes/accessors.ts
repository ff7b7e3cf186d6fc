/**
 * Data: the functions that write config space or program MSI, and which argument is what. Everything else that writes
 * does so through one of these (include/linux/pci.h, drivers/pci/access.c, arch/x86/include/asm/pci-direct.h).
 */
import type { SiteKind } from '../report/schema.js'

export interface Accessor {
  readonly name: string
  readonly kind: SiteKind
  /** Bytes of the access, null if an argument says so. */
  readonly width: 1 | 2 | 4 | null
  /** Positions of the arguments; null if the accessor has none. */
  readonly device: number | null
  readonly offset: number | null
  readonly value: number | null
  readonly clear: number | null
  readonly set: number | null
}

const WIDTHS = { byte: 1, word: 2, dword: 4 } as const
const SIZES = Object.entries(WIDTHS) as [keyof typeof WIDTHS, 1 | 2 | 4][]

const accessor = (
  name: string,
  width: Accessor['width'],
  at: Partial<Omit<Accessor, 'name' | 'kind' | 'width'>>,
): Accessor => ({
  name,
  kind: 'config',
  width,
  device: 0,
  offset: 1,
  value: null,
  clear: null,
  set: null,
  ...at,
})

const msi = (name: string): Accessor => ({
  name,
  kind: 'msi',
  width: null,
  device: 0,
  offset: null,
  value: null,
  clear: null,
  set: null,
})

const CONFIG: readonly Accessor[] = [
  ...SIZES.flatMap(([size, width]) => [
    accessor(`pci_write_config_${size}`, width, { value: 2 }),
    accessor(`pci_user_write_config_${size}`, width, { value: 2 }),
    accessor(`pci_bus_write_config_${size}`, width, { offset: 2, value: 3 }),
  ]),
  ...SIZES.slice(1).flatMap(([size, width]) => [
    accessor(`pcie_capability_write_${size}`, width, { value: 2 }),
    accessor(`pcie_capability_set_${size}`, width, { set: 2 }),
    accessor(`pcie_capability_clear_${size}`, width, { clear: 2 }),
    accessor(`pcie_capability_clear_and_set_${size}`, width, { clear: 2, set: 3 }),
    accessor(`pcie_capability_clear_and_set_${size}_locked`, width, { clear: 2, set: 3 }),
    accessor(`pcie_capability_clear_and_set_${size}_unlocked`, width, { clear: 2, set: 3 }),
  ]),
  accessor('pci_clear_and_set_config_dword', 4, { clear: 2, set: 3 }),
  accessor('raw_pci_write', null, { device: 1, offset: 3, value: 5 }),
  accessor('write_pci_config', 4, { offset: 3, value: 4 }),
  accessor('write_pci_config_16', 2, { offset: 3, value: 4 }),
  accessor('write_pci_config_byte', 1, { offset: 3, value: 4 }),
]

const MSI: readonly Accessor[] = [
  'pci_alloc_irq_vectors',
  'pci_alloc_irq_vectors_affinity',
  'pci_free_irq_vectors',
  'pci_enable_msi',
  'pci_enable_msi_range',
  'pci_enable_msix',
  'pci_enable_msix_range',
  'pci_enable_msix_exact',
  '__pci_enable_msi_range',
  '__pci_enable_msix_range',
  'pci_disable_msi',
  'pci_disable_msix',
  'pci_msi_init',
  'pci_msi_shutdown',
  'pci_msi_mask',
  'pci_msi_unmask',
  'pci_msi_mask_irq',
  'pci_msi_unmask_irq',
  'pci_msi_update_mask',
  'pci_msi_set_enable',
  'pci_msi_setup_msi_irqs',
  'pci_msi_teardown_msi_irqs',
  'pci_msix_init',
  'pci_msix_shutdown',
  'msix_mask_all',
  'pci_msix_mask',
  'pci_msix_unmask',
  'pci_msix_alloc_irq_at',
  'pci_msix_free_irq',
  'pci_msix_clear_and_set_ctrl',
  'pci_msix_write_vector_ctrl',
  'pci_restore_msi_state',
  '__pci_restore_msi_state',
  '__pci_restore_msix_state',
  '__pci_write_msi_msg',
  'pci_write_msi_msg',
  'pci_write_msg_msi',
  'pci_write_msg_msix',
].map(msi)

export const ACCESSORS: ReadonlyMap<string, Accessor> = new Map([...CONFIG, ...MSI].map((a) => [a.name, a]))

/** Each accessor's name holds one of these: a file without them has no writes, whatever else it holds. */
export const ACCESSOR_MARKS: readonly string[] = [
  '_config',
  'pcie_capability_',
  'raw_pci_',
  'msi',
  '_irq_vectors',
  '->write',
]

/** Writes to mapped memory; one to the MSI-X table is told by the offset in its address (PCIe r6.0 §7.7.2.5 to 7.7.2.8). */
export const MMIO_WRITES: readonly string[] = ['writel', 'writel_relaxed', 'iowrite32']
export const MSIX_TABLE_WRITE: Accessor = {
  ...msi('writel'),
  kind: 'msix-table',
  width: 4,
  device: null,
  value: 0,
  offset: 1,
}
export const MSIX_TABLE_OFFSET = /\bPCI_MSIX_ENTRY_\w+/

/** `ops->write(bus, devfn, where, size, value)`: the method of struct pci_ops and of x86's struct pci_raw_ops. */
export const OPS_WRITE: ReadonlyMap<string, Accessor> = new Map([
  ['pci_ops', accessor('write', null, { device: 0, offset: 2, value: 4 })],
  ['pci_raw_ops', accessor('write', null, { device: 1, offset: 3, value: 5 })],
])
