/** One mail: its headers and the text it carries. Input and bodies are bytes, one character each (latin1). */
import { decodeTransfer, decodeWords, toUtf8, unflowed } from './transfer.js'

export interface Mail {
  readonly subject: string
  readonly from: string
  /** As the header says it; '' if there is none. */
  readonly date: string
  /** Without the angle brackets; null if the mail has none. */
  readonly messageId: string | null
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly to: string
  readonly cc: string
  /** UTF-8, one character a byte; line ends are \n. Attached patches follow the text. */
  readonly body: string
}

type Headers = ReadonlyMap<string, string>

export function parseMail(raw: string): Mail {
  const { headers, body } = splitHeaders(raw.replace(/\r\n/g, '\n'))
  const text = (name: string): string => decodeWords(headers.get(name) ?? '')
  const ids = (name: string): readonly string[] =>
    [...(headers.get(name) ?? '').matchAll(/<([^<>\s]+)>/g)].map((m) => m[1]!)
  return {
    subject: text('subject'),
    from: text('from'),
    date: text('date'),
    messageId: ids('message-id')[0] ?? null,
    inReplyTo: ids('in-reply-to')[0] ?? null,
    references: ids('references'),
    to: text('to'),
    cc: text('cc'),
    body: bodyText(headers, body, 0),
  }
}

function splitHeaders(raw: string): { readonly headers: Headers; readonly body: string } {
  const start = raw.startsWith('From ') ? raw.indexOf('\n') + 1 : 0
  const blank = raw.startsWith('\n', start) ? start - 1 : raw.indexOf('\n\n', start)
  const head = blank < 0 ? raw.slice(start) : raw.slice(start, blank)
  const headers = new Map<string, string>()
  for (const line of head.replace(/\n[ \t]+/g, ' ').split('\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return { headers, body: blank < 0 ? '' : raw.slice(blank + 2) }
}

/** Mails in mails are read no deeper than this. */
const DEEPEST = 8

function bodyText(headers: Headers, body: string, depth: number): string {
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = parameter(type, 'boundary')
  if (/^\s*multipart\//i.test(type) && boundary !== null && depth < DEEPEST)
    return partsOf(body, boundary)
      .map((part) => splitHeaders(part))
      .filter((part) => isText(part.headers))
      .map((part) => bodyText(part.headers, part.body, depth + 1))
      .join('\n')
  const bytes = decodeTransfer(body, headers.get('content-transfer-encoding') ?? '').replace(/\r\n/g, '\n')
  const text = toUtf8(bytes, parameter(type, 'charset') ?? '')
  const isFlowed = parameter(type, 'format')?.toLowerCase() === 'flowed'
  return isFlowed ? unflowed(text, parameter(type, 'delsp')?.toLowerCase() === 'yes') : text
}

/** Plain text and attached patches; HTML and signatures are left out. */
function isText(headers: Headers): boolean {
  const type = (headers.get('content-type') ?? 'text/plain').trim().toLowerCase()
  return /^(?:multipart\/|text\/(?!html)|application\/(?:octet-stream|x-patch|x-diff|mbox))/.test(type)
}

function partsOf(body: string, boundary: string): readonly string[] {
  const parts = `\n${body}`.split(`\n--${boundary}`)
  const last = parts.findIndex((part, i) => i > 0 && part.startsWith('--'))
  return parts.slice(1, last < 0 ? undefined : last).map((part) => part.slice(part.indexOf('\n') + 1))
}

function parameter(type: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(type)
  return found ? (found[1] ?? found[2] ?? '') : null
}
