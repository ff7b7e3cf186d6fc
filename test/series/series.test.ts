import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyHunks } from '../../src/core/series/apply.js'
import { parseDiff } from '../../src/core/series/diff.js'
import { parseMail } from '../../src/core/series/mail.js'
import { splitMbox } from '../../src/core/series/mbox.js'
import { patchMail, patchSubject } from '../../src/core/series/patchMail.js'
import { seriesOf } from '../../src/core/series/series.js'
import { SeriesStates } from '../../src/core/series/states.js'

const DIFF = `diff --git a/f.c b/f.c
index 1..2 100644
--- a/f.c
+++ b/f.c
@@ -1,2 +1,2 @@ int f(void)
-old
+new
 same
`

function mail(subject: string, body: string, headers = ''): string {
  return `From: A Author <a@example.org>\nSubject: ${subject}\nMessage-Id: <${subject.replace(/\W/g, '')}@x>\n${headers}\n${body}`
}

describe('subject tags', () => {
  test.each([
    ['[PATCH] a: b', { version: 1, number: null, count: null, title: 'a: b' }],
    ['[PATCH RFC v3 07/11] a: b', { version: 3, number: 7, count: 11, isRfc: true }],
    ['[RFC PATCH 00/25] a', { version: 1, number: 0, count: 25, isRfc: true }],
    ['[RFC][PATCH v2 1/2] a', { version: 2, number: 1, count: 2, isRfc: true }],
    ['[PATCHv4 2/3] a', { version: 4, number: 2, count: 3 }],
    ['[PATCH net-next,v2,1/4] a', { version: 2, number: 1, count: 4 }],
    ['[PATCH RESEND v2 1/1] a', { version: 2, number: 1, count: 1, isResend: true }],
    ['[RFC-PATCH 1/2] a', { number: 1, count: 2, isRfc: true }],
    ['[RFC v5 3/4] a', null],
    ['Re: [PATCH v2 1/2] a', null],
    ['a plain mail', null],
  ])('%s', (subject, expected) => {
    if (expected === null) expect(patchSubject(subject)).toBeNull()
    else expect(patchSubject(subject)).toMatchObject(expected)
  })
})

describe('a mail is read', () => {
  test('quoted-printable, in UTF-8', () => {
    const body = `caf=C3=A9 =\nends here.\n\n${DIFF.replace('+new', '+new=3D1')}`
    const { message, diff } = patchMail(
      parseMail(mail('[PATCH] =?utf-8?q?caf=C3=A9?=', body, 'Content-Transfer-Encoding: quoted-printable\n')),
    )!
    expect(message).toBe('café ends here.')
    expect(diff).toContain('+new=1\n')
  })

  test('base64', () => {
    const body = Buffer.from(`text\n---\n${DIFF}`)
      .toString('base64')
      .replace(/(.{60})/g, '$1\n')
    expect(patchMail(parseMail(mail('[PATCH] a', body, 'Content-Transfer-Encoding: base64\n')))!.diff).toBe(DIFF)
  })

  test('with CRLF line ends', () => {
    expect(patchMail(parseMail(mail('[PATCH] a', `text\n---\n${DIFF}`).replace(/\n/g, '\r\n')))!.diff).toBe(DIFF)
  })

  test('in latin1', () => {
    const header = 'Content-Type: text/plain; charset=iso-8859-1\n'
    expect(patchMail(parseMail(mail('[PATCH] a', `caf\xe9\n---\n${DIFF}`, header)))!.message).toBe('café')
  })

  test('in format=flowed', () => {
    const header = 'Content-Type: text/plain; format=flowed\n'
    const body = `one long \nline\n\n${DIFF.replace(/^ /gm, '  ')}`
    const { message, diff } = patchMail(parseMail(mail('[PATCH] a', body, header)))!
    expect({ message, diff }).toEqual({ message: 'one long line', diff: DIFF })
  })

  test('with the patch attached', () => {
    const header = 'Content-Type: multipart/mixed; boundary="B"\n'
    const body = `--B\nContent-Type: text/plain\n\ntext\n--B\nContent-Type: text/html\n\n<p>no</p>\n--B\nContent-Type: text/x-patch\n\n${DIFF}\n--B--\n`
    const { message, diff } = patchMail(parseMail(mail('[PATCH] a', body, header)))!
    expect(message).toBe('text')
    expect(parseDiff(diff)).toHaveLength(1)
  })

  test('message, trailers and notes apart', () => {
    const body = `Why.\n\nMore.\n\nFixes: 123 ("x")\nSigned-off-by: A <a@x>\n---\nnotes\n f.c | 2 +-\n\n${DIFF}-- \n2.50\n\nbase-commit: 0123456789012345678901234567890123456789\n`
    expect(patchMail(parseMail(mail('[PATCH] a', body)))).toMatchObject({
      message: 'Why.\n\nMore.',
      trailers: ['Fixes: 123 ("x")', 'Signed-off-by: A <a@x>'],
      notes: 'notes\n f.c | 2 +-\n\n',
      baseCommit: '0123456789012345678901234567890123456789',
    })
  })
})

describe('a diff is read by its counts', () => {
  test('a signature behind it is no deleted line, a line that looks like a header is one', () => {
    const text = `--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,2 @@\n a\n--- b/f.c\n c\n-- \n2.50\n`
    expect(parseDiff(text)[0]!.hunks[0]!.lines.map(({ kind, text: t }) => kind + t)).toEqual([
      ' a\n',
      '--- b/f.c\n',
      ' c\n',
    ])
  })

  test('a diff in a commit message is found to be one only where it has hunks', () => {
    expect(parseDiff('--- a note\n+++ another\nno hunk\n')).toEqual([])
  })

  test('new, deleted, renamed and binary files', () => {
    const text = [
      'diff --git a/new.c b/new.c\nnew file mode 100644\n--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+x\n',
      'diff --git a/old.c b/old.c\ndeleted file mode 100644\n--- a/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n',
      'diff --git a/a.c b/b.c\nsimilarity index 100%\nrename from a.c\nrename to b.c\n',
      'diff --git a/i.png b/i.png\nGIT binary patch\nliteral 3\nabc\n\nliteral 0\nabc\n\n',
      'diff --git a/m.sh b/m.sh\nold mode 100644\nnew mode 100755\n',
    ].join('')
    expect(parseDiff(text)).toMatchObject([
      { from: null, to: 'new.c' },
      { from: 'old.c', to: null },
      { from: 'a.c', to: 'b.c', isRename: true, hunks: [] },
      { from: 'i.png', isBinary: true },
      { from: 'm.sh', to: 'm.sh', newMode: '100755' },
    ])
  })

  test('without a/ and b/, and with quoted names', () => {
    expect(parseDiff('--- f.c\t2025-01-01\n+++ f.c\n@@ -1 +1 @@\n-a\n+b\n')).toMatchObject([{ from: 'f.c', to: 'f.c' }])
    expect(parseDiff('--- "a/f\\303\\251.c"\n+++ "b/f\\303\\251.c"\n@@ -1 +1 @@\n-a\n+b\n')[0]!.to).toBe('f\xc3\xa9.c')
  })

  test.each(['../../etc/passwd', '/etc/passwd', 'a/../../x', '"a/x\\ny.c"', '.git/config'])('%s is refused', (name) => {
    expect(parseDiff(`--- ${name}\n+++ ${name}\n@@ -1 +1 @@\n-a\n+b\n`)[0]!.problem).toMatch(/file name/)
  })

  test('a hunk that is cut off is said to be', () => {
    expect(parseDiff('--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n')[0]!.problem).toMatch(/hunk 1 has fewer lines/)
  })
})

describe('an mbox', () => {
  const one = mail('[PATCH 1/2] a', `text\n>From here on\n---\n${DIFF}`)
  const two = mail('[PATCH 2/2] b', `text\n---\n${DIFF}`)

  test('is split at its separators', () => {
    const text = `From a@x Mon Jul 28 01:24:30 2025\n${one}\nFrom a@x Mon Jul 28 01:24:31 2025\n${two}`
    expect(splitMbox(text)).toHaveLength(2)
    expect(splitMbox(text)[0]).toContain('\nFrom here on\n')
  })

  test('makes a series in order, with what is missing named', () => {
    const three = mail('[PATCH 3/3] c', `text\n---\n${DIFF}`)
    const cover = mail('[PATCH 0/3] title', 'cover')
    const series = seriesOf([three, two.replace('2/2', '2/3'), mail('Re: [PATCH 1/3] a', 'no'), cover])!
    expect(series).toMatchObject({ title: 'title', count: 3, notes: ['missing: 1/3'] })
    expect(series.replies).toHaveLength(1)
  })

  test('of several versions gives the highest', () => {
    const series = seriesOf([one, two, mail('[PATCH v2] c', `text\n---\n${DIFF}`)])!
    expect(series).toMatchObject({ version: 2, count: 1, notes: ['version 2 is reviewed; v1 left out'] })
  })
})

test('whatever text comes, a series ends in states and nothing is thrown', () => {
  const whole = [
    mail('[PATCH 1/2] a', `text\n---\n${DIFF}`),
    mail(
      '[PATCH 2/2] b',
      `text\n---\n${DIFF}`,
      'Content-Type: multipart/mixed; boundary=B\nContent-Transfer-Encoding: base64\n',
    ),
    DIFF,
  ].join('\nFrom a@x Mon Jul 28 01:24:30 2025\n')
  const bits = [
    '@@ -1,999999999999 +1 @@',
    '@@ -999999999999 +1 @@',
    '--- ',
    '+++ b/f.c',
    '=?utf-8?q?=FF',
    '-- ',
    'rename from f.c',
    '\\ No newline',
    '>From ',
    '\0',
  ]
  const edit = fc.tuple(
    fc.nat(whole.length),
    fc.nat(40),
    fc.constantFrom('', ...bits, ...bits.map((bit) => `\n${bit}\n`)),
  )
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const text = edits.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), whole)
      const series = seriesOf([text])
      if (!series) return
      const states = new SeriesStates((path) => (path === 'f.c' ? 'old\nsame\n' : null), series.patches)
      for (const path of states.paths)
        for (let state = 0; state <= states.count; state++)
          for (let line = 1; line < 4; line++) {
            const back = states.lineBefore(path, line, state, 0)
            if (back) expect(states.lineAfter(back.path, back.line, 0, state)).not.toBeUndefined()
          }
    }),
    { numRuns: 1500 },
  )
})

test('a hunk that names a line far outside of its file is placed, or not, at once', () => {
  const far = DIFF.replace('@@ -1,2 +1,2 @@', '@@ -999999999999,2 +999999999999,2 @@')
  const [file] = parseDiff(far)
  expect(applyHunks('old\nsame\n', file!.hunks)).toMatchObject({
    text: 'new\nsame\n',
    hunks: [{ how: 'offset', line: 1 }],
  })
})
