/**
 * Preprocessor lines. A branch that is known to be dead is passed over and noted as a fact, so that whoever reads the
 * text later passes over it too (deadCode.ts). Of the others both branches of a condition are read; the condition in
 * force is remembered, and the depth of braces is put back at `#else`, so that a function whose `{` stands in both
 * branches stays one function.
 */
import type { BodyReader } from './body.js'
import type { Conditionals, Verdict } from './conditionals.js'
import { DeadKind, FunctionFlag } from './facts.js'
import { type IndexContext, LocalKind, ROW } from './indexContext.js'
import { Token } from './lexer.js'
import { hashOf } from './names.js'
import { NO_WORD, type Word } from './words.js'

/** One open `#if`: the ranges of its conditions so far, all but the last of them failed. */
class Branch {
  /** A branch that is compiled for certain has been seen: those behind it are dead. */
  isTaken = false
  /** A branch that may be compiled has been seen. */
  isRead = false
  /** Some directive of it stays in the text, so its `#endif` does. */
  isOpen = false
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

/** A `#define`, as offsets: `parametersEnd` is where the list behind the name closes, the name's end if there is none. */
interface Macro {
  readonly nameAt: number
  readonly nameEnd: number
  readonly parametersEnd: number
  readonly start: number
  readonly end: number
}

/** What a macro's body may add rows to; one of the first three makes it a node of the call graph. */
const MACRO_ROWS = [ROW.calls, ROW.fieldCalls, ROW.handedOn, ROW.values, ROW.tables, ROW.assignments]

/** A directive's range, `#` included; `at` is behind its word. */
interface DirectiveLine {
  readonly start: number
  readonly at: number
  readonly end: number
}

export class Directives {
  private readonly branches: Branch[] = []
  private seen = 0
  /** How many rows of `MACRO_ROWS` there were before the macro being read. */
  private readonly rows = new Int32Array(MACRO_ROWS.length)
  readonly definers = new Map<Word, DefiningMacro>()

  constructor(
    private readonly context: IndexContext,
    private readonly isHeader: boolean,
    private readonly macroBodies: BodyReader,
    private readonly conditionals: Conditionals,
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
      case IF: {
        const isPlain = at - word === 2
        const negated = !isPlain && bytes[word + 2] === 110
        return this.open({ start, at, end }, negated, isPlain ? this.holds(at, end) : this.isDefined(at, end, negated))
      }
      case ELSE:
        return this.alternative({ start, at, end }, bytes[word + 2] === 105 ? latin1(bytes, word, at) : 'else')
      case ENDIF:
        this.close(start, end)
        return end
      default:
        return end
    }
  }

  /** What is known of `#if` and `#elif`. */
  private holds(at: number, end: number): Verdict {
    return this.conditionals.holds(conditionText(this.context.bytes, at, end))
  }

  /** What is known of `#ifdef` and `#ifndef`. Nearly all of them name what is not known, so their bytes are asked first. */
  private isDefined(at: number, end: number, negated: boolean): Verdict {
    const { bytes } = this.context
    while (at < end && (bytes[at] === 32 || bytes[at] === 9)) at++
    const from = at
    while (at < end && isWord(bytes[at]!)) at++
    const isConfig = bytes[from] === 67 && bytes[from + 6] === 95
    if (!isConfig && (bytes[from] !== 95 || bytes[from + 1] !== 95)) return null
    if (isConfig && this.conditionals.hasNoConfig && !containsLiveUpdate(bytes, from, at)) return null
    const verdict = this.conditionals.isDefined(latin1(bytes, from, at))
    return verdict === null ? null : verdict !== negated
  }

  private holdsInstead(word: string, { at, end }: DirectiveLine): Verdict {
    if (word === 'else') return true
    return word === 'elif' ? this.holds(at, end) : this.isDefined(at, end, word === 'elifndef')
  }

  private open(line: DirectiveLine, negated: boolean, verdict: Verdict): number {
    this.seen++
    const { context } = this
    const branch = new Branch(context.bytes, context.depth, context.nesting)
    const isIncludeGuard = this.isHeader && this.seen === 1 && negated
    this.branches.push(branch)
    if (!isIncludeGuard && verdict === null) branch.add(line.at, line.end, negated)
    return this.enter(branch, line, verdict, DeadKind.none)
  }

  private alternative(line: DirectiveLine, word: string): number {
    const branch = this.branches.at(-1)
    if (!branch) return line.end
    const { context } = this
    if (branch.isRead) branch.after ??= { depth: context.depth, nesting: context.nesting }
    context.depth = branch.depth
    context.nesting = branch.nesting
    branch.fail()
    const negated = word === 'elifndef'
    const verdict = branch.isTaken ? false : this.holdsInstead(word, line)
    if (verdict === null) branch.add(line.at, line.end, negated)
    // What is left of `#if 0 .. #elif X` is `#if X`, of `#if X .. #elif 1` it is `#if X .. #else`.
    const kind =
      word === 'else' || (verdict === null) === branch.isOpen
        ? DeadKind.none
        : verdict === null
          ? DeadKind.if
          : DeadKind.else
    return this.enter(branch, line, verdict, kind)
  }

  /** Begins to read a branch, or passes over it; answers where to go on. `kind` is what its directive turns into. */
  private enter(branch: Branch, { start, end }: DirectiveLine, verdict: Verdict, kind: number): number {
    const { bytes, length } = this.context
    this.update()
    if (verdict === false) {
      const resume = skipBranch(bytes, end, length)
      // One that nobody ends yet is read: somebody is typing it.
      if (resume < 0) return end
      this.note(start, resume, DeadKind.blank)
      return resume
    }
    if (verdict === true && !branch.isOpen) this.note(start, end, DeadKind.blank)
    else if (kind !== DeadKind.none) this.note(start, end, kind)
    branch.isRead = true
    branch.isTaken = verdict === true
    branch.isOpen ||= verdict === null
    return end
  }

  private note(start: number, end: number, kind: number): void {
    this.context.out.add(ROW.dead, start, end, kind)
  }

  private close(start: number, end: number): void {
    const branch = this.branches.pop()
    if (branch?.after) {
      this.context.depth = branch.after.depth
      this.context.nesting = branch.after.nesting
    }
    if (branch && !branch.isOpen) this.note(start, end, DeadKind.blank)
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
    this.macro({ nameAt, nameEnd, parametersEnd: close, start: body.start, end: body.end })
  }

  private flagConstant(nameAt: number, nameEnd: number, start: number, end: number): void {
    const { bytes, out } = this.context
    if (end - start < 4 || end - start > 5 || (bytes[start] !== 116 && bytes[start] !== 102)) return
    const text = latin1(bytes, start, end)
    if (text === 'true' || text === 'false')
      out.add(ROW.flagConstants, this.context.nameOf(nameAt, nameEnd), text === 'true' ? 1 : 0)
  }

  /** A macro that calls is a node of its own in the call graph: `caller -> macro -> callee`. */
  private macro(macro: Macro): void {
    const { context, rows } = this
    const { bytes, out, inner } = context
    const { nameAt, nameEnd, start, end } = macro
    for (let i = 0; i < MACRO_ROWS.length; i++) rows[i] = out.count(MACRO_ROWS[i]!)
    const row = out.count(ROW.functions)
    const line = context.lexer.line
    out.add(ROW.functions, 0, nameAt, nameAt, start, end, line, FunctionFlag.macro, this.condition())
    const outer = context.enter()
    const { depth, nesting } = context
    this.declareParameters(nameEnd + 1, macro.parametersEnd)
    if (isAlias(bytes, start, end)) {
      out.add(ROW.calls, row, context.nameOf(start, end), line, 0)
    } else if (!(this.containsPaste(start, end) && this.definesFunction(macro))) {
      inner.open(bytes, start, end, line + countLines(bytes, nameAt, start))
      this.macroBodies.read(row, true)
    }
    context.leave(outer)
    context.depth = depth
    context.nesting = nesting
    const calls = out.count(ROW.calls) - rows[0]! + out.count(ROW.fieldCalls) - rows[1]!
    if (calls + out.count(ROW.handedOn) - rows[2]! === 0) {
      for (let i = 0; i < MACRO_ROWS.length; i++) out.truncate(MACRO_ROWS[i]!, rows[i]!)
      out.truncate(ROW.functions, row)
    } else out.patch(ROW.functions, row, 0, context.nameOf(nameAt, nameEnd))
  }

  private declareParameters(from: number, to: number): void {
    const { context } = this
    for (let start = from, position = 0; start < to; ) {
      const comma = indexOf(context.bytes, 44, start, to)
      const end = comma < 0 ? to : comma
      const word = this.parameter(start, end)
      if (word !== NO_WORD) context.declare(word, NO_WORD, LocalKind.parameter | LocalKind.maybeFunction, position++)
      start = end + 1
    }
  }

  private parameter(from: number, to: number): Word {
    const { bytes, words } = this.context
    const { start, end } = trimmed(bytes, from, to)
    for (let i = start; i < end; i++)
      if (!isWord(bytes[i]!)) return words.of(parameterName(latin1(bytes, start, end)).replace('...', '__VA_ARGS__'))
    return words.at(bytes, start, end, hashOf(bytes, start, end))
  }

  private containsPaste(start: number, end: number): boolean {
    const { bytes } = this.context
    for (let i = start; i + 1 < end; i++) if (bytes[i] === 35 && bytes[i + 1] === 35) return true
    return false
  }

  /** True, and remembered, if the body holds `name(...) {` outside braces. */
  private definesFunction({ nameAt, nameEnd, parametersEnd, start, end }: Macro): boolean {
    const { bytes, inner, words } = this.context
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
        const parameters = latin1(bytes, nameEnd + 1, parametersEnd)
          .split(',')
          .map(parameterName)
        this.definers.set(words.at(bytes, nameAt, nameEnd, hashOf(bytes, nameAt, nameEnd)), {
          parameters: parameters.filter((name) => name !== ''),
          start,
          end,
        })
        return true
      }
      last = t
    }
    return false
  }
}

/**
 * The line end before the `#else`, `#elif` or `#endif` that ends a branch nothing compiles; -1 if none does. The
 * preprocessor reads such a branch as tokens: a directive inside a comment or string is none.
 */
function skipBranch(bytes: Uint8Array, from: number, length: number): number {
  let depth = 0
  let newline = -1
  for (let at = from; at < length; at++) {
    const c = bytes[at]!
    if (c === 10) newline = at
    else if (c === 47 && bytes[at + 1] === 42) {
      at = commentEnd(bytes, at + 2, length)
      newline = -1
    } else if (c === 47 && bytes[at + 1] === 47) {
      at = indexOf(bytes, 10, at, length) - 1
      if (at < 0) return -1
      newline = -1
    } else if (c === 34) {
      at = stringEnd(bytes, at, length)
      newline = -1
    } else if (c === 92 && bytes[at + 1] === 10) at++
    else if (c === 35 && newline >= 0) {
      const word = directiveWord(bytes, at + 1)
      if (depth === 0 && (word === ELSE || word === ENDIF)) return newline
      if (word === IF) depth++
      else if (word === ENDIF) depth--
      newline = -1
    } else if (c > 32) newline = -1
  }
  return -1
}

function stringEnd(bytes: Uint8Array, at: number, length: number): number {
  for (let i = at + 1; i < length && bytes[i] !== 10; i++) {
    if (bytes[i] === 34) return i
    if (bytes[i] === 92) i++
  }
  // No closing quote on its line: a stray one, as prose in a dead branch may hold.
  return at
}

function commentEnd(bytes: Uint8Array, from: number, length: number): number {
  for (let i = from; i < length; i++) if (bytes[i] === 42 && bytes[i + 1] === 47) return i + 1
  return length
}

/** The first two letters of the directive whose `#` stands before `at`. */
function directiveWord(bytes: Uint8Array, at: number): number {
  while (bytes[at] === 32 || bytes[at] === 9) at++
  return (bytes[at]! << 8) | bytes[at + 1]!
}

function parameterName(text: string): string {
  return text.replace(/[\s\\]+/g, '')
}

function containsLiveUpdate(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 10 <= end; i++)
    if (bytes[i] === 76 && bytes[i + 4] === 85 && latin1(bytes, i, i + 10) === 'LIVEUPDATE') return true
  return false
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
