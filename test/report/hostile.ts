/** What a tree can put into a terminal or hide in a line: escape sequences, line ends, marks that turn the text around, markup. */
import fc from 'fast-check'
import type { Report } from '../../src/core/report/schema.js'

export const hostile = fc
  .array(
    fc.constantFrom(
      '\u001b[31m',
      '\u0007',
      '\r',
      '\n',
      '\u0000',
      '\u009b1m',
      '\u202e',
      '\u2066',
      '\u061c',
      '\u2028',
      '\u00ad',
      '\ufeff',
      '\ud800',
      '\u{e0041}',
      '\t',
      'a',
      ' ',
      '"',
      "'",
      '\\',
      'é',
      '界',
      '<img src=x onerror=alert(1)>',
      '</code></pre><script>alert(1)</script>',
      '<!--',
      '&lt;',
      '`',
      '``',
      '|',
      '[a](https://x.test)',
      '![](https://x.test)',
      'https://x.test',
      '@torvalds',
      '#1',
      '\n# a',
      '::error::x',
      '%0A::error::x',
      ',line=1',
      '**',
      '_',
      '~~',
      '../',
      ':',
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => parts.join(''))

export const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u

/** The report with one text in the place of every name that a tree gives. */
export function poisoned(report: Report, text: string): Report {
  return {
    ...report,
    tree: { ...report.tree, kernel: text },
    sites: report.sites.map((site) => ({
      ...site,
      file: text,
      function: text,
      callee: text,
      offset: text,
      device: text,
      guard: { ...site.guard, condition: text, file: text },
      justification: { status: 'given', where: 'comment', reason: text },
      phases: Object.fromEntries(
        Object.entries(site.phases).map(([phase, at]) => [
          phase,
          at.reachable
            ? { ...at, path: at.path.map((hop) => ({ ...hop, function: text, file: text, via: text })) }
            : at,
        ]),
      ) as typeof site.phases,
    })),
    findings: report.findings.map((f) => ({
      ...f,
      file: text,
      message: text,
      related: f.related.map((r) => ({ ...r, file: text, message: text })),
    })),
  }
}
