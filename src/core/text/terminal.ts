/** Text of a tree, a mail or a trace, made harmless for a terminal: no control character of it takes effect. */

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** One line: control and direction characters as `\xNN` or `\uNNNN`, tabs as blanks. */
export function terminalText(text: string): string {
  return text.replaceAll('\t', '        ').replace(CONTROL, (c) => {
    const code = c.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
