/**
 * `if (probe) return`, `if (!enable) return`, `if (probe == PCI_RESET_PROBE) return` on a function's own `bool`
 * parameter, in its outermost block, and the lines that stand under such a test: a small state machine over the
 * tokens of one statement.
 */
import { type IndexContext, LocalKind, ROW } from './indexContext.js'
import { type Lexer, Token } from './lexer.js'

const CLOSED = 0
const STATEMENT = 1
const IF = 2
const OPENED = 3
const NAMED = 4
const COMPARED = 5
const VALUED = 6
const TESTED = 7
const BODY = 8

export class EarlyReturns {
  private state = CLOSED
  private isNegated = false
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
      this.context.out.add(ROW.flagBlocks, this.owner, this.parameter, this.when, this.value, this.from, line)
    }
    this.state = this.context.depth === 1 ? STATEMENT : CLOSED
  }

  token(token: number, lexer: Lexer, owner: number): void {
    switch (this.state) {
      case STATEMENT:
        this.state = this.isWord(token, lexer, this.context.keywords.if) ? IF : CLOSED
        return
      case IF:
        this.isNegated = false
        this.value = 0
        this.state = token === 40 ? OPENED : CLOSED
        return
      case OPENED:
        if (token === 33 && !this.isNegated) this.isNegated = true
        else this.state = this.isFlag(token, lexer) ? NAMED : CLOSED
        return
      case NAMED:
        this.state = token === 41 ? TESTED : this.isEquals(token, lexer) ? COMPARED : CLOSED
        return
      case COMPARED:
        this.value = token === Token.identifier ? this.context.word(lexer) : 0
        this.state = this.value !== 0 && !this.isNegated ? VALUED : CLOSED
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
          this.context.out.add(ROW.earlyReturns, owner, this.parameter, this.when, this.value, lexer.line)
    }
  }

  private get when(): number {
    return this.isNegated ? 0 : 1
  }

  private isWord(token: number, lexer: Lexer, word: number): boolean {
    return token === Token.identifier && this.context.word(lexer) === word
  }

  private isFlag(token: number, lexer: Lexer): boolean {
    if (token !== Token.identifier) return false
    const id = this.context.word(lexer)
    this.parameter = this.context.positionOf(id)
    return (this.context.kindOf(id) & LocalKind.flag) !== 0
  }

  private isEquals(token: number, lexer: Lexer): boolean {
    return token === Token.operator && lexer.end - lexer.start === 2 && this.context.bytes[lexer.start] === 61
  }
}
