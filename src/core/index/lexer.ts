/**
 * The tokens of C bytes. Comments and white space are passed over, preprocessor lines go to `onDirective`,
 * `line` counts as the lexer moves. It accepts any bytes: what is not a token becomes a one-byte token.
 */

export const Token = {
  end: 0,
  identifier: 1,
  literal: 2,
  /** An operator of two or more characters, an assignment operator, `::` and the like. */
  operator: 3,
  arrow: 4,
} as const

const IDENTIFIER = 1
const DIGIT = 2
/** Both bits that a byte inside a word can have. */
const WORD = IDENTIFIER | DIGIT
const SPACE = 4
const NEWLINE = 8
const QUOTE = 16
const OPERATOR = 32
/** `/`, `#` and a backslash, which may begin what is passed over; `/` is an operator as well. */
const PASSED = 64
/** A byte of one of these is no token, or has to be looked at. */
const NO_TOKEN = SPACE | NEWLINE | PASSED

const classes = new Uint8Array(256)
for (const c of ' \t\r\f\v') classes[c.charCodeAt(0)] = SPACE
classes[10] = NEWLINE
for (let c = 0; c < 26; c++) {
  classes[65 + c] = IDENTIFIER
  classes[97 + c] = IDENTIFIER
}
for (const c of '_$') classes[c.charCodeAt(0)] = IDENTIFIER
for (let c = 48; c < 58; c++) classes[c] = DIGIT
for (let c = 128; c < 256; c++) classes[c] = IDENTIFIER
for (const c of '"\'') classes[c.charCodeAt(0)] = QUOTE
for (const c of '+-*%&|^!<>=') classes[c.charCodeAt(0)] = OPERATOR
for (const c of '/#\\') classes[c.charCodeAt(0)] = PASSED

export class Lexer {
  /** The token's byte range, and for an identifier the hash that `Names.intern` wants. */
  start = 0
  end = 0
  hash = 0
  line = 1
  private pos = 0
  private limit = 0
  private bytes: Uint8Array = new Uint8Array(1)
  /** Called with the range of a preprocessor line, continuations included; answers where reading goes on. */
  onDirective: ((start: number, end: number) => number) | null = null

  /** Reads `[from, to)`. `bytes[to]` must exist and be no part of a word, as the scan looks one byte ahead. */
  open(bytes: Uint8Array, from: number, to: number, line: number): void {
    this.bytes = bytes
    this.pos = from
    this.limit = to
    this.line = line
    this.start = from
    this.end = from
  }

  get position(): number {
    return this.pos
  }

  get isInColumnZero(): boolean {
    return this.start === 0 || this.bytes[this.start - 1] === 10
  }

  next(): number {
    const { bytes, limit } = this
    // A bundle's module variables are read anew each time; a local is read once.
    const table = classes
    const word = WORD
    let pos = this.pos
    let c = 0
    let k = 0
    let fresh = false
    for (;;) {
      if (pos >= limit) {
        this.pos = limit
        this.start = limit
        this.end = limit
        return Token.end
      }
      c = bytes[pos]!
      k = table[c]!
      if ((k & NO_TOKEN) === 0) break
      if (k === SPACE) {
        pos++
      } else if (k === NEWLINE) {
        pos++
        this.line++
        fresh = true
      } else if (c === 47 && (bytes[pos + 1] === 42 || bytes[pos + 1] === 47)) {
        pos = this.skipComment(pos)
      } else if (c === 35 && (fresh || this.isAtLineStart(bytes)) && this.onDirective) {
        pos = this.directive(pos)
        fresh = true
      } else if (c === 92 && (bytes[pos + 1] === 10 || bytes[pos + 1] === 13)) {
        pos++
      } else break
    }
    this.start = pos
    switch (k) {
      case IDENTIFIER: {
        let hash = c
        c = bytes[++pos]!
        while ((table[c]! & word) !== 0) {
          hash = (Math.imul(hash, 31) + c) | 0
          c = bytes[++pos]!
        }
        this.hash = hash
        this.end = this.pos = pos
        return Token.identifier
      }
      case 0:
        this.end = this.pos = pos + 1
        return c < 5 ? Token.operator : c
      case DIGIT:
        pos++
        while (pos < limit && ((table[bytes[pos]!]! & word) !== 0 || bytes[pos] === 46)) pos++
        this.end = this.pos = pos
        return Token.literal
      case QUOTE:
        this.end = this.pos = this.skipQuoted(pos)
        return Token.literal
      case OPERATOR:
        return this.operator(pos, c)
      default:
        if (c === 47) return this.operator(pos, c)
        this.end = this.pos = pos + 1
        return c
    }
  }

  /** True if the last token ended a line: its offset is still where the search for the next one began. */
  private isAtLineStart(bytes: Uint8Array): boolean {
    return this.pos === 0 || bytes[this.pos - 1] === 10
  }

  private operator(pos: number, c: number): number {
    const d = pos + 1 < this.limit ? this.bytes[pos + 1]! : 0
    if (c === 45 && d === 62) {
      this.end = this.pos = pos + 2
      return Token.arrow
    }
    if (d === 61 || (d === c && (c === 38 || c === 124 || c === 43 || c === 45 || c === 60 || c === 62))) {
      const triple = d === c && this.bytes[pos + 2] === 61 && c !== 61
      this.end = this.pos = pos + (triple ? 3 : 2)
      return Token.operator
    }
    this.end = this.pos = pos + 1
    return c
  }

  private skipComment(pos: number): number {
    const { bytes, limit } = this
    if (bytes[pos + 1] === 47) {
      pos += 2
      while (pos < limit && bytes[pos] !== 10) {
        if (bytes[pos] === 92 && bytes[pos + 1] === 10) {
          this.line++
          pos++
        }
        pos++
      }
      return pos
    }
    pos += 2
    let lines = 0
    while (pos < limit) {
      const c = bytes[pos++]!
      if (c > 42) continue
      if (c === 10) lines++
      else if (c === 42 && bytes[pos] === 47) {
        this.line += lines
        return pos + 1
      }
    }
    this.line += lines
    return limit
  }

  /** Ends at the closing quote, or at the end of the line when there is none. */
  private skipQuoted(pos: number): number {
    const { bytes, limit } = this
    const quote = bytes[pos]!
    pos++
    while (pos < limit) {
      const c = bytes[pos]!
      if (c === quote) return pos + 1
      if (c === 10) return pos
      if (c === 92) {
        pos++
        if (bytes[pos] === 10) this.line++
      }
      pos++
    }
    return limit
  }

  private directive(pos: number): number {
    const { bytes, limit } = this
    const start = pos
    const line = this.line
    let lines = 0
    while (pos < limit) {
      const c = bytes[pos]!
      if (c > 47) {
        pos++
        continue
      }
      if (c === 10) {
        if (bytes[pos - 1] === 92 || (bytes[pos - 1] === 13 && bytes[pos - 2] === 92)) lines++
        else break
      } else if (c === 47 && bytes[pos + 1] === 42) {
        const before = this.line
        pos = this.skipComment(pos)
        lines += this.line - before
        continue
      }
      pos++
    }
    this.line = line
    const resume = this.onDirective!(start, pos)
    for (; pos < resume; pos++) if (bytes[pos] === 10) lines++
    this.line = line + lines
    return pos
  }
}
