/** A function's parameter list: who the locals are, which struct they point to, which may be a function. */
import { type IndexContext, LocalKind } from './indexContext.js'
import { Token } from './lexer.js'
import { NO_WORD, type Word } from './words.js'

const OPEN_PAREN = 40
const CLOSE_PAREN = 41
const STAR = 42
const COMMA = 44

/** Reads one list after the other; what it holds is the parameter being read. */
export class ParameterReader {
  private position = 0
  private tag: Word = NO_WORD
  private type: Word = NO_WORD
  private last: Word = NO_WORD
  private functionName: Word = NO_WORD
  private pointers = 0
  private isScalar = false
  private isFlag = false
  private isTagNext = false

  constructor(private readonly context: IndexContext) {}

  /** Declares the parameters in the bytes `[from, to)`, the text between the parentheses. */
  read(from: number, to: number): void {
    const { inner, bytes } = this.context
    inner.open(bytes, from, to, 1)
    this.position = 0
    this.isTagNext = false
    this.begin()
    let parens = 0
    for (let token = inner.next(); token !== Token.end; token = inner.next()) {
      if (token === Token.identifier) this.word(this.context.word(inner), parens)
      else if (token === OPEN_PAREN) parens++
      else if (token === CLOSE_PAREN) parens--
      else if (token === COMMA && parens === 0) this.end()
      else if (token === STAR && parens === 0) this.pointers++
    }
    this.end()
  }

  private begin(): void {
    this.tag = this.type = this.last = this.functionName = NO_WORD
    this.pointers = 0
    this.isScalar = this.isFlag = false
  }

  private word(word: Word, parens: number): void {
    const { keywords } = this.context
    if (this.isTagNext) {
      this.tag = word
      this.isTagNext = false
    } else if (keywords.isAggregate(word)) this.isTagNext = parens === 0
    else if (keywords.isBaseType(word)) {
      this.isScalar ||= parens === 0
      this.isFlag ||= word === keywords.bool
    } else if (word > keywords.last) {
      if (parens === 1 && this.functionName === NO_WORD) this.functionName = word
      else if (parens === 0) {
        if (this.type === NO_WORD) this.type = word
        this.last = word
      }
    }
  }

  private end(): void {
    const { context, tag, type, functionName } = this
    const name = functionName !== NO_WORD ? functionName : this.last
    if (name > context.keywords.last) {
      const of = tag !== NO_WORD ? tag : type === name ? NO_WORD : type
      context.declare(name, of, this.kindOf(name), Math.min(this.position, 255))
    }
    this.position++
    this.begin()
  }

  private kindOf(name: Word): number {
    const { tag, type, functionName, pointers } = this
    const isPointer = pointers > 0 || functionName !== NO_WORD
    const isMaybeFunction =
      functionName !== NO_WORD ||
      (tag === NO_WORD && !this.isScalar && pointers === 0 && type !== NO_WORD && type !== name)
    const number = isPointer ? 0 : this.isFlag ? LocalKind.flag : this.isScalar ? LocalKind.bits : 0
    return LocalKind.parameter | (isMaybeFunction ? LocalKind.maybeFunction : 0) | number
  }
}
