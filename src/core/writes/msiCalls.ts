/**
 * Data: what a call of the MSI core writes, so that its callers need not know. Registers of the MSI and MSI-X
 * capabilities and of the MSI-X table, as the functions of drivers/pci/msi/ (Linux 6.1 and 6.12) write them, those they
 * call included. Tied to no device: a device has one of the two capabilities, or the call decides which.
 */
import { capabilityOf, sharesOf } from '../device/features/ownership.js'
import type { Call } from '../functions/controlFlow.js'
import type { Change, Field } from '../report/schema.js'
import { constantOf } from './bitValues.js'
import type { WritingFunction } from './fields.js'
import type { RegisterNames } from './registers.js'

/** Registers with the bits that change; no bits: the whole register. */
type Written = readonly [register: string, change: Change, ...bits: string[]]

const MSI_MESSAGE: readonly Written[] = [
  ['PCI_MSI_FLAGS', 'value', 'PCI_MSI_FLAGS_QSIZE'],
  ['PCI_MSI_ADDRESS_LO', 'value'],
  ['PCI_MSI_ADDRESS_HI', 'value'],
  ['PCI_MSI_DATA_32', 'value'],
  ['PCI_MSI_DATA_64', 'value'],
]
const MSI_MASK: readonly Written[] = [
  ['PCI_MSI_MASK_32', 'value'],
  ['PCI_MSI_MASK_64', 'value'],
]
const MSI_ON: Written = ['PCI_MSI_FLAGS', 'set', 'PCI_MSI_FLAGS_ENABLE']
const MSI_OFF: Written = ['PCI_MSI_FLAGS', 'clear', 'PCI_MSI_FLAGS_ENABLE']
const INTX_ON: Written = ['PCI_COMMAND', 'clear', 'PCI_COMMAND_INTX_DISABLE']
const INTX_OFF: Written = ['PCI_COMMAND', 'set', 'PCI_COMMAND_INTX_DISABLE']
const MSIX_ON: readonly Written[] = [
  ['PCI_MSIX_FLAGS', 'set', 'PCI_MSIX_FLAGS_MASKALL', 'PCI_MSIX_FLAGS_ENABLE'],
  ['PCI_MSIX_FLAGS', 'clear', 'PCI_MSIX_FLAGS_MASKALL'],
]
const MSIX_OFF: Written = ['PCI_MSIX_FLAGS', 'clear', 'PCI_MSIX_FLAGS_ENABLE']
const ENTRY_MASKED: Written = ['PCI_MSIX_ENTRY_VECTOR_CTRL', 'set', 'PCI_MSIX_ENTRY_CTRL_MASKBIT']
const ENTRY_UNMASKED: Written = ['PCI_MSIX_ENTRY_VECTOR_CTRL', 'clear', 'PCI_MSIX_ENTRY_CTRL_MASKBIT']
const MSIX_MESSAGE: readonly Written[] = [
  ['PCI_MSIX_ENTRY_LOWER_ADDR', 'value'],
  ['PCI_MSIX_ENTRY_UPPER_ADDR', 'value'],
  ['PCI_MSIX_ENTRY_DATA', 'value'],
]
/** pci_write_msg_msix() masks an entry that is open while its message changes, and opens it again. */
const MSIX_ENTRY_MESSAGE: readonly Written[] = [...MSIX_MESSAGE, ENTRY_MASKED, ENTRY_UNMASKED]

/** msi_capability_init(): off, masked, messages, INTx off, on. */
const ENABLE_MSI: readonly Written[] = [MSI_OFF, ...MSI_MASK, ...MSI_MESSAGE, INTX_OFF, MSI_ON]
/** pci_msi_shutdown(): off, INTx on, unmasked. */
const DISABLE_MSI: readonly Written[] = [MSI_OFF, INTX_ON, ...MSI_MASK]
/** msix_capability_init(): on and masked, entries, INTx off, unmasked; off again where it fails. */
const ENABLE_MSIX: readonly Written[] = [...MSIX_ON, ...MSIX_ENTRY_MESSAGE, INTX_OFF]
/** pci_msix_shutdown(): entries masked, off, INTx on. */
const DISABLE_MSIX: readonly Written[] = [ENTRY_MASKED, MSIX_OFF, INTX_ON]
/** __pci_restore_msi_state(), from the descriptors in memory. */
const RESTORE_MSI: readonly Written[] = [INTX_OFF, MSI_OFF, ...MSI_MESSAGE, ...MSI_MASK, MSI_ON]
/** __pci_restore_msix_state(): decode of memory is on meanwhile. */
const RESTORE_MSIX: readonly Written[] = [
  INTX_OFF,
  ...MSIX_ON,
  ['PCI_COMMAND', 'set', 'PCI_COMMAND_MEMORY'],
  ...MSIX_ENTRY_MESSAGE,
  ['PCI_MSIX_ENTRY_VECTOR_CTRL', 'saved'],
  ['PCI_COMMAND', 'as-read'],
]

const MSI_WRITES: ReadonlyMap<string, readonly Written[]> = new Map([
  ['pci_alloc_irq_vectors', [...ENABLE_MSIX, ...ENABLE_MSI]],
  ['pci_alloc_irq_vectors_affinity', [...ENABLE_MSIX, ...ENABLE_MSI]],
  ['pci_free_irq_vectors', [...DISABLE_MSIX, ...DISABLE_MSI]],
  ['pci_enable_msi', ENABLE_MSI],
  ['pci_enable_msi_range', ENABLE_MSI],
  ['__pci_enable_msi_range', ENABLE_MSI],
  ['pci_enable_msix', ENABLE_MSIX],
  ['pci_enable_msix_range', ENABLE_MSIX],
  ['pci_enable_msix_exact', ENABLE_MSIX],
  ['__pci_enable_msix_range', ENABLE_MSIX],
  ['pci_disable_msi', DISABLE_MSI],
  ['pci_msi_shutdown', DISABLE_MSI],
  ['pci_disable_msix', DISABLE_MSIX],
  ['pci_msix_shutdown', DISABLE_MSIX],
  ['pci_msi_init', [MSI_OFF]],
  ['pci_msix_init', [MSIX_OFF]],
  ['pci_msi_mask', MSI_MASK],
  ['pci_msi_unmask', MSI_MASK],
  ['pci_msi_update_mask', MSI_MASK],
  ['pci_msi_mask_irq', [...MSI_MASK, ENTRY_MASKED]],
  ['pci_msi_unmask_irq', [...MSI_MASK, ENTRY_UNMASKED]],
  // The interrupt domain activates each vector with a message: pci_msi_domain_write_msg().
  ['pci_msi_setup_msi_irqs', [...MSI_MESSAGE, ...MSIX_ENTRY_MESSAGE]],
  ['pci_msi_teardown_msi_irqs', [...MSI_MASK, ENTRY_MASKED, ...MSI_MESSAGE, ...MSIX_ENTRY_MESSAGE]],
  ['pci_msix_mask', [ENTRY_MASKED]],
  ['pci_msix_unmask', [ENTRY_UNMASKED]],
  ['pci_msix_alloc_irq_at', MSIX_ENTRY_MESSAGE],
  ['pci_msix_free_irq', [ENTRY_MASKED]],
  ['pci_msix_write_vector_ctrl', [['PCI_MSIX_ENTRY_VECTOR_CTRL', 'value']]],
  ['pci_restore_msi_state', [...RESTORE_MSI, ...RESTORE_MSIX]],
  ['__pci_restore_msi_state', RESTORE_MSI],
  ['__pci_restore_msix_state', RESTORE_MSIX],
  ['__pci_write_msi_msg', [...MSI_MESSAGE, ...MSIX_ENTRY_MESSAGE]],
  ['pci_write_msi_msg', [...MSI_MESSAGE, ...MSIX_ENTRY_MESSAGE]],
  ['pci_write_msg_msi', MSI_MESSAGE],
  ['pci_write_msg_msix', MSIX_ENTRY_MESSAGE],
])

/** What the call writes does not depend on its arguments. */
export function writesAlways({ callee }: Call): boolean {
  return MSI_WRITES.has(callee)
}

const KNOWN = new WeakMap<RegisterNames, Map<readonly Written[], readonly Field[]>>()

/** Calls that write the same have the same fields in memory too. */
export function msiFields(call: Call, source: WritingFunction): readonly Field[] {
  const always = MSI_WRITES.get(call.callee)
  if (!always) return fieldsOf(byArguments(call, source), source)
  const { names } = source.offsets
  const known = KNOWN.get(names) ?? new Map<readonly Written[], readonly Field[]>()
  KNOWN.set(names, known)
  const fields = known.get(always) ?? fieldsOf(always, source)
  known.set(always, fields)
  return fields
}

function fieldsOf(written: readonly Written[], source: WritingFunction): readonly Field[] {
  const fields = new Map<string, Field>()
  for (const one of written)
    for (const field of fieldOf(one, source)) fields.set(`${field.register} ${field.change} ${field.mask}`, field)
  return [...fields.values()]
}

/** Two helpers whose arguments say which way the bits go. */
function byArguments(call: Call, source: WritingFunction): readonly Written[] {
  const constant = (position: number) => {
    const node = call.args[position]
    return node ? source.valueAt(call, node) : null
  }
  if (call.callee === 'pci_msi_set_enable') {
    const enable = constant(1)
    const value = enable ? constantOf(enable) : null
    if (value === null) return [['PCI_MSI_FLAGS', 'caller', 'PCI_MSI_FLAGS_ENABLE']]
    return [value === 0 ? MSI_OFF : MSI_ON]
  }
  if (call.callee !== 'pci_msix_clear_and_set_ctrl') return []
  const changes = (['clear', 'set'] as const).flatMap((change, i): Written[] => {
    const value = constant(i + 1)
    if (value && constantOf(value) === 0) return []
    return value && constantOf(value) !== null
      ? [['PCI_MSIX_FLAGS', change, ...value.names]]
      : [['PCI_MSIX_FLAGS', 'caller']]
  })
  return changes
}

/** None if the tree's header lacks the register. */
function fieldOf([register, change, ...bits]: Written, { offsets: { names } }: WritingFunction): readonly Field[] {
  if (!names.register(register)) return []
  const named = bits.reduce((sum, bit) => (sum | (names.value(bit) ?? 0)) >>> 0, 0)
  const mask = bits.length > 0 ? named : (WIDTHS.get(register) ?? 0xffffffff)
  const feature = sharesOf(register, mask)[0]?.feature?.name ?? 'unknown'
  return [{ register, capability: capabilityOf(register), feature, bits, mask, change }]
}

/** Bits of the registers that are no dword. */
const WIDTHS: ReadonlyMap<string, number> = new Map([
  ['PCI_COMMAND', 0xffff],
  ['PCI_MSI_FLAGS', 0xffff],
  ['PCI_MSI_DATA_32', 0xffff],
  ['PCI_MSI_DATA_64', 0xffff],
  ['PCI_MSIX_FLAGS', 0xffff],
])
