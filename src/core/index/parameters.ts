/** A function's parameter list: who the locals are, which struct they point to, which may be a function. */
import { type IndexContext, LocalKind } from './indexContext.js'
import { Token } from './lexer.js'
import { NO_WORD, type Word } from './words.js'

/** Declares the parameters in the bytes `[from, to)`, the text between the parentheses. */
export function readParameters(context: IndexContext, from: number, to: number): void {
  const { inner, keywords } = context
  inner.open(context.bytes, from, to, 1)
  let parens = 0
  let position = 0
  let tag: Word = NO_WORD
  let type: Word = NO_WORD
  let scalar = false
  let isFlag = false
  let last: Word = NO_WORD
  let pointers = 0
  let functionName: Word = NO_WORD
  let afterAggregate = false
  const flush = (): void => {
    const name = functionName !== 0 ? functionName : last
    if (name > keywords.last) {
      const maybeFunction =
        functionName !== 0 || (tag === 0 && !scalar && pointers === 0 && type !== 0 && type !== name)
      context.declare(
        name,
        tag !== NO_WORD ? tag : type === name ? NO_WORD : type,
        LocalKind.parameter |
          (maybeFunction ? LocalKind.maybeFunction : 0) |
          (pointers > 0 || functionName !== 0 ? 0 : isFlag ? LocalKind.flag : scalar ? LocalKind.bits : 0),
        Math.min(position, 255),
      )
    }
    position++
    tag = type = last = functionName = NO_WORD
    pointers = 0
    scalar = isFlag = false
  }
  for (let token = inner.next(); token !== Token.end; token = inner.next()) {
    if (token === 40) parens++
    else if (token === 41) parens--
    else if (token === 44 && parens === 0) flush()
    else if (token === 42) {
      if (parens === 0) pointers++
    } else if (token === Token.identifier) {
      const id = context.word(inner)
      if (afterAggregate) {
        tag = id
        afterAggregate = false
      } else if (keywords.isAggregate(id)) afterAggregate = parens === 0
      else if (keywords.isBaseType(id)) {
        scalar ||= parens === 0
        isFlag ||= id === keywords.bool
      } else if (id > keywords.last) {
        if (parens === 1 && functionName === 0) functionName = id
        else if (parens === 0) {
          if (type === 0) type = id
          last = id
        }
      }
    }
  }
  flush()
}
