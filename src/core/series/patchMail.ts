/** What a mail of a series says of itself: subject tags, commit message, notes, trailers, diff. */
import { decodeUtf8 } from '../text/lines.js'
import { diffStart } from './diff.js'
import type { Mail } from './mail.js'

export interface PatchSubject {
  /** What stands behind the tags. */
  readonly title: string
  /** 1 if the subject does not say. */
  readonly version: number
  /** `07/11` is 7 of 11; both null for a patch alone. 0 is the cover letter. */
  readonly number: number | null
  readonly count: number | null
  readonly isRfc: boolean
  readonly isResend: boolean
}

export interface PatchMail {
  readonly mail: Mail
  readonly subject: PatchSubject
  /** The commit message, subject and trailers left out; UTF-16. */
  readonly message: string
  /** Trailers in order: `Signed-off-by: ...`. */
  readonly trailers: readonly string[]
  /** Between `---` and the diff: notes that are not committed. */
  readonly notes: string
  /** Bytes, one character each; '' for a cover letter. */
  readonly diff: string
  readonly baseCommit: string | null
  readonly prerequisites: readonly string[]
  /** Who the patch is from: a `From:` line in the body counts for more than the header. */
  readonly author: string
}

/** Null for a subject without a `[PATCH ...]` tag, and for replies. */
export function patchSubject(subject: string): PatchSubject | null {
  const plain = subject.replace(/\s+/g, ' ').trim()
  if (/^(?:re|aw|fwd?)\s*:/i.test(plain)) return null
  const tags: string[] = []
  let rest = plain
  for (let m = /^\[([^\]]*)\]\s*/.exec(rest); m; m = /^\[([^\]]*)\]\s*/.exec(rest)) {
    tags.push(m[1]!)
    rest = rest.slice(m[0].length)
  }
  const words = tags.join(' ').split(/[\s,]+/)
  if (!words.some((word) => /^(?:rfc-?)?patch(?:v\d+)?$/i.test(word) || /^patch\b/i.test(word))) return null
  const part = words.map((word) => /^(\d+)\/(\d+)$/.exec(word)).find((found) => found !== null)
  const version = words
    .map((word) => /^(?:\w*patch)?v(\d+)(?:\.\d+)?$/i.exec(word)?.[1])
    .find((found) => found !== undefined)
  return {
    title: rest,
    version: version === undefined ? 1 : Number(version),
    number: part ? Number(part[1]) : null,
    count: part ? Number(part[2]) : null,
    isRfc: words.some((word) => /^rfc/i.test(word)),
    isResend: words.some((word) => /^(?:resend|repost)$/i.test(word)),
  }
}

const TRAILER = /^[A-Z][A-Za-z]*(?:-[A-Za-z]+)*: \S|^\(cherry picked from /

/** The parts of a patch; null if the mail is none (a reply, another mail of the thread). */
export function patchMail(mail: Mail): PatchMail | null {
  const subject = patchSubject(mail.subject)
  if (!subject) return null
  const { body } = mail
  const at = diffStart(body)
  const head = decodeUtf8(at < 0 ? body : body.slice(0, at))
  const diff = at < 0 ? '' : body.slice(at)
  const cut = head.search(/^---[ \t]*$/m)
  const written = cut < 0 || subject.number === 0 ? head : head.slice(0, cut)
  const notes = cut < 0 || subject.number === 0 ? '' : head.slice(cut).replace(/^---[ \t]*\n?/, '')
  const { author, text } = inBodyFrom(written, mail.from)
  const { message, trailers } = withoutTrailers(text)
  return {
    mail,
    subject,
    message,
    trailers,
    notes,
    diff,
    baseCommit: /^base-commit:\s*([0-9a-f]{7,40})\s*$/m.exec(body)?.[1] ?? null,
    prerequisites: [...body.matchAll(/^prerequisite-patch-id:\s*([0-9a-f]{7,40})\s*$/gm)].map((m) => m[1]!),
    author,
  }
}

function inBodyFrom(text: string, from: string): { readonly author: string; readonly text: string } {
  const found = /^\s*From:[ \t]*([^\n]+)\n+/.exec(text)
  return found ? { author: found[1]!.trim(), text: text.slice(found[0].length) } : { author: from, text }
}

/** Trailers are the last paragraph, if all of it are; a message that is nothing else has no text. */
function withoutTrailers(text: string): { readonly message: string; readonly trailers: readonly string[] } {
  const paragraphs = text.trim().split(/\n[ \t]*\n/)
  const last = (paragraphs.at(-1) ?? '').split('\n')
  if (!last.some((line) => TRAILER.test(line)) || !last.every((line) => TRAILER.test(line) || /^(?:\[|\s)/.test(line)))
    return { message: text.trim(), trailers: [] }
  return { message: paragraphs.slice(0, -1).join('\n\n').trim(), trailers: last.filter((line) => TRAILER.test(line)) }
}
