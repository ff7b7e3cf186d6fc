/** `struct TAG { ... }`: its fields, in order, with the struct each has or points to, and which are function pointers. */
import { type IndexContext, ROW } from './indexContext.js'
import { type Lexer, Token } from './lexer.js'
import { NO_WORD, type Word } from './words.js'

/** Reads on behind the `{` of `tag` to its `}`. Members of unnamed structs and unions are fields of the outer one. */
export function readStruct(context: IndexContext, lexer: Lexer, tag: Word): void {
  new StructReader(context, lexer).read(tag, 0)
}

class StructReader {
  private order = 0

  constructor(
    private readonly context: IndexContext,
    private readonly lexer: Lexer,
  ) {}

  read(tag: Word, nesting: number): void {
    const { context, lexer } = this
    const { keywords, names, words } = context
    let type: Word = NO_WORD
    let last: Word = NO_WORD
    let isFunction = false
    let parens = 0
    let brackets = 0
    let expectTag = false
    let inBitWidth = false
    /** `u32 a, b`: no name in it is a type. */
    let isScalar = false
    /** The type is a struct's tag: `struct ops *ops` has a type of its own name. */
    let isTag = false
    const flush = (): void => {
      if (last > keywords.last) {
        const of = type === last && !isTag ? NO_WORD : type
        if (of !== NO_WORD || isFunction)
          context.out.add(ROW.fields, words.id(tag), words.id(last), this.order, words.id(of), isFunction ? 1 : 0)
        this.order++
      }
      last = NO_WORD
      isFunction = false
      inBitWidth = false
    }
    for (let token = lexer.next(), previous = 0; token !== Token.end; previous = token, token = lexer.next()) {
      switch (token) {
        case Token.identifier: {
          if (brackets > 0 || inBitWidth) break
          const id = context.word(lexer)
          if (expectTag) {
            type = id
            isTag = true
            expectTag = false
          } else if (keywords.isAggregate(id)) expectTag = parens === 0
          else if (id > keywords.last) {
            if (parens === 1 && previous === 42 && !isFunction) {
              last = id
              isFunction = true
            } else if (parens === 0 && !isFunction) {
              if (type === 0 && !isScalar) type = id
              last = id
            }
          } else if (parens === 0) isScalar ||= keywords.isBaseType(id)
          break
        }
        case 123: {
          const inner =
            type !== NO_WORD && last === NO_WORD ? type : words.of(`${names.text(words.id(tag))}.${this.order}`)
          if (expectTag && nesting < 16) this.anonymous(tag, inner, nesting)
          else if (nesting < 16) new StructReader(context, lexer).read(inner, nesting + 1)
          else skipBraces(lexer)
          // Its `}` stood in column 0: somebody is typing in here, and the outer struct is over as well.
          if (lexer.isInColumnZero) return
          type = inner
          isTag = true
          expectTag = false
          break
        }
        case 125:
          return
        case 40:
          parens++
          break
        case 41:
          parens--
          break
        case 91:
          brackets++
          break
        case 93:
          brackets--
          break
        case 58:
          inBitWidth = parens === 0
          break
        case 44:
          if (parens === 0 && brackets === 0) flush()
          break
        case 59:
          flush()
          type = NO_WORD
          parens = 0
          expectTag = false
          isScalar = isTag = false
          break
        default:
      }
    }
  }

  /** `struct { ... } name;` gets a tag of its own, and its fields stand in the outer struct as well: it may be unnamed. */
  private anonymous(outer: Word, inner: Word, nesting: number): void {
    const { out, words } = this.context
    const first = out.count(ROW.fields)
    new StructReader(this.context, this.lexer).read(inner, nesting + 1)
    const added = out.copyOf(ROW.fields, first)
    const [from, to] = [words.id(inner), words.id(outer)]
    for (const row of added) if (row[0] === from) out.add(ROW.fields, to, row[1]!, this.order++, row[3]!, row[4]!)
  }
}

/** Reads on behind a `{` to the `}` that closes it, or to one in column 0. */
export function skipBraces(lexer: Lexer): void {
  let depth = 1
  for (let token = lexer.next(); token !== Token.end; token = lexer.next()) {
    if (token === 123) depth++
    else if (token === 125 && (--depth === 0 || lexer.isInColumnZero)) return
  }
}
