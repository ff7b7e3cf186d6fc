/**
 * The model's write masks against machines: every dword of QEMU 7.2's devices was written with all ones and with zero
 * and read back. Twice: by `-qtest` through ECAM, with nothing else running, and by a program under Debian's 6.1 kernel
 * (TCG, no drivers but pci-pf-stub for the VFs), through sysfs as setpci does, where writes of bytes and of words took
 * the same bits as those of dwords. Resets were left out of the ones: FLR, and the bus reset of a bridge.
 * Where model and machine differ, the reason stands here, with the bits; a new difference fails.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { FunctionKind, PciFunction } from '../../src/core/device/fabric.js'
import { loadMachine } from '../../src/core/device/loadMachine.js'
import { type Dumped, listing } from './dumped.js'

interface Measured extends Dumped {
  /** By offset: what reads back after all ones, and after zero; dwords in which they differ. */
  readonly masks: Readonly<Record<string, string>>
}

type Machine = Readonly<Record<string, Measured>>

interface Difference {
  readonly register: string
  /** Of the functions of these kinds only. */
  readonly on?: readonly FunctionKind[]
  readonly bits: number
  readonly why: string
}

/** Bits that take a write in QEMU and not in the model. */
const MORE_IN_QEMU: readonly Difference[] = [
  { register: 'PCI_SEC_LATENCY_TIMER', bits: 0xff, why: 'hardwired to 0 on PCI Express (PCIe r6.0 §7.5.1.3.5)' },
  {
    register: 'PCI_PM_CTRL',
    bits: 0x1f00,
    why: 'Data_Select of e1000e, which has no Data register (PCIe r6.0 §7.5.2.2)',
  },
  { register: 'PCI_EXP_DEVCTL2', bits: 0x8000, why: 'prefix blocking is a port’s (PCIe r6.0 §7.5.3.16)' },
  {
    register: 'PCI_EXP_DEVCTL2',
    on: ['conventional-bridge'],
    bits: 0x20,
    why: 'ARI Forwarding is one of root and downstream ports (PCIe r6.0 §7.5.3.16)',
  },
  ...['PCI_CACHE_LINE_SIZE', 'PCI_INTERRUPT_LINE', 'PCI_COMMAND'].map((register) => ({
    register,
    on: ['vf'] as const,
    bits: register === 'PCI_COMMAND' ? 0x503 : 0xff,
    why: 'QEMU gives a VF the registers of a PF; all but bus master are hardwired to 0 (PCIe r5.0 §9.3.4.1)',
  })),
  {
    register: 'PCI_BASE_ADDRESS_0',
    bits: 0xe,
    why: 'pvpanic has a BAR of 2 bytes; the least is 16 (PCI r3.0 §6.2.5.1)',
  },
  {
    register: 'PCI_ROM_ADDRESS',
    bits: 0x30000,
    why: 'the ROM of the boot VGA device: lspci tells the size of the copy in memory, so its own is guessed',
  },
]

/** Bits that the specification lets software write and QEMU hardwires. */
const LESS_IN_QEMU: readonly Difference[] = [
  { register: 'PCI_COMMAND', bits: 0x40, why: 'Parity Error Response (PCIe r6.0 §7.5.1.1.3)' },
  { register: 'PCI_LATENCY_TIMER', bits: 0xf8, why: 'conventional devices may hardwire it (PCI r3.0 §6.2.4)' },
  { register: 'PCI_BRIDGE_CONTROL', bits: 0x40, why: 'the bus reset, which was not tried' },
  { register: 'PCI_EXP_DEVCTL', bits: 0xf, why: 'error reporting enables (PCIe r6.0 §7.5.3.4)' },
  { register: 'PCI_EXP_LNKCTL', bits: 0xffff, why: 'there is no link' },
  { register: 'PCI_EXP_LNKCTL2', bits: 0xffff, why: 'there is no link' },
  { register: 'PCI_EXP_SLTCTL', bits: 0x1002, why: 'power fault and link state events' },
  { register: 'PCI_EXP_RTCTL', bits: 0x8, why: 'PME interrupt enable (PCIe r6.0 §7.5.3.12)' },
  { register: 'PCI_ERR_UNCOR_MASK', bits: 0xffffffff, why: 'masks (PCIe r6.0 §7.8.4.3)' },
  { register: 'PCI_ERR_UNCOR_SEVER', bits: 0xffffffff, why: 'severities of newer errors (PCIe r6.0 §7.8.4.4)' },
  { register: 'PCI_ATS_CTRL', bits: 0x10, why: 'bit 4 of STU (PCIe r6.0 §10.5.1.3)' },
  {
    register: 'PCI_MSI_FLAGS',
    bits: 0x30,
    why: 'all ones ask for more vectors than there are, which QEMU turns into the most that there are',
  },
  { register: 'PCI_PM_CTRL', bits: 0x103, why: 'the power states of a bridge and of i82550 (PCIe r6.0 §7.5.2.2)' },
]

interface Compared {
  readonly function: PciFunction
  readonly register: string
  /** Bits that only QEMU lets be written, and those that only the model does. */
  readonly more: number
  readonly less: number
  /** Bits that read 1 and that both writes left 0: what a written 1 clears. */
  readonly cleared: number
  readonly clearable: number
}

function load(file: string): { readonly functions: readonly PciFunction[]; readonly measured: Machine } {
  const measured: Machine = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'))
  const loaded = loadMachine(Object.entries(measured).map(listing).join(''), 'root-port')
  if ('problem' in loaded) throw new Error(loaded.problem)
  return { functions: loaded.machine.functions, measured }
}

/** `sizesTold`: BARs are compared too, where the dump says how large they are. */
function compare(of: PciFunction, { rows, masks }: Measured, sizesTold: boolean): readonly Compared[] {
  const isBar = (name: string) => /BASE_ADDRESS|ROM_ADDRESS|SRIOV_BAR/.test(name)
  const registers = of.registers.filter(({ name }) => name.startsWith('PCI_') && (sizesTold || !isBar(name)))
  return registers.map(({ name, offset, width, readWrite, writeOneToClear }) => {
    const part = (dword: number) => ((dword >>> ((offset & 3) * 8)) & (256 ** width - 1)) >>> 0
    const at = ((offset >> 2) * 4).toString(16)
    const asRead = dwordIn(rows, offset >> 2)
    const [ones, zero] = (masks[at] ?? `${asRead.toString(16)} ${asRead.toString(16)}`)
      .split(' ')
      .map((word) => Number.parseInt(word, 16)) as [number, number]
    const took = part(ones ^ zero)
    return {
      function: of,
      register: name,
      more: (took & ~readWrite) >>> 0,
      less: (readWrite & ~took) >>> 0,
      cleared: part(asRead & ~ones & ~zero),
      clearable: writeOneToClear,
    }
  })
}

function dwordIn(rows: Measured['rows'], index: number): number {
  const row = rows[((index >> 2) * 16).toString(16)] ?? '0'.repeat(32)
  const bytes = row.slice((index & 3) * 8, (index & 3) * 8 + 8).match(/../g)!
  return Number.parseInt(bytes.reverse().join(''), 16)
}

const machines = [
  { by: 'qtest', ...load('measuredMasks.json'), sizesTold: false },
  { by: 'Linux', ...load('measuredByLinux.json'), sizesTold: true },
].map((machine) => ({
  ...machine,
  compared: machine.functions.flatMap((of) => compare(of, machine.measured[of.name]!, machine.sizesTold)),
}))

function namedBits(differences: readonly Difference[], { function: of, register }: Compared): number {
  const named = differences.filter((one) => one.register === register && (one.on?.includes(of.kind) ?? true))
  return named.reduce((bits, one) => (bits | one.bits) >>> 0, 0)
}

const told = ({ function: of, register }: Compared, bits: number) => `${of.name} ${register} 0x${bits.toString(16)}`

describe.each(machines)('measured by $by', ({ functions, compared }) => {
  test('a machine with a switch, SR-IOV and ATS', () => {
    const kinds = new Set(functions.map(({ kind }) => kind))
    for (const kind of ['conventional', 'root-port', 'endpoint', 'switch-upstream', 'switch-downstream'] as const)
      expect(kinds).toContain(kind)
    const names = new Set(compared.map(({ register }) => register))
    expect(
      ['PCI_SRIOV_NUM_VF', 'PCI_ATS_CTRL', 'PCI_ACS_CTRL', 'PCI_ERR_UNCOR_MASK'].filter((one) => !names.has(one)),
    ).toEqual([])
  })

  test('no bit takes a write in QEMU that the model holds for read-only, but for the named ones', () => {
    const open = compared.map((one) => ({ one, bits: (one.more & ~namedBits(MORE_IN_QEMU, one)) >>> 0 }))
    expect(open.filter(({ bits }) => bits !== 0).map(({ one, bits }) => told(one, bits))).toEqual([])
  })

  test('no bit is read-only in QEMU that the model lets be written, but for the named ones', () => {
    const open = compared.map((one) => ({ one, bits: (one.less & ~namedBits(LESS_IN_QEMU, one)) >>> 0 }))
    expect(open.filter(({ bits }) => bits !== 0).map(({ one, bits }) => told(one, bits))).toEqual([])
  })

  test('a bit that a written 1 has cleared is one that the model clears', () => {
    const open = compared.map((one) => ({ one, bits: (one.cleared & ~one.clearable) >>> 0 }))
    expect(open.filter(({ bits }) => bits !== 0).map(({ one, bits }) => told(one, bits))).toEqual([])
  })

  test('most registers agree to the bit', () => {
    const equal = compared.filter(({ more, less }) => more === 0 && less === 0)
    expect(equal.length / compared.length).toBeGreaterThan(0.85)
  })
})

test('by Linux bridges to conventional PCI and VFs were measured too, and every BAR', () => {
  const { functions, compared } = machines[1]!
  expect(new Set(functions.map(({ kind }) => kind))).toContain('vf')
  expect(functions.filter(({ kind }) => kind === 'conventional-bridge').length).toBe(3)
  const bars = compared.filter(({ register }) => /BASE_ADDRESS|SRIOV_BAR/.test(register))
  expect(bars.filter(({ more, less }) => more === 0 && less === 0).length).toBeGreaterThanOrEqual(bars.length - 1)
})

test('every named difference is there', () => {
  const all = machines.flatMap(({ compared }) => compared)
  const isThere = (kind: 'more' | 'less', { register, on, bits }: Difference) =>
    all.some((one) => one.register === register && (on?.includes(one.function.kind) ?? true) && one[kind] & bits)
  expect(MORE_IN_QEMU.filter((one) => !isThere('more', one))).toEqual([])
  expect(LESS_IN_QEMU.filter((one) => !isThere('less', one))).toEqual([])
})
