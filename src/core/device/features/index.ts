/** The registry of features: what the model knows. A new feature is one file and one line here. */
import { busMaster } from './busMaster.js'
import type { Feature, Scenario } from './defineFeature.js'

export const features: readonly Feature[] = [busMaster]

export function featureNamed(name: string): Feature | null {
  return features.find((feature) => feature.name === name) ?? null
}

/** The feature that owns a register, or one of the bits of it; null if the model does not cover it yet. */
export function featureOf(register: string, bitNames: readonly string[]): Feature | null {
  const owns = (feature: Feature) =>
    feature.registers.some(
      (owned) =>
        owned.register === register && (owned.bits.length === 0 || owned.bits.some((bit) => bitNames.includes(bit))),
    )
  return features.find(owns) ?? null
}

/** The scenario with that id (`bus-master/clear-endpoint`), or null. */
export function scenario(id: string): Scenario | null {
  return features.flatMap((feature) => feature.scenarios).find((one) => one.id === id) ?? null
}
