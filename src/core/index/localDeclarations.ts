/**
 * Which locals a body declares, token by token: `struct pci_dev *dev = x, *other;`. A small state machine; where a
 * statement turns out to be no declaration, it steps aside and has declared nothing.
 */
import { type IndexContext, LocalKind } from './indexContext.js'
import type { Lexer } from './lexer.js'
import { NO_WORD, type Word } from './words.js'

const NONE = 0
const STATEMENT = 1
const TAG = 2
const DECLARATOR = 3
const DECLARED = 4
const VALUE = 5
/** Behind `type (`, where a `*` must come for it to be a pointer to a function. */
const OPENED = 6
const FUNCTION_POINTER = 7
/** Behind `type (*name`, and behind `type (*name)`, where only a `(` tells it from a call of `type`. */
const NAMED_POINTER = 8
const CLOSED_POINTER = 9

export class LocalDeclarations {
  private state = NONE
  private pointer = false
  /** The type is one of C's own or a struct: `type (*name)` cannot be a call. */
  private isPlainType = false
  /** Struct tag or type name of the declaration being read. */
  tag: Word = NO_WORD
  /** Name declared last in this statement. */
  declared: Word = NO_WORD
  isReturn = false
  /** Pointer to a function that this statement declares. */
  pointerName: Word = NO_WORD
  private isMaybeCall = false

  constructor(private readonly context: IndexContext) {}

  statement(): void {
    this.state = STATEMENT
    this.tag = NO_WORD
    this.declared = NO_WORD
    this.pointer = false
    this.isReturn = false
    this.isPlainType = false
    this.isMaybeCall = false
    this.pointerName = NO_WORD
  }

  identifier(lexer: Lexer): void {
    if (this.state === NONE || this.state === VALUE) return
    if (this.state === OPENED) {
      this.state = NONE
      return
    }
    const { context } = this
    const { keywords } = context
    const id = context.word(lexer)
    switch (this.state) {
      case STATEMENT:
        if (keywords.isQualifier(id)) return
        if (keywords.isAggregate(id)) this.state = TAG
        else if (keywords.isBaseType(id)) {
          this.state = DECLARATOR
          this.isPlainType = true
        } else if (id <= keywords.last) {
          this.state = NONE
          this.isReturn = id === keywords.return
        } else {
          this.tag = id
          this.state = DECLARATOR
        }
        return
      case TAG:
        this.tag = id
        this.isPlainType = true
        this.state = DECLARATOR
        return
      case DECLARATOR:
      case DECLARED:
        if (id <= keywords.last) return
        this.declare(id)
        this.state = DECLARED
        return
      case FUNCTION_POINTER:
        this.pointerName = id
        if (!this.isMaybeCall) context.declare(id, NO_WORD, LocalKind.pointer | LocalKind.callable)
        this.state = this.isMaybeCall ? NAMED_POINTER : NONE
        return
      case NAMED_POINTER:
      case CLOSED_POINTER:
        this.noPointer()
    }
  }

  private declare(id: Word): void {
    this.declared = id
    const callable = this.pointer || this.isPlainType ? 0 : LocalKind.callable
    this.context.declare(id, this.tag, (this.pointer ? LocalKind.pointer : LocalKind.value) | callable)
    this.pointer = false
  }

  equals(): void {
    this.state = this.state === DECLARED ? VALUE : NONE
  }

  comma(): void {
    if (this.state === DECLARED || this.state === VALUE) this.state = DECLARATOR
    else this.state = NONE
  }

  parenthesis(): void {
    if (this.state === CLOSED_POINTER) {
      this.context.declare(this.pointerName, NO_WORD, LocalKind.pointer | LocalKind.callable)
      this.state = NONE
    } else if (this.state === DECLARATOR) {
      this.isMaybeCall = !this.isPlainType
      this.state = OPENED
    } else if (this.state !== VALUE) this.state = NONE
  }

  closeParenthesis(): void {
    if (this.state === NAMED_POINTER) this.state = CLOSED_POINTER
    else if (this.state === CLOSED_POINTER) this.noPointer()
  }

  private noPointer(): void {
    this.pointerName = NO_WORD
    this.state = NONE
  }

  other(token: number): void {
    if (this.state === NAMED_POINTER || this.state === CLOSED_POINTER) this.noPointer()
    if (token === 42) {
      if (this.state === DECLARATOR) this.pointer = true
      else if (this.state === OPENED) this.state = FUNCTION_POINTER
      else if (this.state !== VALUE && this.state !== DECLARED) this.state = NONE
      return
    }
    if (this.state !== VALUE && this.state !== DECLARED) this.state = NONE
  }
}
