/** How mail carries text: transfer encodings, encoded words, character sets (RFC 2045, 2047, 3676). Bytes are latin1 text. */
import { decodeUtf8 } from '../text/lines.js'

/** A body's bytes; text in an encoding that is not known stays as it came. */
export function decodeTransfer(body: string, encoding: string): string {
  switch (encoding.trim().toLowerCase()) {
    case 'quoted-printable':
      return quotedPrintable(body.replace(/[ \t]+(?=\r?\n|$)/g, ''), /=\r?\n/g)
    case 'base64':
      return base64(body)
    default:
      return body
  }
}

function quotedPrintable(text: string, softBreak: RegExp): string {
  return text
    .replace(softBreak, '')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(text: string): string {
  const bytes: string[] = []
  let bits = 0
  let held = 0
  for (const character of text) {
    const value = ALPHABET.indexOf(character)
    if (character === '=') {
      bits = 0
      held = 0
    }
    if (value < 0) continue
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    bytes.push(String.fromCharCode((held >> bits) & 255))
  }
  return bytes.join('')
}

/** Bytes in a character set as UTF-8 bytes, one character each; a set that is not known is taken for UTF-8. */
export function toUtf8(bytes: string, charset: string): string {
  const name = charset.trim().toLowerCase().replace(/^"|"$/g, '')
  if (name === '' || /^(?:utf-?8|us-ascii|ascii)$/.test(name) || !/[\x80-\xff]/.test(bytes)) return bytes
  const text = decoded(bytes, name)
  return text === null ? bytes : encoded(text)
}

function decoded(bytes: string, charset: string): string | null {
  try {
    return new TextDecoder(charset).decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0) & 255))
  } catch {
    return null
  }
}

function encoded(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/** A header's value as text, with its encoded words read: `=?utf-8?q?caf=C3=A9?=`. */
export function decodeWords(value: string): string {
  const joined = value.replace(/(\?=)\s+(?==\?)/g, '$1')
  const bytes = joined.replace(/=\?([^?\s]+)\?([bq])\?([^?]*)\?=/gi, (_, charset: string, how: string, text: string) =>
    toUtf8(
      how.toLowerCase() === 'b' ? base64(text) : quotedPrintable(text.replace(/_/g, ' '), /(?!)/g),
      charset.replace(/\*.*$/, ''),
    ),
  )
  return decodeUtf8(bytes)
}

/** `format=flowed` as the lines it stands for: a line that ends with a space goes on in the next. */
export function unflowed(body: string, deletesSpace: boolean): string {
  const lines: string[] = []
  let open: { depth: string; text: string } | null = null
  for (const raw of body.split('\n')) {
    const depth = /^>*/.exec(raw)![0]
    const content = raw.slice(depth.length).replace(/^ /, '')
    const isSignature = content === '-- '
    if (open && (open.depth !== depth || isSignature)) {
      lines.push(open.depth + open.text)
      open = null
    }
    const text: string = (open?.text ?? '') + content
    if (content.endsWith(' ') && !isSignature) open = { depth, text: deletesSpace ? text.slice(0, -1) : text }
    else {
      lines.push(depth + text)
      open = null
    }
  }
  if (open) lines.push(open.depth + open.text)
  return lines.join('\n')
}
