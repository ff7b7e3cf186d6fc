/**
 * Offsets to places. A file is held one character a byte (latin1), as the lexer counts; people and editors count lines
 * from 1 and columns in UTF-16 units, so a column is found by decoding the line.
 */

export interface Place {
  /** 1-based. */
  readonly line: number
  /** 1-based, in UTF-16 units. */
  readonly column: number
}

export class Lines {
  private readonly starts: number[] = [0]

  constructor(private readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }

  /** Where a line, from 1, begins; the end of the text for one that it does not have. */
  offsetOf(line: number): number {
    return this.starts[line - 1] ?? this.text.length
  }

  placeOf(offset: number): Place {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: utf16Length(this.text.slice(this.starts[low]!, offset)) + 1 }
  }
}

/** UTF-16 units of UTF-8 bytes that are held one character a byte. */
function utf16Length(bytes: string): number {
  let units = 0
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes.charCodeAt(i)
    if ((c & 0xc0) !== 0x80) units += c >= 0xf0 ? 2 : 1
  }
  return units
}

/** Bytes one character each, without a decoder's opinion of them. */
export function latin1Text(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/** UTF-8 bytes of a text as an editor holds it. */
export function utf8Bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** A text as an editor holds it, one character a UTF-8 byte. */
export function encodeUtf8(text: string): string {
  return text.replace(/[^\0-\x7f]+/g, (piece) => latin1Text(utf8Bytes(piece)))
}

/** UTF-8 held one character a byte, as the text it is; what is no UTF-8 stays as it was. */
export function decodeUtf8(latin1: string): string {
  if (!/[\x80-\xff]/.test(latin1)) return latin1
  return latin1.replace(/[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g, (bytes) => {
    const lead = bytes.charCodeAt(0)
    let code = bytes.length === 2 ? lead & 31 : bytes.length === 3 ? lead & 15 : lead & 7
    for (let i = 1; i < bytes.length; i++) code = (code << 6) | (bytes.charCodeAt(i) & 63)
    return code > 0x10ffff ? bytes : String.fromCodePoint(code)
  })
}
