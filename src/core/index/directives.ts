/**
 * Preprocessor lines. Both branches of a condition are read; the condition in force is remembered, and the depth of
 * braces is put back at `#else`, so that a function whose `{` stands in both branches stays one function.
 */
import type { BodyReader } from './body.js'
import { FunctionFlag } from './facts.js'
import { type IndexContext, LocalKind, ROW } from './indexContext.js'
import { Token } from './lexer.js'
import { hashOf } from './names.js'

/** One open `#if`: the ranges of its conditions so far, all but the last of them failed. */
class Branch {
  private readonly ranges: { readonly start: number; readonly end: number; readonly negated: boolean }[] = []
  /** Where the first branch ended: what holds after `#endif`. */
  after: { readonly depth: number; readonly nesting: number } | null = null
  /** Length of the ranges that failed: those before an `#elif` or `#else`. */
  private failed = 0
  private made: string | null = null

  constructor(
    private readonly bytes: Uint8Array,
    readonly depth: number,
    readonly nesting: number,
  ) {}

  add(start: number, end: number, negated: boolean): void {
    this.ranges.push({ start, end, negated })
    this.made = null
  }

  fail(): void {
    this.failed = this.ranges.length
    this.made = null
  }

  text(): string {
    this.made ??= this.ranges
      .map(({ start, end, negated }, i) => {
        const text = `${negated ? '!' : ''}${conditionText(this.bytes, start, end)}`
        return i < this.failed ? `!(${text})` : text
      })
      .join('&&')
    return this.made
  }
}

const pair = (word: string): number => (word.charCodeAt(0) << 8) | word.charCodeAt(1)
const DEFINE = pair('define')
const INCLUDE = pair('include')
const IF = pair('if')
const ELSE = pair('else')
const ENDIF = pair('endif')

/** A macro whose body defines a function: expanded where the file uses it. Offsets are bytes of the file. */
export interface DefiningMacro {
  readonly parameters: readonly string[]
  readonly start: number
  readonly end: number
}

export class Directives {
  private readonly branches: Branch[] = []
  private seen = 0
  readonly definers = new Map<number, DefiningMacro>()

  constructor(
    private readonly context: IndexContext,
    private readonly isHeader: boolean,
    private readonly macroBodies: BodyReader,
  ) {}

  /** Handles the line `[start, end)`, which begins with `#`; answers where to go on reading. */
  handle(start: number, end: number): number {
    const { bytes } = this.context
    let at = start + 1
    while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++
    const word = at
    while (at < end && bytes[at]! >= 97 && bytes[at]! <= 122) at++
    switch ((bytes[word]! << 8) | bytes[word + 1]!) {
      case DEFINE:
        this.define(at, end)
        return end
      case INCLUDE:
        if (at - word === 7 && bytes[word + 2] === 99) this.include(at, end)
        return end
      case IF:
        if (at - word === 2) return this.open(at, end, false, isZero(bytes, at, end))
        return this.open(at, end, bytes[word + 2] === 110, false)
      case ELSE:
        this.alternative(at, end, bytes[word + 2] === 105)
        return end
      case ENDIF:
        this.close()
        return end
      default:
        return end
    }
  }

  private open(at: number, end: number, negated: boolean, isNever: boolean): number {
    this.seen++
    const { context } = this
    const branch = new Branch(context.bytes, context.depth, context.nesting)
    const isIncludeGuard = this.isHeader && this.seen === 1 && negated
    this.branches.push(branch)
    if (!isIncludeGuard && !isNever) branch.add(at, end, negated)
    this.update()
    return isNever ? skipBranch(context.bytes, end, context.length) : end
  }

  private alternative(at: number, end: number, hasCondition: boolean): void {
    const branch = this.branches.at(-1)
    if (!branch) return
    const { context } = this
    branch.after ??= { depth: context.depth, nesting: context.nesting }
    context.depth = branch.depth
    context.nesting = branch.nesting
    branch.fail()
    if (hasCondition) branch.add(at, end, false)
    this.update()
  }

  private close(): void {
    const branch = this.branches.pop()
    if (branch?.after) {
      this.context.depth = branch.after.depth
      this.context.nesting = branch.after.nesting
    }
    this.update()
  }

  private update(): void {
    this.context.condition = this.branches.length === 0 ? 0 : -1
  }

  /** Id of the condition in force, its text made only when a fact asks. */
  condition(): number {
    const { context } = this
    if (context.condition < 0) {
      const texts = this.branches.map((b) => b.text()).filter((t) => t !== '')
      context.condition = texts.length === 0 ? 0 : context.names.id(texts.join('&&').slice(0, 400))
    }
    return context.condition
  }

  private include(at: number, end: number): void {
    const { bytes, out } = this.context
    while (at < end && bytes[at] !== 34 && bytes[at] !== 60) at++
    const start = at + 1
    at = start
    while (at < end && bytes[at] !== 34 && bytes[at] !== 62) at++
    if (at < end) out.add(ROW.includes, this.context.nameOf(start, at))
  }

  private define(at: number, end: number): void {
    const { context } = this
    const { bytes } = context
    while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++
    const nameAt = at
    while (at < end && isWord(bytes[at]!)) at++
    const nameEnd = at
    if (nameEnd === nameAt) return
    let close = at
    if (bytes[at] === 40) {
      close = indexOf(bytes, 41, at, end)
      if (close < 0) return
    }
    const body = trimmed(bytes, close === at ? at : close + 1, end)
    if (close === at) this.flagConstant(nameAt, nameEnd, body.start, body.end)
    if (!calls(bytes, body.start, body.end) && !isAlias(bytes, body.start, body.end)) return
    const parameters =
      close === at
        ? []
        : latin1(bytes, at + 1, close)
            .split(',')
            .map((p) => p.replace(/[\s\\]+/g, ''))
            .filter((p) => p !== '')
    this.macro(nameAt, nameEnd, parameters, body.start, body.end)
  }

  private flagConstant(nameAt: number, nameEnd: number, start: number, end: number): void {
    const { bytes, out } = this.context
    if (end - start < 4 || end - start > 5 || (bytes[start] !== 116 && bytes[start] !== 102)) return
    const text = latin1(bytes, start, end)
    if (text === 'true' || text === 'false')
      out.add(ROW.flagConstants, this.context.nameOf(nameAt, nameEnd), text === 'true' ? 1 : 0)
  }

  /** A macro that calls is a node of its own in the call graph: `caller -> macro -> callee`. */
  private macro(nameAt: number, nameEnd: number, parameters: readonly string[], start: number, end: number): void {
    const { context } = this
    const { bytes, names, out, inner } = context
    const name = names.intern(bytes, nameAt, nameEnd, hashOf(bytes, nameAt, nameEnd))
    const marks = [ROW.calls, ROW.fieldCalls, ROW.values, ROW.handedOn, ROW.tables].map(
      (s) => [s, out.count(s)] as const,
    )
    const row = out.count(ROW.functions)
    const line = context.lexer.line
    out.add(ROW.functions, name, nameAt, nameAt, start, end, line, FunctionFlag.macro, this.condition(), 0)
    const outer = context.enter()
    const { depth, nesting } = context
    for (const [position, parameter] of parameters.entries())
      context.declare(
        names.id(parameter.replace('...', '__VA_ARGS__')),
        0,
        LocalKind.parameter | LocalKind.maybeFunction,
        position,
      )
    if (isAlias(bytes, start, end)) {
      out.add(ROW.calls, row, context.nameOf(start, end), line, 0)
    } else if (!(this.containsPaste(start, end) && this.definesFunction(name, parameters, start, end))) {
      inner.open(bytes, start, end, line + countLines(bytes, nameAt, start))
      this.macroBodies.read(row, true)
    }
    context.leave(outer)
    context.depth = depth
    context.nesting = nesting
    if (marks.slice(0, 2).every(([s, n]) => out.count(s) === n) && out.count(ROW.handedOn) === marks[3]![1]) {
      for (const [section, count] of marks) out.truncate(section, count)
      out.truncate(ROW.functions, row)
    }
  }

  private containsPaste(start: number, end: number): boolean {
    const { bytes } = this.context
    for (let i = start; i + 1 < end; i++) if (bytes[i] === 35 && bytes[i + 1] === 35) return true
    return false
  }

  /** True, and remembered, if the body holds `name(...) {` outside braces. */
  private definesFunction(name: number, parameters: readonly string[], start: number, end: number): boolean {
    const { bytes, inner } = this.context
    inner.open(bytes, start, end, 1)
    let group = false
    let parens = 0
    let last = 0
    for (let t = inner.next(); t !== Token.end; t = inner.next()) {
      if (t === 40) {
        if (parens === 0) group = last === Token.identifier
        parens++
      } else if (t === 41) parens--
      else if (t === 123) {
        if (!group || parens !== 0 || last !== 41) return false
        this.definers.set(name, { parameters, start, end })
        return true
      }
      last = t
    }
    return false
  }
}

/** Goes on behind a branch `#if 0` that nothing compiles: at its `#else`, `#elif` or `#endif`. */
function skipBranch(bytes: Uint8Array, from: number, length: number): number {
  let depth = 0
  for (let at = from; at < length; ) {
    const newline = indexOf(bytes, 10, at, length)
    if (newline < 0) return from
    at = newline + 1
    let i = at
    while (bytes[i] === 32 || bytes[i] === 9) i++
    if (bytes[i] !== 35) continue
    i++
    while (bytes[i] === 32 || bytes[i] === 9) i++
    const word = latin1(bytes, i, Math.min(i + 5, length))
    if (word.startsWith('if')) depth++
    else if (word === 'endif') {
      if (depth === 0) return newline
      depth--
    } else if (depth === 0 && (word.startsWith('else') || word.startsWith('elif'))) return newline
  }
  return from
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  while (start < end && bytes[start]! <= 32) start++
  return bytes[start] === 48 && (start + 1 >= end || bytes[start + 1]! <= 32 || bytes[start + 1] === 47)
}

function conditionText(bytes: Uint8Array, start: number, end: number): string {
  return latin1(bytes, start, end)
    .replace(/\/\*.*?\*\/|\/\/.*|\\\r?\n/gs, ' ')
    .trim()
    .replace(/\s+/g, ' ')
}

function trimmed(bytes: Uint8Array, start: number, end: number): { start: number; end: number } {
  while (start < end && (bytes[start]! <= 32 || bytes[start] === 92)) start++
  while (end > start && bytes[end - 1]! <= 32) end--
  return { start, end }
}

function calls(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) if (bytes[i] === 40 && isWord(bytes[i - 1]!)) return true
  return false
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0
  for (let i = from; i < to; i++) if (bytes[i] === 10) lines++
  return lines
}

/** A body that is one lower-case name: another name for a function, perhaps. */
function isAlias(bytes: Uint8Array, start: number, end: number): boolean {
  if (end <= start || bytes[start]! < 95) return false
  for (let i = start; i < end; i++) if (!isWord(bytes[i]!)) return false
  return true
}

function isWord(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95
}

function indexOf(bytes: Uint8Array, wanted: number, from: number, to: number): number {
  for (let i = from; i < to; i++) if (bytes[i] === wanted) return i
  return -1
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!)
  return text
}
