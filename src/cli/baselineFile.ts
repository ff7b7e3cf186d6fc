/** `--baseline` and `--update-baseline`: the file on disk. */
import { readFileSync } from 'node:fs'
import { againstBaseline, type BaselineScope, readBaseline, updatedBaseline } from '../core/report/baseline.js'
import type { BaselineEntry, Report } from '../core/report/schema.js'
import { UserError } from '../node/userError.js'
import { writeWhole } from './outputFile.js'

export interface BaselineOptions {
  readonly baseline: string | null
  readonly updatesBaseline: boolean
}

/** Read before the tree is: a wrong name is told at once. Null without a baseline. */
export function loadBaseline({ baseline, updatesBaseline }: BaselineOptions): readonly BaselineEntry[] | null {
  if (baseline === null) return null
  let text: string
  try {
    text = readFileSync(baseline, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && updatesBaseline) return []
    const hint = code === 'ENOENT' ? 'write it first with --update-baseline' : 'name a readable file'
    throw new UserError(`cannot read the baseline ${baseline}: ${code}`, hint)
  }
  const entries = readBaseline(text)
  if ('problem' in entries)
    throw new UserError(
      `cannot use the baseline ${baseline}: ${entries.problem}`,
      'remove it and use --update-baseline',
    )
  return entries
}

/** The report against the baseline, written anew first if that is asked for; `note` hears what was changed. */
export function withBaseline(
  report: Report,
  before: readonly BaselineEntry[] | null,
  { baseline, updatesBaseline }: BaselineOptions,
  scope: BaselineScope,
  note: (line: string) => void,
): Report {
  if (before === null || baseline === null) return report
  if (!updatesBaseline) return againstBaseline(report, before, scope)
  const { text, added, pruned, total } = updatedBaseline(report, before, scope)
  writeWhole(baseline, text)
  note(`${baseline}: ${added} added, ${pruned} pruned, ${total} in all`)
  const after = readBaseline(text)
  return 'problem' in after ? report : againstBaseline(report, after, scope)
}
