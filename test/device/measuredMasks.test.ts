/**
 * The model's write masks against a machine: every dword of QEMU 7.2's q35 devices was written with all ones and with
 * zero and read back (`-qtest`, config space through ECAM, nothing else running). Where the two differ, the reason
 * stands here; a new difference fails.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { PciFunction } from '../../src/core/device/fabric.js'
import { loadMachine } from '../../src/core/device/loadMachine.js'

interface Measured {
  /** Non-zero rows of 16 bytes, as the device came up. */
  readonly rows: Readonly<Record<string, string>>
  /** By offset: what reads back after all ones, and after zero; dwords in which they differ. */
  readonly masks: Readonly<Record<string, string>>
}

const measured: Readonly<Record<string, Measured>> = JSON.parse(
  readFileSync(new URL('measuredMasks.json', import.meta.url), 'utf8'),
)

const text = Object.entries(measured)
  .map(([slot, { rows }]) => {
    const lines = Array.from({ length: 256 }, (_, i) => {
      const at = (i * 16).toString(16)
      return `${at.padStart(2, '0')}: ${(rows[at] ?? '0'.repeat(32)).match(/../g)!.join(' ')}`
    })
    return `${slot} measured\n${lines.join('\n')}\n\n`
  })
  .join('')

const loaded = loadMachine(text, 'root-port')
if ('problem' in loaded) throw new Error(loaded.problem)
const functions = loaded.machine.functions

/** Bits that take a write in QEMU and not in the model. */
const MORE_IN_QEMU: Readonly<Record<string, string>> = {
  PCI_SEC_LATENCY_TIMER: 'hardwired to 0 on PCI Express (PCIe r6.0 §7.5.1.3.5)',
  PCI_PM_CTRL: 'Data_Select of e1000e, which has no Data register (PCIe r6.0 §7.5.2.2)',
  PCI_EXP_DEVCTL2: 'prefix blocking is a port’s (PCIe r6.0 §7.5.3.16)',
}

/** Bits that the specification lets software write and QEMU hardwires. */
const LESS_IN_QEMU: Readonly<Record<string, string>> = {
  PCI_COMMAND: 'Parity Error Response (PCIe r6.0 §7.5.1.1.3)',
  PCI_LATENCY_TIMER: 'conventional devices may hardwire it (PCI r3.0 §6.2.4)',
  PCI_EXP_DEVCTL: 'error reporting enables (PCIe r6.0 §7.5.3.4)',
  PCI_EXP_LNKCTL: 'there is no link',
  PCI_EXP_LNKCTL2: 'there is no link',
  PCI_EXP_SLTCTL: 'power fault and link state events',
  PCI_EXP_RTCTL: 'PME interrupt enable (PCIe r6.0 §7.5.3.12)',
  PCI_ERR_UNCOR_MASK: 'masks (PCIe r6.0 §7.8.4.3)',
  PCI_ERR_UNCOR_SEVER: 'severities of newer errors (PCIe r6.0 §7.8.4.4)',
  PCI_ATS_CTRL: 'bit 4 of STU (PCIe r6.0 §10.5.1.3)',
}

/** The bits of every register that differ; BARs are left out, whose sizes a dump of bytes does not tell. */
function differences(of: PciFunction) {
  const { masks } = measured[of.name]!
  return of.registers
    .filter(({ name }) => name.startsWith('PCI_') && !/BASE_ADDRESS|ROM_ADDRESS|SRIOV_BAR/.test(name))
    .map(({ name, offset, width, readWrite }) => {
      const [ones = 0, zero = 0] = (masks[((offset >> 2) * 4).toString(16)] ?? '0 0')
        .split(' ')
        .map((word) => Number.parseInt(word, 16))
      const took = (((ones ^ zero) >>> ((offset & 3) * 8)) & (256 ** width - 1)) >>> 0
      return { name, more: (took & ~readWrite) >>> 0, less: (readWrite & ~took) >>> 0 }
    })
}

test('what was measured is a machine with a switch, an SR-IOV device and ATS', () => {
  expect(functions.length).toBe(14)
  expect(new Set(functions.map(({ kind }) => kind))).toEqual(
    new Set(['conventional', 'root-port', 'endpoint', 'switch-upstream', 'switch-downstream']),
  )
})

test('no bit takes a write in QEMU that the model holds for read-only, but for the named ones', () => {
  const found = functions.flatMap((of) => differences(of).filter(({ name, more }) => more && !MORE_IN_QEMU[name]))
  expect(found).toEqual([])
})

test('no bit is read-only in QEMU that the model lets be written, but for the named ones', () => {
  const found = functions.flatMap((of) => differences(of).filter(({ name, less }) => less && !LESS_IN_QEMU[name]))
  expect(found).toEqual([])
})

test('every named difference is there', () => {
  const all = functions.flatMap(differences)
  for (const name of Object.keys(MORE_IN_QEMU))
    expect(
      all.some((one) => one.name === name && one.more !== 0),
      name,
    ).toBe(true)
  for (const name of Object.keys(LESS_IN_QEMU))
    expect(
      all.some((one) => one.name === name && one.less !== 0),
      name,
    ).toBe(true)
})

test('most registers agree to the bit', () => {
  const all = functions.flatMap(differences)
  const equal = all.filter(({ more, less }) => more === 0 && less === 0)
  expect(equal.length / all.length).toBeGreaterThan(0.85)
})
