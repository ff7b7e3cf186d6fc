/** Mails in any order to one series: the highest version, its patches in order, what is missing or left over named. */
import { type FileDiff, parseDiff } from './diff.js'
import { type Mail, parseMail } from './mail.js'
import { splitMbox } from './mbox.js'
import { type PatchMail, patchMail } from './patchMail.js'

export interface SeriesPatch {
  /** From 1; the place in the series. */
  readonly number: number
  readonly patch: PatchMail
  readonly files: readonly FileDiff[]
}

export interface Series {
  readonly title: string
  readonly version: number
  /** What the subjects say; the number of patches found if they say nothing. */
  readonly count: number
  readonly cover: PatchMail | null
  readonly patches: readonly SeriesPatch[]
  readonly replies: readonly Mail[]
  readonly baseCommit: string | null
  /** What was sorted out, for the reader: missing numbers, other versions, duplicates. */
  readonly notes: readonly string[]
}

/** `texts` are mboxes, mails or bare diffs, bytes as latin1. Null if no patch is among them. */
export function seriesOf(texts: readonly string[]): Series | null {
  const mails = texts.flatMap(splitMbox).map(mailOrDiff)
  const patches = mails.map(patchMail).filter((patch) => patch !== null)
  const replies = mails.filter((mail) => patchMail(mail) === null)
  const carrying = patches.filter(({ diff }) => diff !== '')
  if (carrying.length === 0) return null
  const version = Math.max(...carrying.map(({ subject }) => subject.version))
  const notes: string[] = []
  const others = new Set(
    carrying.filter(({ subject }) => subject.version < version).map(({ subject }) => subject.version),
  )
  if (others.size > 0)
    notes.push(
      `version ${version} is reviewed; ${[...others]
        .sort((a, b) => a - b)
        .map((v) => `v${v}`)
        .join(', ')} left out`,
    )
  const ofVersion = patches.filter(({ subject }) => subject.version === version)
  const cover =
    ofVersion.find(({ subject, diff }) => subject.number === 0 || (diff === '' && subject.count !== null)) ?? null
  const numbered = inOrder(
    ofVersion.filter((patch) => patch.diff !== '' && patch !== cover),
    notes,
  )
  const count = Math.max(...numbered.map(({ patch, number }) => patch.subject.count ?? number))
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter(
    (n) => !numbered.some(({ number }) => number === n),
  )
  // One patch alone is meant to be alone: b4 checks them one by one.
  if (missing.length > 0 && numbered.length > 1)
    notes.push(`missing: ${missing.map((n) => `${n}/${count}`).join(', ')}`)
  const all = [...(cover ? [cover] : []), ...numbered.map(({ patch }) => patch)]
  return {
    title: (cover ?? numbered[0]!.patch).subject.title,
    version,
    count,
    cover,
    patches: numbered,
    replies,
    baseCommit: all.map(({ baseCommit }) => baseCommit).find((commit) => commit !== null) ?? null,
    notes,
  }
}

/** A file that is no mail but a diff is a patch without a message. */
function mailOrDiff(text: string): Mail {
  const mail = parseMail(text)
  if (mail.subject !== '') return mail
  return { ...mail, subject: '[PATCH]', body: text.replace(/\r\n/g, '\n') }
}

function inOrder(patches: readonly PatchMail[], notes: string[]): readonly SeriesPatch[] {
  const found = new Map<number, PatchMail>()
  let next = 1
  for (const patch of patches) {
    const number = patch.subject.number ?? next
    next = Math.max(next, number + 1)
    const known = found.get(number)
    if (known && known.diff !== patch.diff) notes.push(`patch ${number} is there twice; the later one is taken`)
    found.set(number, patch)
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([number, patch]) => ({ number, patch, files: parseDiff(patch.diff) }))
}
