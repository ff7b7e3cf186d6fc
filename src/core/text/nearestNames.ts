/** Up to `most` of the names that a mistyped one may have meant, nearest first; case does not count. */
export function nearestNames(name: string, known: readonly string[], most = 3): readonly string[] {
  const wanted = name.toLowerCase().slice(0, 100)
  const limit = Math.max(2, Math.ceil(wanted.length / 3))
  return known
    .map((one) => ({ one, away: awayFrom(wanted, one.toLowerCase()) }))
    .filter(({ one, away }) => away <= limit || (wanted.length > 2 && one.toLowerCase().includes(wanted)))
    .sort((a, b) => a.away - b.away || (a.one < b.one ? -1 : 1))
    .slice(0, most)
    .map(({ one }) => one)
}

/** The `most` names that are most like a mistyped one, nearest first, however far they are. */
export function closestNames(name: string, known: readonly string[], most = 3): readonly string[] {
  const wanted = name.toLowerCase().slice(0, 80)
  return [...new Set(known)]
    .map((one) => ({ one, away: distance(wanted, one.toLowerCase()) }))
    .sort((a, b) => a.away - b.away || (a.one < b.one ? -1 : 1))
    .slice(0, most)
    .map(({ one }) => one)
}

/** To the whole name or, a little further, to its beginning: `ungarded` means UNGUARDED_WRITE. */
function awayFrom(wanted: string, name: string): number {
  const beginnings = wanted.length < 4 ? [] : [-1, 0, 1].map((more) => name.slice(0, wanted.length + more))
  return Math.min(distance(wanted, name), ...beginnings.map((one) => distance(wanted, one) + 0.5))
}

/** Insertions, deletions and replacements (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
