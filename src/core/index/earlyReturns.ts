/**
 * `if (probe) return`, `if (!enable) return`, `if (probe == PCI_RESET_PROBE) return`, `if (flags & PCI_IRQ_MSI) return`,
 * `if (fd < 0) return` on a function's own parameter, in its outermost block, and the lines that stand under such a test: a small state machine
 * over the tokens of one statement.
 */
import { FlagTest } from './facts.js'
import { type IndexContext, LocalKind, ROW } from './indexContext.js'
import { type Lexer, Token } from './lexer.js'
import type { Word } from './words.js'

const CLOSED = 0
const STATEMENT = 1
const IF = 2
const OPENED = 3
const NEGATED = 4
const NAMED = 5
const COMPARED = 6
const VALUED = 7
const TESTED = 8
const BODY = 9
/** Behind `fd <`. */
const BELOW = 10

const AMPERSAND = 38
const LESS = 60
const ZERO = 48

export class EarlyReturns {
  private state = CLOSED
  private test: number = FlagTest.true
  private kind = 0
  private parameter = 0
  private value = 0
  private owner = 0
  private from = 0

  constructor(private readonly context: IndexContext) {}

  /** False most of the time: then tokens need not be shown. */
  get isOpen(): boolean {
    return this.state !== CLOSED && this.state !== BODY
  }

  /** At the start of a function. */
  reset(): void {
    this.state = CLOSED
  }

  statement(line: number): void {
    // Behind `if (probe) {` the return is the first statement of the inner block.
    if (this.state === TESTED && this.context.depth === 2) return
    if (this.state === BODY) {
      if (this.context.depth > 1) return
      this.context.out.add(ROW.flagBlocks, this.owner, this.parameter, this.test, this.value, this.from, line)
    }
    this.state = this.context.depth === 1 ? STATEMENT : CLOSED
  }

  token(token: number, lexer: Lexer, owner: number): void {
    switch (this.state) {
      case STATEMENT:
        this.state = this.isWord(token, lexer, this.context.keywords.if) ? IF : CLOSED
        return
      case IF:
        this.test = FlagTest.true
        this.value = 0
        this.state = token === 40 ? OPENED : CLOSED
        return
      case OPENED:
        if (token === 33) this.state = NEGATED
        else this.name(token, lexer)
        return
      case NEGATED:
        this.test = FlagTest.false
        this.name(token, lexer)
        return
      case NAMED:
        this.state = this.afterName(token, lexer)
        return
      case COMPARED:
        this.value = token === Token.identifier ? this.context.nameIn(lexer) : 0
        this.state = this.value !== 0 ? VALUED : CLOSED
        return
      case BELOW:
        this.state = this.isZero(token, lexer) ? VALUED : CLOSED
        return
      case VALUED:
        this.state = token === 41 ? TESTED : CLOSED
        return
      case TESTED:
        if (token === 123) return
        this.state = BODY
        this.owner = owner
        this.from = lexer.line
        if (this.isWord(token, lexer, this.context.keywords.return))
          this.context.out.add(ROW.earlyReturns, owner, this.parameter, this.test, this.value, lexer.line)
    }
  }

  private name(token: number, lexer: Lexer): void {
    this.state = CLOSED
    if (token !== Token.identifier) return
    const id = this.context.word(lexer)
    this.kind = this.context.kindOf(id) & (LocalKind.flag | LocalKind.bits)
    if (this.kind === 0) return
    this.parameter = this.context.positionOf(id)
    this.state = NAMED
  }

  /** Behind the parameter: only of a `bool` the bare name is a test worth following. */
  private afterName(token: number, lexer: Lexer): number {
    if (token === 41) return this.kind === LocalKind.flag ? TESTED : CLOSED
    if (this.test !== FlagTest.true) return CLOSED
    if (this.kind === LocalKind.bits && token === LESS) {
      this.test = FlagTest.negative
      return BELOW
    }
    if (this.kind === LocalKind.bits) this.test = token === AMPERSAND ? FlagTest.hasBit : FlagTest.true
    else if (this.isEquals(token, lexer)) this.test = FlagTest.equals
    return this.test === FlagTest.true ? CLOSED : COMPARED
  }

  private isWord(token: number, lexer: Lexer, word: Word): boolean {
    return token === Token.identifier && this.context.word(lexer) === word
  }

  private isZero(token: number, lexer: Lexer): boolean {
    return token === Token.literal && lexer.end - lexer.start === 1 && this.context.bytes[lexer.start] === ZERO
  }

  private isEquals(token: number, lexer: Lexer): boolean {
    return token === Token.operator && lexer.end - lexer.start === 2 && this.context.bytes[lexer.start] === 61
  }
}
