/**
 * JSON that remembers where each value stands, so that a message about a config file can name the line. Strict as
 * JSON.parse is; a text that is none is answered with what is wrong and where.
 */

export interface JsonNode {
  readonly value: JsonValue
  /** 1-based, of the value's first and last character. */
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export type JsonValue = string | number | boolean | null | readonly JsonNode[] | ReadonlyMap<string, JsonNode>

export interface JsonProblem {
  readonly problem: string
  readonly line: number
}

const DEEPEST = 64

export function readJson(text: string): JsonNode | JsonProblem {
  const reader = new Reader(text)
  try {
    return reader.document()
  } catch (error) {
    if (error instanceof Broken) return { problem: error.message, line: reader.lineOf(error.at) }
    throw error
  }
}

class Broken extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
  }
}

const LITERALS = { true: true, false: false, null: null } as const

class Reader {
  private at = 0
  private readonly starts: number[] = [0]

  constructor(private readonly text: string) {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.starts.push(i + 1)
    if (text.startsWith('\ufeff')) this.at = 1
  }

  lineOf(offset: number): number {
    let low = 0
    let high = this.starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }

  document(): JsonNode {
    const node = this.node(0)
    this.skipBlanks()
    if (this.at < this.text.length) throw new Broken('there is more after the end of the value', this.at)
    return node
  }

  private node(depth: number): JsonNode {
    this.skipBlanks()
    if (depth > DEEPEST) throw new Broken('it is nested too deeply', this.at)
    const start = this.at
    const value = this.value(depth)
    const line = this.lineOf(start)
    const endLine = this.lineOf(this.at - 1)
    const column = start - this.starts[line - 1]! + 1
    return { value, line, column, endLine, endColumn: this.at - this.starts[endLine - 1]! + 1 }
  }

  private value(depth: number): JsonValue {
    const c = this.text[this.at]
    if (c === '{') return this.members(depth)
    if (c === '[') return this.items(depth)
    if (c === '"') return this.string()
    const [word] = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/.exec(this.rest()) ?? []
    if (word === undefined) throw new Broken(c === undefined ? 'it ends too early' : 'a value is missing', this.at)
    this.at += word.length
    return word in LITERALS ? LITERALS[word as keyof typeof LITERALS] : Number(word)
  }

  private members(depth: number): ReadonlyMap<string, JsonNode> {
    const members = new Map<string, JsonNode>()
    this.list('}', () => {
      const start = this.at
      if (this.text[this.at] !== '"') throw new Broken('a key in double quotes is missing', this.at)
      const key = this.string()
      if (members.has(key)) throw new Broken(`the key '${key}' stands twice`, start)
      this.expect(':')
      members.set(key, this.node(depth + 1))
    })
    return members
  }

  private items(depth: number): readonly JsonNode[] {
    const items: JsonNode[] = []
    this.list(']', () => items.push(this.node(depth + 1)))
    return items
  }

  private list(close: string, item: () => void): void {
    this.at++
    this.skipBlanks()
    if (this.text[this.at] === close) {
      this.at++
      return
    }
    for (;;) {
      this.skipBlanks()
      item()
      this.skipBlanks()
      const c = this.text[this.at]
      if (c !== ',' && c !== close) throw new Broken(`'${close}' or a comma is missing`, this.at)
      this.at++
      if (c === close) return
    }
  }

  private string(): string {
    const from = this.at
    for (this.at++; this.text[this.at] !== '"'; this.at++) {
      const c = this.text[this.at]
      if (c === undefined || c === '\n') throw new Broken('a string is not closed', from)
      if (c === '\\') this.at++
    }
    this.at++
    try {
      return JSON.parse(this.text.slice(from, this.at)) as string
    } catch {
      throw new Broken('a string holds an escape or a character that JSON does not allow', from)
    }
  }

  private expect(c: string): void {
    this.skipBlanks()
    if (this.text[this.at] !== c) throw new Broken(`'${c}' is missing`, this.at)
    this.at++
  }

  private skipBlanks(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++
  }

  private rest(): string {
    return this.text.slice(this.at, this.at + 40)
  }
}
