/**
 * Which lines of a text differ from an older one: Myers' greedy comparison of lines. It promises that equal texts
 * differ nowhere; in a rewrite of more than LIMIT lines the whole stretch counts as changed.
 */

/** 1-based, inclusive. */
export interface LineRange {
  readonly start: number
  readonly end: number
}

/** The trace of the search takes LIMIT² numbers: 4 MB at most. */
const LIMIT = 1000

/** Where lines were only taken away, the line on either side counts: it is what the removed guard stood on. */
export function lineChanges(before: string, after: string): readonly LineRange[] {
  if (before === after) return []
  const older = before.split(/\r?\n/)
  const newer = after.split(/\r?\n/)
  let head = 0
  while (head < older.length && head < newer.length && older[head] === newer[head]) head++
  let tail = 0
  const room = Math.min(older.length, newer.length) - head
  while (tail < room && older[older.length - 1 - tail] === newer[newer.length - 1 - tail]) tail++
  const kept = keptLines(older.slice(head, older.length - tail), newer.slice(head, newer.length - tail))
  return ranges(kept, head, newer.length)
}

/** Pairs (index in `older`, index in `newer`) of the lines that both have, ascending, closed by the pair of ends. */
function keptLines(older: readonly string[], newer: readonly string[]): readonly (readonly [number, number])[] {
  const ends = [older.length, newer.length] as const
  const trace = search(older, newer)
  if (trace === null) return [ends]
  const pairs: [number, number][] = []
  let [x, y] = ends
  for (let d = trace.length - 1; d > 0; d--) {
    const reach = trace[d - 1] as Int32Array
    const k = x - y
    const down = k === -d || (k !== d && at(reach, d - 1, k - 1) < at(reach, d - 1, k + 1))
    const fromK = down ? k + 1 : k - 1
    const fromX = at(reach, d - 1, fromK)
    const fromY = fromX - fromK
    const snake = down ? fromX : fromX + 1
    while (x > snake) pairs.push([--x, --y])
    x = fromX
    y = fromY
  }
  while (x > 0 && y > 0) pairs.push([--x, --y])
  return [...pairs.reverse(), ends]
}

/** The furthest x on each diagonal after d edits, for every d; null beyond LIMIT edits. */
function search(older: readonly string[], newer: readonly string[]): readonly Int32Array[] | null {
  const trace: Int32Array[] = []
  for (let d = 0; d <= LIMIT; d++) {
    const reach = new Int32Array(2 * d + 1).fill(-1)
    const last = trace[d - 1]
    for (let k = -d; k <= d; k += 2) {
      let x = 0
      if (last !== undefined) {
        const down = k === -d || (k !== d && at(last, d - 1, k - 1) < at(last, d - 1, k + 1))
        x = down ? at(last, d - 1, k + 1) : at(last, d - 1, k - 1) + 1
      }
      while (x < older.length && x - k < newer.length && older[x] === newer[x - k]) x++
      reach[k + d] = x
      if (x >= older.length && x - k >= newer.length) return [...trace, reach]
    }
    trace.push(reach)
  }
  return null
}

function at(reach: Int32Array, d: number, k: number): number {
  return reach[k + d] ?? -1
}

function ranges(kept: readonly (readonly [number, number])[], head: number, lines: number): readonly LineRange[] {
  const found: LineRange[] = []
  let x = 0
  let y = 0
  for (const [keptX, keptY] of kept) {
    if (keptY > y) found.push({ start: head + y + 1, end: head + keptY })
    else if (keptX > x) found.push({ start: Math.max(1, head + y), end: Math.min(lines, head + y + 1) })
    x = keptX + 1
    y = keptY + 1
  }
  return found
}
