/**
 * Findings of one state of a tree against those of another: which are the same, though lines have moved. The same line
 * is the same finding; a line that was written anew has its finding's key to go by.
 */
import type { Finding } from '../report/schema.js'
import type { EarlierLine } from './states.js'

/** Where a line stood in the state before; null for one that is new. */
export type LineBefore = (path: string, line: number) => EarlierLine | null

/** For each finding of `after` the one of `before` that it is, by index; -1 for a new one. */
export function matched(
  before: readonly Finding[],
  after: readonly Finding[],
  lineBefore: LineBefore,
): readonly number[] {
  const found = new Array<number>(after.length).fill(-1)
  const open = new Set(before.keys())
  const pair = (keyOfBefore: (finding: Finding) => string, keyOfAfter: (finding: Finding) => string | null): void => {
    const byKey = new Map<string, number[]>()
    for (const i of open) {
      const key = keyOfBefore(before[i]!)
      byKey.set(key, [...(byKey.get(key) ?? []), i])
    }
    for (const [i, finding] of after.entries()) {
      if (found[i] !== -1) continue
      const key = keyOfAfter(finding)
      const first = key === null ? undefined : byKey.get(key)?.shift()
      if (first === undefined) continue
      found[i] = first
      open.delete(first)
    }
  }
  const place = ({ rule, file, line }: Pick<Finding, 'rule' | 'file' | 'line'>): string => `${rule} ${file}:${line}`
  const placeBefore = (finding: Finding): string | null => {
    const at = lineBefore(finding.file, finding.line)
    return at && place({ rule: finding.rule, file: at.path, line: at.line })
  }
  pair(
    (finding) => `${place(finding)} ${finding.key}`,
    (finding) => {
      const at = placeBefore(finding)
      return at && `${at} ${finding.key}`
    },
  )
  pair(place, placeBefore)
  pair(
    ({ key }) => key,
    ({ key }) => key,
  )
  return found
}

/** A finding from the state that brought it to the last that has it. */
export interface Life {
  readonly born: number
  readonly last: number
  /** As the last state has it. */
  readonly finding: Finding
}

/** `findings[k]` are those of state k, `lineBefore(k)` leads from its lines to those of state k - 1. */
export function livesOf(
  findings: readonly (readonly Finding[])[],
  lineBefore: (state: number) => LineBefore,
): readonly Life[] {
  const ended: Life[] = []
  let running: readonly Life[] = []
  for (const [state, now] of findings.entries()) {
    const before = running.map(({ finding }) => finding)
    const pairs = state === 0 ? now.map(() => -1) : matched(before, now, lineBefore(state))
    const goesOn = new Set(pairs)
    ended.push(...running.filter((_, i) => !goesOn.has(i)))
    running = now.map((finding, i) => ({
      born: pairs[i] === -1 ? state : running[pairs[i]!]!.born,
      last: state,
      finding,
    }))
  }
  return [...ended, ...running]
}
