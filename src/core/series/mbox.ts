/** An mbox to its mails, in either way of quoting `From ` lines (mboxo, mboxrd). */

/** What stands behind `From `: an address and a date as ctime prints it, or git's own form with a commit's id. */
const SEPARATOR = /^From \S+(?:@\S*)?\s.*\d{4}\s*$|^From [0-9a-f]{40} /

/** Raw mails in order. Text that does not begin with a separator is one mail. */
export function splitMbox(text: string): readonly string[] {
  const lines = text.split('\n')
  if (!SEPARATOR.test(lines[0]!.trimEnd())) return text.trim() === '' ? [] : [text]
  const mails: string[][] = []
  for (const [i, line] of lines.entries()) {
    const begins = SEPARATOR.test(line.trimEnd()) && (i === 0 || isBlank(lines[i - 1]!)) && isHeader(lines[i + 1])
    if (begins) mails.push([])
    mails.at(-1)?.push(line)
  }
  return mails.map((mail) => unquoted(mail).join('\n'))
}

function isBlank(line: string): boolean {
  return line.trim() === ''
}

/** A separator stands above headers; a line of a body that looks like one does not. */
function isHeader(line: string | undefined): boolean {
  return line !== undefined && /^[!-9;-~]+:/.test(line)
}

/**
 * Takes one `>` from `>From ` lines behind the headers, which both ways of quoting add; in mboxrd from `>>From ` too.
 * A body with `>>From ` is mboxrd: mboxo never writes that of its own.
 */
function unquoted(lines: readonly string[]): readonly string[] {
  const head = lines.findIndex(isBlank)
  return lines.map((line, i) => (head >= 0 && i > head && /^>+From /.test(line) ? line.slice(1) : line))
}
