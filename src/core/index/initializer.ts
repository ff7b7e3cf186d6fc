/** `{ .probe = f, .driver = { .pm = &ops }, g }`: the initialiser of a struct or of an array of them. */
import { type IndexContext, isConstantName, LocalKind, ROW } from './indexContext.js'
import { type Lexer, Token } from './lexer.js'
import type { Word } from './words.js'

/**
 * Reads on behind an opening `{` to its closing one and records every field whose value is one name (`&` or a cast
 * before it, or a macro's argument, allowed). `owner` is the function it stands in, -1 at file scope.
 */
export function readInitializer(context: IndexContext, lexer: Lexer, owner: number, tag: Word, variable: Word): void {
  new InitializerReader(context, lexer, owner, context.words.id(tag), context.words.id(variable)).read()
}

class InitializerReader {
  /** For every open brace the field path that leads into it, as name ids, and the position of the next value. */
  private readonly paths: number[] = [0]
  private readonly positions: number[] = [0]
  private field = 0
  /** Left of the `=`: `.driver.pm` names a field of a field. */
  private isDesignating = false
  /** The field is the name of a macro, which may bring its own comma. */
  private isMacroField = false
  private hasName = false
  private start = 0
  private end = 0
  private hash = 0
  private line = 0

  constructor(
    private readonly context: IndexContext,
    private readonly lexer: Lexer,
    private readonly owner: number,
    private readonly tag: number,
    private readonly variable: number,
  ) {}

  read(): void {
    const { lexer, paths, positions } = this
    let parens = 0
    let previous = 123
    let beforePrevious = 0
    for (
      let token = lexer.next();
      token !== Token.end;
      beforePrevious = previous, previous = token, token = lexer.next()
    ) {
      switch (token) {
        case Token.identifier:
          if (previous === 46 && this.beginsValue(beforePrevious)) this.designator()
          else if (previous === 46 && this.isDesignating) this.designateInside()
          else this.name()
          break
        case 123:
          this.hasName = false
          paths.push(this.path())
          positions.push(0)
          this.field = 0
          break
        case 125:
          if (parens === 0) this.flush()
          this.field = 0
          paths.pop()
          positions.pop()
          if (paths.length === 0 || lexer.isInColumnZero) return
          break
        case 40:
          if (previous === Token.identifier && this.hasName) this.macroCall(parens)
          parens++
          break
        case 41:
          this.flush()
          if (parens > 0) parens--
          if (parens === 0 && this.isMacroField) this.field = 0
          break
        // `.probe = is_old ? a : b`
        case 58:
          this.flush()
          break
        case 44:
          this.flush()
          if (parens === 0) {
            this.field = 0
            positions[positions.length - 1]!++
          }
          break
        case Token.literal:
          this.hasName = false
          if (previous === 61 && parens === 0) this.string()
          break
        default:
          if (token === 61) this.isDesignating = false
          if (token !== 38 && token !== 42) this.hasName = false
      }
    }
  }

  private beginsValue(before: number): boolean {
    return before === 123 || before === 44 || (before === 41 && this.field === 0)
  }

  private designator(): void {
    this.field = this.context.nameIn(this.lexer)
    this.isMacroField = false
    this.isDesignating = true
    this.hasName = false
  }

  private designateInside(): void {
    const { names } = this.context
    this.field = names.id(`${names.text(this.field)}.${names.text(this.context.nameIn(this.lexer))}`)
  }

  private name(): void {
    const { lexer } = this
    this.hasName = true
    this.start = lexer.start
    this.end = lexer.end
    this.hash = lexer.hash
    this.line = lexer.line
  }

  /** `.name = "vfio-pci"`: what a driver is called is kept, quotes and all. */
  private string(): void {
    const { context, lexer } = this
    if (context.bytes[lexer.start] !== 34 || context.names.text(this.field) !== 'name') return
    const value = context.nameOf(lexer.start, lexer.end)
    context.out.add(
      ROW.tables,
      this.owner,
      this.tag,
      this.variable,
      this.path(),
      this.positions.at(-1)!,
      value,
      lexer.line,
    )
  }

  /** A macro around names, `SET_SYSTEM_SLEEP_PM_OPS(a, b)`: without a field, its name stands for one. */
  private macroCall(parens: number): void {
    if (parens === 0 && this.field === 0) {
      this.field = this.context.words.id(this.context.wordAt(this.start, this.end, this.hash))
      this.isMacroField = true
    }
    this.hasName = false
  }

  private path(): number {
    const { names } = this.context
    const outer = this.paths.at(-1)!
    if (this.field === 0 || outer === 0) return this.field || outer
    return names.id(`${names.text(outer)}.${names.text(this.field)}`)
  }

  private flush(): void {
    if (!this.hasName) return
    this.hasName = false
    const { context, owner } = this
    const { out } = context
    if (isConstantName(context.bytes, this.start, this.end)) return
    const name = context.wordAt(this.start, this.end, this.hash)
    if (name <= context.keywords.last) return
    if (owner < 0 || !context.isLocal(name))
      out.add(
        ROW.tables,
        owner,
        this.tag,
        this.variable,
        this.path(),
        this.positions.at(-1)!,
        context.words.id(name),
        this.line,
      )
    else if (context.kindOf(name) & LocalKind.maybeFunction)
      out.add(ROW.handedOn, owner, context.positionOf(name), 0, -2)
  }
}
