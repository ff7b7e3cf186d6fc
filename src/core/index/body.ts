/**
 * The inside of a function (or of a macro that calls): calls by name, calls through a field, names handed on as values.
 * It sees tokens, not types; of a local it knows the struct tag where its declaration says it plainly.
 */

import { EarlyReturns } from './earlyReturns.js'
import { CallShape, RootKind, ValueUse } from './facts.js'
import { type IndexContext, isConstantName, LocalKind, ROW } from './indexContext.js'
import { readInitializer } from './initializer.js'
import { type Lexer, Token } from './lexer.js'
import { LocalDeclarations } from './localDeclarations.js'
import { MemberChain } from './memberChain.js'
import { NO_WORD, type Word } from './words.js'

const PLAIN = 0
const CALL = 1
const BRACKET = 2

const OPEN_PAREN = 40
const CLOSE_PAREN = 41
const COMMA = 44
const DOT = 46
const SEMICOLON = 59
const EQUALS = 61
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125
const AMPERSAND = 38
const COLON = 58
const QUESTION = 63

/** Left side of an assignment that is a field: no local has this id. */
const FIELD = NO_WORD

/** Deeper nesting than this is no C that people write; what is in there is not recorded. */
const DEEPEST = 64

/** Open parentheses and brackets: what each is, which function it calls, which argument is being read. */
class Frames {
  readonly kinds = new Uint8Array(DEEPEST)
  readonly callees = new Int32Array(DEEPEST)
  readonly arguments = new Int32Array(DEEPEST)
  readonly lines = new Int32Array(DEEPEST)
  readonly chains = Array.from({ length: DEEPEST }, () => new MemberChain())
}

/** Reads bodies with one set of buffers; a body inside another (a `#define` in a function) needs a reader of its own. */
export class BodyReader {
  private readonly chain = new MemberChain()
  private readonly assigned = new MemberChain()
  private readonly frames = new Frames()
  private readonly declarations: LocalDeclarations
  private readonly returns: EarlyReturns
  private owner = 0
  private isMacro = false
  private previous = 0
  /** The token before the identifier that was read last, an `&` between them passed over. */
  private beforeName = 0
  /** The same for the name that the chain begins with. */
  private beforeChain = 0
  private beforePrevious = 0
  private closedPlain = false
  /** The pointer to a function whose declaration stands left of the `=`. */
  private assignedPointer: Word = NO_WORD
  /** Line of the name that was read last: a call stands where its name stands, not its parenthesis. */
  private nameLine = 0

  constructor(
    private readonly context: IndexContext,
    private readonly lexer: Lexer,
  ) {
    this.declarations = new LocalDeclarations(context)
    this.returns = new EarlyReturns(context)
  }

  /** Reads on behind an opening `{` to its closing `}`; a macro's body to the end of its range. Answers the end offset. */
  read(owner: number, isMacro: boolean): number {
    const { context, lexer, declarations } = this
    this.owner = owner
    this.isMacro = isMacro
    this.previous = this.beforePrevious = this.beforeName = 0
    this.closedPlain = false
    this.chain.reset()
    context.depth = 1
    this.returns.reset()
    this.statement()
    for (;;) {
      const token = lexer.next()
      if (this.returns.isOpen) this.returns.token(token, lexer, owner)
      switch (token) {
        case Token.end:
          return lexer.end
        case Token.identifier:
          this.name()
          break
        case OPEN_PAREN:
          this.open()
          break
        case CLOSE_PAREN:
          this.value(token)
          this.close()
          declarations.closeParenthesis()
          break
        case OPEN_BRACKET:
          this.push(BRACKET, 0)
          break
        case CLOSE_BRACKET:
          this.closeBracket()
          break
        case COMMA:
          this.value(token)
          this.comma()
          break
        case SEMICOLON:
          this.value(token)
          this.statement()
          break
        case EQUALS:
          this.assigned.copy(this.chain)
          this.assigned.closed = this.previous === Token.identifier || this.previous === CLOSE_BRACKET
          this.changed()
          this.assignedPointer = this.previous === CLOSE_PAREN ? declarations.pointerName : NO_WORD
          declarations.equals()
          break
        case OPEN_BRACE:
          if (this.initializer()) {
            if (!this.isMacro && lexer.isInColumnZero) return lexer.end
            break
          }
          context.depth++
          this.statement()
          break
        case CLOSE_BRACE:
          context.depth--
          if (!this.isMacro && (context.depth <= 0 || lexer.isInColumnZero)) return lexer.end
          this.statement()
          break
        case Token.operator:
          if (context.bytes[lexer.end - 1] === EQUALS) this.changed()
          declarations.other(token)
          break
        case COLON:
          this.value(token)
          if (context.nesting === 0) declarations.statement()
          break
        default:
          declarations.other(token)
      }
      this.beforePrevious = this.previous
      this.previous = token
    }
  }

  private statement(): void {
    this.context.nesting = 0
    this.returns.statement(this.lexer.line)
    this.declarations.statement()
    this.assigned.reset()
    this.assignedPointer = NO_WORD
  }

  /** The name before an assignment or a comparison: for one that is assigned to, what was passed is gone. */
  private changed(): void {
    const { context, chain, lexer } = this
    if (this.previous !== Token.identifier || chain.length > 0) return
    const [operator, second] = [context.bytes[lexer.start], context.bytes[lexer.start + 1]]
    const compares = second === EQUALS && (operator === EQUALS || operator === 33 || operator === 60 || operator === 62)
    if (!compares) context.assigned(context.wordAt(chain.start, chain.end, chain.hash))
  }

  private name(): void {
    const { lexer, chain, previous } = this
    this.nameLine = lexer.line
    this.beforeName = previous === AMPERSAND ? this.beforePrevious : previous
    if (
      previous === Token.arrow ||
      (previous === DOT && this.beforePrevious !== OPEN_BRACE && this.beforePrevious !== COMMA)
    )
      chain.member(lexer.start, lexer.end)
    else {
      chain.root(lexer.start, lexer.end, lexer.hash)
      this.beforeChain = this.beforeName
      this.declarations.identifier(lexer)
    }
  }

  private open(): void {
    const { previous, chain, context, nameLine } = this
    if (previous === Token.identifier) {
      const callee = chain.length === 0 ? context.wordAt(chain.start, chain.end, chain.hash) : NO_WORD
      if (chain.length > 0) this.push(CALL, this.fieldCall(nameLine))
      else if (callee <= context.keywords.last) {
        if (context.keywords.isBaseType(callee)) this.declarations.parenthesis()
        this.push(PLAIN, 0)
      } else {
        this.declarations.parenthesis()
        this.nameCall(callee, nameLine)
        this.push(CALL, context.words.id(callee))
      }
      return
    }
    if (previous === CLOSE_PAREN && this.closedPlain && chain.length > 0) this.push(CALL, this.fieldCall(nameLine))
    else this.push(PLAIN, 0)
    this.declarations.parenthesis()
  }

  private nameCall(callee: Word, line: number): void {
    const { context, owner } = this
    const { out, words } = context
    if (!context.isLocal(callee)) {
      out.add(ROW.calls, owner, words.id(callee), line, CallShape.name)
      return
    }
    if (context.kindOf(callee) & LocalKind.parameter) out.add(ROW.handedOn, owner, context.positionOf(callee), 0, -1)
    else out.add(ROW.calls, owner, words.id(callee), line, CallShape.pointer)
  }

  /** A call through a field; answers the field's name. */
  private fieldCall(line: number): number {
    const { context, chain, owner } = this
    const field = chain.lastField(context)
    const { kind, root } = this.rootOf(chain)
    context.out.add(ROW.fieldCalls, owner, line, kind, root, chain.middle(context), field)
    return field
  }

  /** What a chain begins with: see `RootKind`. */
  private rootOf(chain: MemberChain): { readonly kind: number; readonly root: number } {
    const { context } = this
    if (chain.returnedBy !== 0) return { kind: RootKind.returned, root: chain.returnedBy }
    if (chain.end <= chain.start) return { kind: RootKind.unknown, root: 0 }
    const id = context.wordAt(chain.start, chain.end, chain.hash)
    if (!context.isLocal(id)) return { kind: RootKind.variable, root: context.words.id(id) }
    const tag = context.words.id(context.tagOf(id))
    return { kind: tag === 0 ? RootKind.unknown : RootKind.tag, root: tag }
  }

  private push(kind: number, callee: number): void {
    const { frames, context, chain } = this
    const depth = context.nesting++
    if (depth < DEEPEST) {
      frames.kinds[depth] = kind
      frames.callees[depth] = callee
      frames.arguments[depth] = 0
      frames.lines[depth] = this.nameLine
      if (kind === BRACKET) frames.chains[depth]!.copy(chain)
    }
    chain.reset()
  }

  /** The innermost open frame, or -1. */
  private get top(): number {
    const depth = this.context.nesting - 1
    return depth < DEEPEST ? depth : -1
  }

  private close(): void {
    const { top, frames } = this
    if (this.context.nesting > 0) this.context.nesting--
    const kind = top < 0 ? PLAIN : frames.kinds[top]!
    this.closedPlain = kind === PLAIN
    if (kind === CALL) this.chain.returned(frames.callees[top]!)
  }

  private closeBracket(): void {
    const { top, frames } = this
    if (this.context.nesting > 0) this.context.nesting--
    if (top >= 0 && frames.kinds[top] === BRACKET) this.chain.copy(frames.chains[top]!)
  }

  private comma(): void {
    const { top } = this
    if (top >= 0) this.frames.arguments[top]!++
    else {
      this.declarations.comma()
      this.assigned.reset()
    }
  }

  /** `= {` of a declared struct: its own reader takes over. */
  private initializer(): boolean {
    const { declarations, context, lexer, owner } = this
    if (this.previous !== EQUALS || declarations.tag === 0 || context.nesting > 0) return false
    readInitializer(context, lexer, owner, declarations.tag, declarations.declared)
    return true
  }

  /** The token after a name: if the name alone was an argument, the right side of `=` or returned, that is a use of it. */
  private value(token: number): void {
    const { previous, chain, context, beforeName } = this
    if (previous !== Token.identifier) return
    if (chain.length > 0) {
      if (this.isAssigned(token, this.beforeChain)) this.copy()
      return
    }
    const { bytes } = context
    if (isConstantName(bytes, chain.start, chain.end)) return
    const { top } = this
    if ((beforeName === OPEN_PAREN || beforeName === COMMA) && top >= 0 && this.frames.kinds[top] === CALL)
      this.argument(this.frames.callees[top]!, this.frames.arguments[top]!)
    else if (this.isAssigned(token, beforeName)) this.assignment()
    else if (token === SEMICOLON && beforeName === Token.identifier) this.returned()
  }

  /** `x->f = a;`, or one side of `x->f = is_old ? a : b;`. */
  private isAssigned(token: number, before: number): boolean {
    if (before === EQUALS) return token !== CLOSE_PAREN
    if (this.context.nesting > 0) return false
    return (before === QUESTION && token === COLON) || (before === COLON && token === SEMICOLON)
  }

  private argument(callee: number, position: number): void {
    const { context, chain, owner, lexer, top, frames } = this
    const id = context.wordAt(chain.start, chain.end, chain.hash)
    if (id <= context.keywords.last) return
    const kind = context.kindOf(id)
    if (kind === 0)
      context.out.add(ROW.values, owner, context.words.id(id), lexer.line, ValueUse.argument, callee, position)
    else if (kind & LocalKind.maybeFunction)
      context.out.add(ROW.handedOn, owner, context.positionOf(id), callee, position)
    else if (kind & (LocalKind.flag | LocalKind.bits)) {
      const isBool = kind & LocalKind.flag ? 1 : 0
      context.out.add(ROW.flagsPassed, owner, context.positionOf(id), isBool, frames.lines[top]!, callee, position)
    }
  }

  private assignment(): void {
    const { context, chain, owner, assigned } = this
    const left = this.leftSide()
    if (left === null) return
    const id = context.wordAt(chain.start, chain.end, chain.hash)
    if (id <= context.keywords.last) return
    const kind = context.kindOf(id)
    if (kind & LocalKind.parameter) {
      const root = context.wordAt(assigned.start, assigned.end, assigned.hash)
      if (left === FIELD && context.kindOf(root) & LocalKind.value && kind & LocalKind.maybeFunction)
        context.out.add(ROW.handedOn, owner, context.positionOf(id), 0, -2)
      return
    }
    if (kind === 0) this.assigns(left, context.words.id(id), RootKind.unknown, 0, 0, 0)
  }

  /** `to->f = from->g;`: what stands in one field may stand in the other from now on. */
  private copy(): void {
    const { context, chain } = this
    const left = this.leftSide()
    if (left === null) return
    const { kind, root } = this.rootOf(chain)
    if (kind !== RootKind.unknown) this.assigns(left, 0, kind, root, chain.middle(context), chain.lastField(context))
  }

  /** The local that is assigned to, if it may be a pointer to a function; `FIELD` for a field; null for anything else. */
  private leftSide(): Word | null {
    const { assigned, context, assignedPointer } = this
    if (assignedPointer !== 0) return assignedPointer
    if (!assigned.closed) return null
    if (assigned.length > 0) return FIELD
    const id = assigned.end > assigned.start ? context.wordAt(assigned.start, assigned.end, assigned.hash) : NO_WORD
    return context.kindOf(id) & LocalKind.callable ? id : null
  }

  /** The field or local left of the `=` takes the function `name`, or what the other field holds. */
  private assigns(local: Word, name: number, fromKind: number, from: number, fromMid: number, fromField: number): void {
    const { context, owner, lexer, assigned } = this
    const { kind, root } =
      local === FIELD ? this.rootOf(assigned) : { kind: RootKind.local, root: context.words.id(local) }
    if (kind === RootKind.unknown) return
    const [mid, field] = local === FIELD ? [assigned.middle(context), assigned.lastField(context)] : [0, 0]
    context.out.add(
      ROW.assignments,
      owner,
      lexer.line,
      kind,
      root,
      mid,
      field,
      name,
      fromKind,
      from,
      fromMid,
      fromField,
    )
  }

  private returned(): void {
    const { context, chain, owner, lexer } = this
    const id = context.wordAt(chain.start, chain.end, chain.hash)
    if (id > context.keywords.last && context.kindOf(id) === 0 && this.declarations.isReturn)
      context.out.add(ROW.values, owner, context.words.id(id), lexer.line, ValueUse.returned, 0, 0)
  }
}
