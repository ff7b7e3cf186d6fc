/** Text of a tree, a mail or a trace, made harmless for a terminal: no control character of it takes effect. */

/** Controls, format characters (direction marks, tags, the soft hyphen) and the line ends beyond ASCII. */
const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** One line: what cannot be seen as `\xNN`, `\uNNNN` or `\u{NNNNN}`, tabs as blanks. */
export function terminalText(text: string): string {
  return text.replaceAll('\t', '        ').replace(INVISIBLE, (c) => {
    const code = c.codePointAt(0)!
    const hex = code.toString(16)
    return code < 0x100 ? `\\x${hex.padStart(2, '0')}` : code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
  })
}
