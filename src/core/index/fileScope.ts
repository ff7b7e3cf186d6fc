/**
 * A file's outermost level: functions, tables, structs, variables, and macros used as declarations. Promises to come
 * back at the next `}` in column 0 whatever stands in between; does not see what a macro of another file expands to.
 */
import type { BodyReader } from './body.js'
import type { DefiningMacro, Directives } from './directives.js'
import { latin1 } from './directives.js'
import { FunctionFlag } from './facts.js'
import { type IndexContext, ROW } from './indexContext.js'
import { readInitializer } from './initializer.js'
import { type Lexer, Token } from './lexer.js'
import { ParameterReader } from './parameters.js'
import { readStruct, skipBraces } from './structs.js'
import { NO_WORD, type Word } from './words.js'

const MOST_ARGUMENTS = 6
const LONGEST_ARGUMENT = 64
const NO_ARGUMENTS: readonly number[] = []

interface Group {
  readonly name: Word
  readonly nameAt: number
  readonly line: number
  readonly open: number
  readonly close: number
  /** Nothing stands before the name: a macro, as no function is declared without a type. */
  readonly isBare: boolean
  /** Only `static` stands before it. */
  readonly isStaticOnly: boolean
  /** Start and end of the first arguments, from first token to last; kept only where the group may be a macro's use. */
  readonly args: readonly number[]
}

/** Who reads functions of the file, and who those that a macro's expansion defines. */
export interface BodyReaders {
  readonly file: BodyReader
  readonly expansion: BodyReader
}

export function readFileScope(context: IndexContext, lexer: Lexer, directives: Directives, bodies: BodyReaders): void {
  new FileScope(context, lexer, directives, bodies, null).read()
}

class FileScope {
  private start = -1
  private flags = 0
  private tag: Word = NO_WORD
  private names = 0
  /** A second parenthesis stands behind the first: a macro makes the name. */
  private isNameMade = false
  private lastName: Word = NO_WORD
  private lastNameAt = 0
  private group: Group | null = null
  private isTypedef = false
  private fieldsFrom = -1
  private previous = 0
  /** What stood before the identifier read last. */
  private beforeName = 0
  private expectTag = 0
  private variableSeen = false
  /** The identifier read last is `lastName`, not a keyword or a tag. */
  private nameIsLast = false
  private readonly parameters: ParameterReader

  constructor(
    private readonly context: IndexContext,
    private readonly lexer: Lexer,
    private readonly directives: Directives,
    private readonly bodies: BodyReaders,
    /** Set when the text is a macro's expansion: where the file uses the macro. */
    private readonly expansion: { readonly at: number; readonly line: number } | null,
  ) {
    this.parameters = new ParameterReader(context)
  }

  read(): void {
    const { lexer } = this
    for (let token = lexer.next(); token !== Token.end; token = lexer.next()) {
      this.token(token)
      this.previous = lastOf(token)
    }
    if (this.group?.isBare) this.fileMacro(this.group)
  }

  private reset(): void {
    this.isNameMade = false
    this.start = -1
    this.flags = this.names = 0
    this.tag = this.lastName = NO_WORD
    this.group = null
    this.isTypedef = false
    this.fieldsFrom = -1
    this.expectTag = 0
    this.variableSeen = false
  }

  private token(token: number): void {
    switch (token) {
      case Token.identifier:
        this.name()
        return
      case 40:
        this.parenthesis()
        return
      case 91:
        this.skipTo(91, 93)
        return
      case 123:
        this.brace()
        return
      case 61:
        this.variable()
        this.variableSeen = true
        return
      case 44:
        if (!this.group) this.variable()
        return
      case 59:
        this.semicolon()
        this.reset()
        return
      case 125:
        this.reset()
    }
  }

  private name(): void {
    const { context, lexer } = this
    const { keywords } = context
    if (this.group?.isBare && this.previous === 41) {
      this.fileMacro(this.group)
      this.reset()
    }
    // `}` in column 0 and then a name there: an initialiser that somebody is typing, its braces not closed yet.
    if (this.variableSeen && this.previous === 125 && this.lexer.isInColumnZero) this.reset()
    this.beforeName = this.previous
    if (this.start < 0) this.start = lexer.start
    const id = context.word(lexer)
    this.nameIsLast = false
    if (this.expectTag === 1 || this.expectTag === 3) {
      if (id > keywords.last) {
        if (this.expectTag === 1) this.tag = id
        this.expectTag = this.expectTag === 1 ? 2 : 0
      }
      return
    }
    this.expectTag = 0
    if (keywords.isAggregate(id)) {
      if (!this.group) this.expectTag = 1
      this.names++
      if (id === keywords.enum) this.expectTag = 3
      return
    }
    if (id <= keywords.last) {
      this.keyword(id)
      return
    }
    if (this.variableSeen) return
    this.names++
    this.lastName = id
    this.lastNameAt = lexer.start
    this.nameIsLast = true
  }

  private keyword(id: Word): void {
    const { keywords } = this.context
    if (id === keywords.static) this.flags |= FunctionFlag.static
    else if (id === keywords.weak) this.flags |= FunctionFlag.weak
    else if (id === keywords.init) this.flags |= FunctionFlag.init
    else if (id === keywords.typedef) this.isTypedef = true
    else if (keywords.inline.includes(id)) this.flags |= FunctionFlag.inline
    this.names++
  }

  private parenthesis(): void {
    const { previous, lexer } = this
    this.expectTag = 0
    // `f(void) __releases(a) __acquires(b)`: what stands behind a parenthesis is said of the function before it.
    const isSuffix = this.group !== null && this.beforeName === 41
    if (previous !== Token.identifier || this.lastName === 0 || !this.nameIsLast || isSuffix) {
      if (previous === 41 && this.group !== null && !isSuffix) this.isNameMade = true
      this.skipTo(40, 41)
      return
    }
    const name = this.lastName
    const nameAt = this.lastNameAt
    const line = lexer.line
    const open = lexer.end
    const isBare = this.names === 1 && this.flags === 0
    const isStaticOnly = this.names === 2 && this.flags === FunctionFlag.static
    const args = isBare || isStaticOnly ? this.readArguments() : this.skipArguments()
    if (!args) {
      this.reset()
      return
    }
    if (this.group === null && this.names > 1 && this.isAttribute(name, nameAt)) return
    this.group = { name, nameAt, line, open, close: lexer.start, isBare, isStaticOnly, args }
  }

  /**
   * Reads to the closing parenthesis; answers where the first arguments stand. Null if a `}` in column 0 comes first:
   * somebody is typing here, and what follows is another declaration.
   */
  private readArguments(): readonly number[] | null {
    const { lexer } = this
    const args: number[] = []
    let depth = 1
    let from = -1
    let to = -1
    for (let token = lexer.next(); token !== Token.end; token = lexer.next()) {
      if (token === 40 || token === 123 || token === 91) depth++
      else if (token === 125 && lexer.isInColumnZero) return null
      else if (token === 41 || token === 125 || token === 93) {
        if (--depth === 0) {
          if (args.length < 2 * MOST_ARGUMENTS) args.push(from, to)
          return args
        }
      } else if (token === 44 && depth === 1) {
        if (args.length < 2 * MOST_ARGUMENTS) args.push(from, to)
        from = to = -1
        continue
      }
      if (from < 0) from = lexer.start
      to = lexer.end
    }
    return args
  }

  /** The same where nobody wants to know the arguments. */
  private skipArguments(): readonly number[] | null {
    const { lexer } = this
    let depth = 1
    for (let token = lexer.next(); token !== Token.end; token = lexer.next()) {
      if (token === 40 || token === 123 || token === 91) depth++
      else if (token === 125 && lexer.isInColumnZero) return null
      else if ((token === 41 || token === 125 || token === 93) && --depth === 0) break
    }
    return NO_ARGUMENTS
  }

  /** Argument `i` of a group as the name of its text, 0 if it is long or there is none. */
  private argument({ args }: Group, i: number): number {
    const [from = 0, to = 0] = [args[2 * i], args[2 * i + 1]]
    return to - from > LONGEST_ARGUMENT ? 0 : this.context.nameOf(from, to)
  }

  private isAttribute(name: Word, at: number): boolean {
    const { bytes, names, words } = this.context
    return bytes[at] === 95 && bytes[at + 1] === 95 && isAttribute(names.text(words.id(name)))
  }

  private brace(): void {
    const { context, lexer } = this
    if (this.group && !this.variableSeen) {
      this.function(this.group)
      this.reset()
    } else if (this.variableSeen) {
      if (this.tag !== 0) readInitializer(context, lexer, -1, this.tag, this.lastName)
      else skipBraces(lexer)
    } else if (this.expectTag === 1 || this.expectTag === 2) {
      this.fieldsFrom = context.out.count(ROW.fields)
      if (this.expectTag === 1) this.tag = context.words.of(`anonymous struct at line ${lexer.line}`)
      this.expectTag = 0
      readStruct(context, lexer, this.tag)
    } else if (this.previous === Token.literal) this.reset()
    else {
      this.expectTag = 0
      skipBraces(lexer)
    }
  }

  private function(group: Group): void {
    const { context, lexer, expansion } = this
    const { out } = context
    const row = out.count(ROW.functions)
    const body = lexer.start
    const { name, isOpaque } = this.functionName(group)
    const flags = this.flags | (expansion ? FunctionFlag.expanded : 0)
    const at = expansion?.at
    const line = expansion?.line ?? group.line
    const returns = isOpaque ? 0 : context.words.id(this.tag)
    out.add(
      ROW.functions,
      name,
      at ?? group.nameAt,
      at ?? this.start,
      at ?? body,
      0,
      line,
      flags,
      this.directives.condition(),
      returns,
    )
    const outer = context.enter()
    if (!isOpaque) this.parameters.read(group.open, group.close)
    const end = this.bodies[expansion ? 'expansion' : 'file'].read(row, false)
    context.leave(outer)
    out.patch(ROW.functions, row, 4, at ?? end)
  }

  /** `SYSCALL_DEFINE3(read, ...) {`: the macro names the function after its first argument. */
  private functionName(group: Group): { name: number; isOpaque: boolean } {
    const { names, words } = this.context
    const own = words.id(group.name)
    // `CONCATENATE(family, _ops)(void) {`: the macro's name is not the function's, and no call means it.
    if (this.isNameMade) return { name: names.id(`${names.text(own)}()`), isOpaque: true }
    if (!group.isBare) return { name: own, isOpaque: false }
    const macro = names.text(own)
    if (!/^[A-Z][A-Z0-9_]+$/.test(macro)) return { name: own, isOpaque: false }
    const argument = names.text(this.argument(group, 0))
    if (!/^\w+$/.test(argument)) return { name: own, isOpaque: true }
    return { name: names.id(macro.includes('SYSCALL') ? `sys_${argument}` : argument), isOpaque: true }
  }

  private variable(): void {
    const { out, words } = this.context
    if (this.tag !== 0 && this.lastName !== 0 && !this.group && !this.isTypedef && !this.variableSeen)
      out.add(ROW.variables, words.id(this.lastName), words.id(this.tag))
  }

  private semicolon(): void {
    if (this.group && (this.group.isBare || this.group.isStaticOnly)) this.fileMacro(this.group)
    else this.variable()
    if (this.isTypedef && this.fieldsFrom >= 0 && this.lastName !== 0) this.renameStruct()
  }

  /** `typedef struct { ... } name;`: the fields belong to `name`. */
  private renameStruct(): void {
    const { out, words } = this.context
    const [tag, name] = [words.id(this.tag), words.id(this.lastName)]
    const to = out.count(ROW.fields)
    for (let row = this.fieldsFrom; row < to; row++)
      if (out.valueAt(ROW.fields, row, 0) === tag) out.patch(ROW.fields, row, 0, name)
  }

  private fileMacro(group: Group): void {
    const { context, expansion } = this
    const definer = expansion ? undefined : this.directives.definers.get(group.name)
    if (definer) {
      this.expand(group, definer)
      return
    }
    const name = context.words.id(group.name)
    const text = context.names.text(name)
    if (text.startsWith('EXPORT_SYMBOL') || text.startsWith('MODULE_')) return
    context.out.add(
      ROW.fileMacros,
      name,
      group.line,
      group.nameAt,
      this.argument(group, 0),
      this.argument(group, 1),
      this.argument(group, 2),
      this.argument(group, 3),
      this.argument(group, 4),
      this.argument(group, 5),
      this.directives.condition(),
    )
  }

  /** Reads the functions that a token-pasting macro of this file defines, as if they stood where it is used. */
  private expand(group: Group, macro: DefiningMacro): void {
    const { context } = this
    const bytes = context.bytes
    const length = context.length
    const args = new Map(macro.parameters.map((name, i) => [name, context.names.text(this.argument(group, i))]))
    const text = expandMacro(latin1(bytes, macro.start, macro.end), args)
    const expanded = new Uint8Array(text.length + 1)
    for (let i = 0; i < text.length; i++) expanded[i] = text.charCodeAt(i)
    const sub = context.expansionLexer
    sub.open(expanded, 0, text.length, group.line)
    context.read(expanded, text.length)
    const outer = context.enter()
    new FileScope(context, sub, this.directives, this.bodies, { at: group.nameAt, line: group.line }).read()
    context.leave(outer)
    context.read(bytes, length)
  }

  private skipTo(open: number, close: number): void {
    const { lexer } = this
    let depth = 1
    for (let token = lexer.next(); token !== Token.end; token = lexer.next()) {
      if (token === open) depth++
      else if (token === close && --depth === 0) return
      else if (token === 125 && lexer.isInColumnZero) {
        this.reset()
        return
      }
    }
  }
}

/** What stands last after a group that `token` opens was read whole. */
function lastOf(token: number): number {
  return token === 40 ? 41 : token === 91 || token === 123 ? token + 2 : token
}

function expandMacro(body: string, args: ReadonlyMap<string, string>): string {
  return body
    .replace(/\\?\r?\n/g, ' ')
    .replace(/\w+/g, (word) => args.get(word) ?? word)
    .replace(/\s*##\s*/g, '')
}

/** Names that decorate a declaration and take arguments: `__printf(1, 2)`, `__section(".x")`. */
function isAttribute(name: string): boolean {
  return (
    name.startsWith('__') &&
    !name.startsWith('__pci') &&
    /^__(printf|scanf|section|aligned|alloc_size|acquires|releases|must_hold|attribute|diag|malloc|nonnull|cond_lock|deprecated|noreturn|asm|bpf|exit_call)/.test(
      name,
    )
  )
}
