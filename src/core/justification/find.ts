/**
 * Where the reason for a guard can stand: at the guard, at the write, in the kernel-doc of the function, in the
 * documentation of the guard's own helper, in the commit message of the patch that adds it. The first that gives a
 * reason is taken; if none does, the comment that tries.
 */
import type { Site } from '../report/schema.js'
import { type Comment, commentsOf, startsLine } from './comments.js'
import { judge, type Vocabulary } from './judge.js'

export type Justification = Site['justification']

/** A guard and the write under it, as offsets of one text. */
export interface GuardedPlace {
  readonly text: string
  /** The function's definition. */
  readonly start: number
  readonly end: number
  /** Where the guard's condition stands. */
  readonly guard: number
  /** The call that writes; null if the guard stands in a caller. */
  readonly write: { readonly start: number; readonly end: number } | null
}

export interface Reasons {
  /** What is written, by the features of its fields. */
  readonly own: Vocabulary
  readonly others: readonly Vocabulary[]
  /** Kernel-doc and DOC: blocks that document the helpers which the guard calls. */
  readonly helperDocs: readonly string[]
  /** Of the patch that adds the guard. */
  readonly commit: string | null
}

interface Candidate {
  readonly where: NonNullable<Justification['where']>
  readonly says: string
}

export function justificationOf(place: GuardedPlace, reasons: Reasons): Justification {
  const judged = candidates(place, reasons).map((candidate) => ({
    ...candidate,
    ...judge(candidate.says, reasons.own, reasons.others),
  }))
  // Documentation that gives no reason here has others to give: only a comment at the guard can be an empty one.
  const best = judged.find((one) => one.given) ?? judged.find((one) => one.where === 'comment')
  if (!best) return { status: 'missing', where: null, reason: null }
  return { status: best.given ? 'given' : 'vacuous', where: best.where, reason: best.reason }
}

function candidates(place: GuardedPlace, { helperDocs, commit }: Reasons): readonly Candidate[] {
  const comments = commentsOf(place.text.slice(place.start, place.end)).map((comment) => moved(comment, place.start))
  const doc = docBefore(place.text, place.start)
  return [
    ...comments.filter((comment) => isAtGuard(comment, place)).map((comment) => candidate('comment', comment.says)),
    ...comments
      .filter((comment) => !isAtGuard(comment, place) && isAtWrite(comment, place))
      .flatMap((comment) => (ofLiveUpdate(comment.says) ? [candidate('comment', comment.says)] : [])),
    ...(doc === null ? [] : paragraphs(doc).filter(ofLiveUpdate)).map((says) => candidate('kernel-doc', says)),
    ...helperDocs.flatMap(paragraphs).map((says) => candidate('kernel-doc', says)),
    ...(commit === null ? [] : paragraphs(commit)).map((says) => candidate('commit', says)),
  ]
}

function candidate(where: Candidate['where'], says: string): Candidate {
  return { where, says }
}

function moved(comment: Comment, by: number): Comment {
  return { ...comment, start: comment.start + by, end: comment.end + by }
}

/** Above the statement that holds the condition, behind it in its line, or first under it. */
function isAtGuard(comment: Comment, { text, guard }: GuardedPlace): boolean {
  if (comment.end <= guard) {
    const between = text.slice(comment.end, guard)
    return (
      startsLine(text, comment.start) && (isOneStatement(between) || (isCall(between) && ofLiveUpdate(comment.says)))
    )
  }
  const between = text.slice(guard, comment.start)
  return !/[;}]/.test(between) || isTrailing(text, guard, comment)
}

function isAtWrite(comment: Comment, { text, write }: GuardedPlace): boolean {
  if (!write) return false
  if (comment.end <= write.start)
    return isOneStatement(text.slice(comment.end, write.start)) && startsLine(text, comment.start)
  return comment.start >= write.end && isTrailing(text, write.end, comment)
}

function isTrailing(text: string, at: number, comment: Comment): boolean {
  return comment.start >= at && !text.slice(at, comment.start).includes('\n')
}

/** Nothing ends and nothing opens between two places, nor does an empty line part them. */
function isOneStatement(between: string): boolean {
  return !/[;{}]|\n[ \t]*\n/.test(between)
}

/** One call in between, of live update itself, as that which settles what the guard asks: the comment heads both. */
function isCall(between: string): boolean {
  return (
    /^\s*\w*live_?update\w*\([^;{}]*\);\s*(?:\w+\s*\([^;{}]*)?$/.test(between) &&
    isOneStatement(between.replace(';', ''))
  )
}

const LIVE_UPDATE =
  /live[ -]?update|luo\b|preserv|handed over|hand-over|handover|kexec|adopt|inherit|in use|in[ -]flight|on-?going|outstanding|running|previous kernel|old kernel|next kernel/i

function ofLiveUpdate(says: string): boolean {
  return LIVE_UPDATE.test(says)
}

/** The kernel-doc right above a function; null if there is none. */
export function docBefore(text: string, start: number): string | null {
  const above = text.slice(Math.max(0, start - LONGEST_DOC), start).trimEnd()
  if (!above.endsWith('*/')) return null
  const opening = above.lastIndexOf('/**')
  if (opening < 0 || above.indexOf('*/', opening) !== above.length - 2) return null
  return commentsOf(above.slice(opening))[0]?.says ?? null
}

const LONGEST_DOC = 20_000

/** `DOC:` blocks of a file. */
export function docBlocks(text: string): readonly string[] {
  if (!text.includes('DOC:')) return []
  return commentsOf(text).flatMap((comment) => (comment.isDoc && /^DOC:/.test(comment.says) ? [comment.says] : []))
}

function paragraphs(text: string): readonly string[] {
  return text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
}
