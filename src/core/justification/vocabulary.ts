/** The words of the features that a write belongs to, from their files. */
import type { Feature } from '../device/features/defineFeature.js'
import { features } from '../device/features/index.js'
import type { Vocabulary } from './judge.js'

const vocabularies: ReadonlyMap<string, Vocabulary> = new Map(
  features.map((feature) => [feature.name, vocabularyOf(feature)]),
)

/** Registers and bits name a feature as well as words do. */
function vocabularyOf({ reasons, registers }: Feature): Vocabulary {
  const names = registers.flatMap(({ register, bits }) => (bits.length > 0 ? bits : [register]))
  return { words: [...reasons.words, ...names], harms: reasons.harms }
}

/** `own` of all the features together; `others` of every other. What belongs to no known feature may be any of them. */
export function wordsOf(names: readonly string[]): {
  readonly own: Vocabulary
  readonly others: readonly Vocabulary[]
} {
  const known = names.flatMap((name) => vocabularies.get(name) ?? [])
  const own = known.length > 0 ? known : [...vocabularies.values()]
  const others =
    known.length > 0 ? [...vocabularies].flatMap(([name, words]) => (names.includes(name) ? [] : [words])) : []
  return { own: { words: own.flatMap(({ words }) => words), harms: own.flatMap(({ harms }) => harms) }, others }
}
