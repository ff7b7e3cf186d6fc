/**
 * Which capability a register of pci_regs.h stands in, and which features its bits belong to. Both are read off the
 * files of capabilities and features: there is no other list.
 */
import { capabilities } from '../capabilities/index.js'
import { bitsOf } from '../registerBits.js'
import type { Feature } from './defineFeature.js'
import { features, ownedMask } from './index.js'

export interface Share {
  /** Null for bits that no feature is about. */
  readonly feature: Feature | null
  readonly mask: number
}

/** Capabilities that the model has no registers for, though features or code are about them. */
const WITHOUT_REGISTERS: readonly (readonly [prefix: string, name: string])[] = [
  ['PCI_X_', 'PCIX'],
  ['PCI_VF_REBAR_', 'VF_REBAR'],
]

const PREFIXES = [
  ...capabilities.map(({ name, prefix }) => [prefix ?? `PCI_${name}_`, name] as const),
  ...WITHOUT_REGISTERS,
].sort(([a], [b]) => b.length - a.length)

/** The capability by the register's name; null for the header, and for a name that is of neither. */
export function capabilityOf(register: string): string | null {
  return PREFIXES.find(([prefix]) => register.startsWith(prefix))?.[1] ?? null
}

interface Owner {
  readonly feature: Feature
  /** 0 for the whole register. */
  readonly mask: number
}

const OWNERS = new Map<string, readonly Owner[]>()
for (const feature of features)
  for (const owned of feature.registers) {
    const owner = { feature, mask: owned.bits.length === 0 ? 0 : ownedMask(owned) }
    OWNERS.set(owned.register, [...(OWNERS.get(owned.register) ?? []), owner])
  }

/** Registers that the features do not name go with the rest of their capability, if one feature owns all of that. */
const FAMILIES = new Map<string, Feature | null>()
for (const [register, owners] of OWNERS) {
  const capability = capabilityOf(register)
  if (capability === null) continue
  for (const { feature } of owners)
    FAMILIES.set(capability, (FAMILIES.get(capability) ?? feature) === feature ? feature : null)
}

/**
 * A mask of a register in parts by the feature that owns the bits, from the lowest bit up. Bits that no feature is
 * about go with the first part; written alone they are nobody's.
 */
export function sharesOf(register: string, mask: number): readonly Share[] {
  const owners = OWNERS.get(withoutIndex(register))
  if (!owners) return [{ feature: FAMILIES.get(capabilityOf(register) ?? '') ?? null, mask }]
  const whole = owners.find((owner) => owner.mask === 0)
  if (whole) return [{ feature: whole.feature, mask }]
  const parts = owners
    .map(({ feature, mask: own }) => ({ feature, mask: (own & mask) >>> 0 }))
    .filter((part) => part.mask !== 0)
    .sort((a, b) => lowestBit(a.mask) - lowestBit(b.mask))
  const left = parts.reduce((rest, part) => (rest & ~part.mask) >>> 0, mask)
  const [first, ...others] = parts
  if (!first) return [{ feature: null, mask }]
  return [{ ...first, mask: (first.mask | left) >>> 0 }, ...others]
}

/** The feature of the first of the named bits, or of a register that is one feature's whole; null if there is none. */
export function featureOf(register: string, bitNames: readonly string[]): Feature | null {
  const bits = bitsOf(withoutIndex(register))
  const mask = bitNames.reduce((sum, bit) => (sum | (bits[bit] ?? 0)) >>> 0, 0)
  return sharesOf(register, mask)[0]?.feature ?? null
}

/** Registers that repeat carry an index (`PCI_SRIOV_BAR[1]`); they belong together. */
function withoutIndex(register: string): string {
  return register.replace(/\[\d+\]$/, '')
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask)
}
