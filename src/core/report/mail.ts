/**
 * Replies to the mails of a series, one for each patch with something to say, as an mbox of drafts: the hunk quoted, the
 * remark under the line that it is about. It has no date and no sender: who sends it says so. Nothing for a clean patch.
 */
import { countingPhase, pathOf } from '../rules/witnessText.js'
import type { Mail } from '../series/mail.js'
import type { Series } from '../series/series.js'
import type { PatchedFile, SeriesStates } from '../series/states.js'
import { decodeUtf8, encodeUtf8 } from '../text/lines.js'
import { terminalText } from '../text/terminal.js'
import type { Finding, Hop, Report, Site } from './schema.js'

const WIDTH = 72
/** Lines of a hunk that are quoted above a remark, and behind the last. */
const QUOTED_BEFORE = 8
const QUOTED_AFTER = 2

export interface MailInput {
  readonly report: Report
  readonly series: Series
  readonly states: SeriesStates
}

export function mailReport({ report, series, states }: MailInput): string {
  const sites = new Map(report.sites.map((site) => [site.id, site]))
  const told = report.findings.filter(({ state }) => state !== 'fixed')
  const ofWhole = told.filter(({ patch }) => patch === null)
  const [first] = series.patches
  const replies: string[] = []
  const whole = series.cover ?? first?.patch
  if (series.cover && ofWhole.length > 0)
    replies.push(draft(whole!.mail, [quotedText(whole!.message), ...ofWhole.map(remark)]))
  for (const [i, { patch, number }] of series.patches.entries()) {
    const own = told.filter((finding) => finding.patch === `${number}/${series.count}`)
    const all = !series.cover && i === 0 ? [...ofWhole, ...own] : own
    const body = new Reply(all, i + 1, states, sites).body(patch.message)
    if (body.length > 0) replies.push(draft(patch.mail, body))
  }
  return replies.join('\n')
}

/** What a patch is told: first of its message, then along its hunks, then of what lies elsewhere. */
class Reply {
  private readonly rest = new Set<Finding>()
  /** Writes whose path is told: once in a mail is enough. */
  private readonly shown = new Set<string>()

  constructor(
    private readonly findings: readonly Finding[],
    private readonly state: number,
    private readonly states: SeriesStates,
    private readonly sites: ReadonlyMap<string, Site>,
  ) {}

  body(message: string): readonly string[] {
    const ofMail = this.findings.filter(({ about }) => about === 'message')
    const introduced = this.findings.filter(({ about, state }) => about === undefined && state === 'introduced')
    for (const finding of introduced) this.rest.add(finding)
    const files = this.states.patches[this.state - 1]!.files.flatMap((file) => this.along(file, introduced))
    const left = this.findings.filter(({ state, severity }) => state === 'left' && severity !== 'info')
    return [
      ...(ofMail.length > 0 ? [quotedText(message), ...ofMail.map(remark)] : []),
      ...files,
      ...this.elsewhere('Not in a line of this patch, but by it:', [...this.rest]),
      ...this.elsewhere('Left open, though the patch guards other writes of the feature:', left),
    ]
  }

  private elsewhere(heading: string, findings: readonly Finding[]): readonly string[] {
    if (findings.length === 0) return []
    return [heading, ...findings.map((finding) => `${finding.file}:${finding.line}:\n${this.remarks([finding])}`)]
  }

  /** The hunks of a file that have a remark, each quoted to its last one. */
  private along({ path, hunks, diff }: PatchedFile, findings: readonly Finding[]): readonly string[] {
    const placed = findings.flatMap((finding) => {
      const at = this.states.lineBefore(finding.file, finding.line, this.states.count, this.state)
      return at && at.path === path ? [{ finding, line: at.line }] : []
    })
    const blocks = hunks.flatMap(({ hunk, line: start }) => {
      if (start === null) return []
      let line = start - 1
      const rows = hunk.lines.map(({ kind, text }) => {
        if (kind !== '-') line++
        const here = kind === '-' ? [] : placed.filter((one) => one.line === line).map(({ finding }) => finding)
        for (const finding of here) this.rest.delete(finding)
        return { text: quoted(`${kind}${text}`), remarks: here }
      })
      if (rows.every(({ remarks }) => remarks.length === 0)) return []
      const { oldStart, oldCount, newStart, newCount, section } = hunk
      const head = `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@${section === '' ? '' : ` ${section}`}`
      return [this.quotedHunk(quoted(head), rows)]
    })
    const [first, ...others] = blocks
    return first === undefined ? [] : [`${quoted(`diff --git a/${diff.from ?? path} b/${path}`)}\n${first}`, ...others]
  }

  /** Remarks on one line, then the paths that prove them. */
  private remarks(findings: readonly Finding[]): string {
    const sites = new Set(findings.flatMap(({ site }) => (site === null ? [] : (this.sites.get(site) ?? []))))
    const paths = [...sites].flatMap((site) => {
      if (this.shown.has(site.id)) return []
      this.shown.add(site.id)
      return pathText(site)
    })
    return [...findings.map(remark), ...paths].join('\n\n')
  }

  private quotedHunk(
    head: string,
    rows: readonly { readonly text: string; readonly remarks: readonly Finding[] }[],
  ): string {
    const marked = rows.flatMap(({ remarks }, i) => (remarks.length > 0 ? [i] : []))
    const isShown = (i: number): boolean => marked.some((at) => i > at - QUOTED_BEFORE && i <= at + QUOTED_AFTER)
    const lines = [head]
    for (const [i, { text, remarks }] of rows.entries()) {
      if (!isShown(i)) {
        if (i > 0 && isShown(i - 1) && marked.some((at) => at > i)) lines.push('[ ... ]')
        continue
      }
      lines.push(text, ...(remarks.length > 0 ? [`\n${this.remarks(remarks)}\n`] : []))
    }
    return lines.join('\n').trimEnd()
  }
}

function remark({ message, rule }: Finding): string {
  // A name of the code keeps its letters.
  const text = /^[a-z]+ /.test(message) ? message.charAt(0).toUpperCase() + message.slice(1) : message
  return wrapped(`${text}${/[.?!]"?$/.test(text) ? '' : '.'} [${rule}]`, '')
}

function pathText(site: Site): readonly string[] {
  const phase = countingPhase(site)
  const path = phase ? pathOf(site, phase) : []
  return path.length < 2 ? [] : [wrapped(`  ${phase}: ${path.map(hopText).join(' -> ')}`, '    ')]
}

function hopText({ function: name, edge, call }: Hop, i: number): string {
  const place = call ? ` (${i > 0 && edge !== 'direct' ? `${edge}, ` : ''}${call.file}:${call.line})` : ''
  return `${name}()${place}`
}

/** Lines of a message that are quoted: who wrote it knows the rest. */
const MOST_QUOTED = 12

function quotedText(message: string): string {
  const lines = message.split('\n')
  const more = lines.length > MOST_QUOTED ? ['[ ... ]'] : []
  return [...lines.slice(0, MOST_QUOTED).map(quoted), ...more].join('\n')
}

function quoted(line: string): string {
  const text = plain(decodeUtf8(line.replace(/\r?\n$/, '')))
  return text === '' ? '>' : `> ${text}`
}

/** Tabs stay; what a terminal would obey does not. */
function plain(text: string): string {
  return text.split('\t').map(terminalText).join('\t')
}

function wrapped(text: string, indent: string): string {
  const lines: string[] = []
  let line = /^ */.exec(text)![0]
  let isEmpty = true
  for (const word of plain(text)
    .split(/\s+/)
    .filter((one) => one !== '')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = indent
      isEmpty = true
    }
    line += isEmpty ? word : ` ${word}`
    isEmpty = false
  }
  return [...lines, line].join('\n')
}

/** A reply as a mail without a date or a sender, behind the separator that git writes too. */
function draft(to: Mail, body: readonly string[]): string {
  const id = to.messageId
  const references = [...new Set([...to.references, ...(id === null ? [] : [id])])].map((one) => `<${one}>`)
  const others = addresses(`${to.to}, ${to.cc}`).filter((one) => addressOf(one) !== addressOf(to.from))
  const headers = [
    header('To', to.from),
    ...(others.length === 0 ? [] : [header('Cc', others.join(', '))]),
    header('Subject', /^re:/i.test(to.subject) ? to.subject : `Re: ${to.subject}`),
    ...(id === null ? [] : [header('In-Reply-To', `<${id}>`)]),
    ...(references.length === 0 ? [] : [header('References', references.join(' '))]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  const who = to.from.replace(/\s*<[^>]*>\s*$/, '').replace(/^"(.*)"$/, '$1')
  const intro = wrapped(to.date === '' ? `${who} wrote:` : `On ${to.date}, ${who} wrote:`, '')
  const text = [intro, ...body].join('\n\n').replace(/^(>*From )/gm, '>$1')
  return `From liveupdate-review Mon Sep 17 00:00:00 2001\n${headers.join('\n')}\n\n${text}\n`
}

/** The entries of an address list, without those that are none. */
function addresses(list: string): readonly string[] {
  const entries = list.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []
  return entries.map((entry) => entry.trim()).filter((entry) => entry.includes('@'))
}

function addressOf(entry: string): string {
  return (/<([^<>]*)>/.exec(entry)?.[1] ?? entry).trim().toLowerCase()
}

function header(name: string, value: string): string {
  const text = value
    .replace(/\s+/g, ' ')
    .split(' ')
    .map((word) => (/[^\x20-\x7e]/.test(word) ? encodedWord(word) : word))
    .join(' ')
  return wrapped(`${name}: ${text}`, ' ')
}

/** RFC 2047, in the form that keeps letters readable. */
function encodedWord(word: string): string {
  const bytes = encodeUtf8(word)
  const text = bytes.replace(
    /[^A-Za-z0-9]/g,
    (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return `=?utf-8?q?${text}?=`
}
