/** The names most like a misspelt one, the nearest first. */
export function nearestNames(name: string, known: readonly string[], most = 3): readonly string[] {
  const wanted = name.toUpperCase()
  return [...new Set(known)]
    .map((one) => ({ one, distance: editDistance(wanted, one.toUpperCase()) }))
    .sort((a, b) => a.distance - b.distance || (a.one < b.one ? -1 : 1))
    .slice(0, most)
    .map(({ one }) => one)
}

/** Insertions, deletions and replacements that lead from one text to the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= Math.min(a.length, LONGEST); i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

const LONGEST = 80
