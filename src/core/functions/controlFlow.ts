/**
 * One function as basic blocks: what is evaluated in which order, and on which outcome of which test control goes on.
 * `&&`, `||`, `!` and `?:` are taken apart, so a test is always one plain expression. What the grammar could not read
 * is evaluated in passing and branches nowhere.
 */
import { childOf, type SyntaxNode } from './parser.js'

export interface Call {
  readonly node: SyntaxNode
  /** Name of the called function, or of the called field (`write` in `bus->ops->write(...)`). */
  readonly callee: string
  /** The expression before the called field, null for a call by name. */
  readonly receiver: SyntaxNode | null
  readonly args: readonly SyntaxNode[]
}

export type Step =
  | { readonly kind: 'call'; readonly call: Call }
  | {
      readonly kind: 'assign'
      readonly target: SyntaxNode
      readonly operator: string
      readonly value: SyntaxNode | null
    }
  | { readonly kind: 'return'; readonly value: SyntaxNode | null }

/** A test: the truth of an expression, or its equality with a case label's text. */
export interface Test {
  readonly node: SyntaxNode
  readonly equals: string | null
  /** Other parts of `a || b` or `a && b` that would have led to the same place. */
  readonly siblings: readonly Sibling[]
}

/** `node` being `outcome` leads where the test leads when it is `when`. */
export interface Sibling {
  readonly node: SyntaxNode
  readonly outcome: boolean
  readonly when: boolean
}

export interface Block {
  readonly steps: Step[]
  branch: { readonly test: Test; readonly whenTrue: number; readonly whenFalse: number } | null
  next: number
  /** Ends in BUG() or panic(): control does not come back. */
  crashes: boolean
}

export const NOWHERE = -1
const CRASHES = new Set(['BUG', 'panic', 'nmi_panic', 'unreachable'])
/** They evaluate their last argument only without saved state. */
export const SAVED_STATE_MACROS = new Set(['PCI_SER_GET'])
/** Wrappers around a condition that answer its truth. */
const TRANSPARENT = new Set(['likely', 'unlikely', 'WARN_ON', 'WARN_ON_ONCE', 'WARN', 'WARN_ONCE', '__builtin_expect'])

/** Blocks of a function definition's body; block 0 is the entry. */
export function flowGraph(body: SyntaxNode, text: string, source: string): readonly Block[] {
  const builder = new FlowBuilder(text, source)
  builder.statement(body)
  return builder.finish()
}

export function callOf(node: SyntaxNode, text: string): Call | null {
  const fn = childOf(node, 'function')
  if (!fn) return null
  const args = childOf(node, 'arguments')?.children ?? []
  const target = unwrapped(fn)
  if (target.type === 'field_expression') {
    const field = childOf(target, 'field')
    return field ? { node, callee: slice(text, field), receiver: childOf(target, 'argument'), args } : null
  }
  return { node, callee: slice(text, target), receiver: null, args }
}

/** `value` of `&value`; null for any other expression. */
export function addressedLocal(node: SyntaxNode, text: string): string | null {
  const argument = node.operator === '&' ? childOf(node, 'argument') : null
  return argument?.type === 'identifier' ? slice(text, argument) : null
}

export function slice(text: string, node: SyntaxNode): string {
  return text.slice(node.start, node.end)
}

/** The expression inside parentheses, casts and a leading `*` of a called pointer. */
export function unwrapped(node: SyntaxNode): SyntaxNode {
  for (;;) {
    const inner =
      node.type === 'parenthesized_expression'
        ? node.children[0]
        : node.type === 'cast_expression'
          ? childOf(node, 'value')
          : null
    if (!inner) return node
    node = inner
  }
}

class FlowBuilder {
  private readonly blocks: Block[] = []
  private current = this.newBlock()
  private readonly breaks: number[] = []
  private readonly continues: number[] = []
  private readonly labels = new Map<string, number>()
  private cases: { readonly value: string | null; readonly block: number }[][] = []

  constructor(
    private readonly text: string,
    /** The text before its macros were blanked. */
    private readonly source: string,
  ) {}

  finish(): readonly Block[] {
    return this.blocks
  }

  private newBlock(): number {
    this.blocks.push({ steps: [], branch: null, next: NOWHERE, crashes: false })
    return this.blocks.length - 1
  }

  private get block(): Block {
    return this.blocks[this.current]!
  }

  private goTo(target: number): void {
    if (!this.block.branch && this.block.next === NOWHERE) this.block.next = target
  }

  /** Ends the current block here; what follows is entered from `block`. */
  private continueAt(block: number): void {
    this.current = block
  }

  private leave(): void {
    this.current = this.newBlock()
  }

  statement(node: SyntaxNode): void {
    switch (node.type) {
      case 'compound_statement':
      case 'else_clause':
      case 'ERROR':
        for (const child of node.children) this.statement(child)
        return
      case 'if_statement':
        this.ifStatement(node)
        return
      case 'while_statement':
        this.loop(childOf(node, 'condition'), childOf(node, 'body'), null, false, this.iterators(node))
        return
      case 'do_statement':
        this.loop(childOf(node, 'condition'), childOf(node, 'body'), null, true)
        return
      case 'for_statement':
        this.forStatement(node)
        return
      case 'switch_statement':
        this.switchStatement(node)
        return
      case 'case_statement':
        this.caseStatement(node)
        return
      case 'labeled_statement':
        this.labeled(node)
        return
      case 'goto_statement': {
        const label = childOf(node, 'label')
        if (label) this.goTo(this.labelBlock(slice(this.text, label)))
        this.leave()
        return
      }
      case 'return_statement':
        for (const child of node.children) this.expression(child)
        this.block.steps.push({ kind: 'return', value: node.children[0] ?? null })
        this.leave()
        return
      case 'break_statement':
      case 'continue_statement': {
        const target = (node.type === 'break_statement' ? this.breaks : this.continues).at(-1)
        if (target !== undefined) this.goTo(target)
        this.leave()
        return
      }
      case 'declaration':
        this.declaration(node)
        return
      case 'function_definition':
        return
      default:
        this.expression(node)
    }
  }

  private ifStatement(node: SyntaxNode): void {
    const [whenTrue, whenFalse, after] = [this.newBlock(), this.newBlock(), this.newBlock()]
    const condition = childOf(node, 'condition')
    if (condition) this.condition(condition, whenTrue, whenFalse)
    this.continueAt(whenTrue)
    const consequence = childOf(node, 'consequence')
    if (consequence) this.statement(consequence)
    this.goTo(after)
    this.continueAt(whenFalse)
    const alternative = childOf(node, 'alternative')
    if (alternative) this.statement(alternative)
    this.goTo(after)
    this.continueAt(after)
  }

  private loop(
    condition: SyntaxNode | null,
    body: SyntaxNode | null,
    update: SyntaxNode | null,
    bodyFirst: boolean,
    iterators: readonly SyntaxNode[] = [],
  ): void {
    const [test, inside, step, after] = [this.newBlock(), this.newBlock(), this.newBlock(), this.newBlock()]
    this.goTo(bodyFirst ? inside : test)
    this.continueAt(test)
    for (const target of iterators) this.block.steps.push({ kind: 'assign', target, operator: 'for_each', value: null })
    if (condition) this.condition(condition, inside, after)
    else this.goTo(inside)
    this.breaks.push(after)
    this.continues.push(step)
    this.continueAt(inside)
    if (body) this.statement(body)
    this.goTo(step)
    this.continueAt(step)
    if (update) this.expression(update)
    this.goTo(test)
    this.breaks.pop()
    this.continues.pop()
    this.continueAt(after)
  }

  /** What `list_for_each_entry(dev, ...)` sets anew in each round; blanking has made it a while. */
  private iterators(node: SyntaxNode): readonly SyntaxNode[] {
    const name = /^\w*for_each\w*/.exec(this.source.slice(node.start, node.start + 80))?.[0]
    const condition = childOf(node, 'condition')
    if (name === undefined || !condition) return []
    const args: SyntaxNode[] = []
    let rest = unwrapped(condition)
    while (rest.type === 'comma_expression') {
      const [left, right] = rest.children
      if (!left || !right) break
      args.push(left)
      rest = right
    }
    args.push(rest)
    // pci_dev_for_each_resource(dev, res), xa_for_each(xa, index, entry): the container stands first.
    const isContainerFirst = /^(?:pci_dev|pci_bus|device|xa)_for_each/.test(name)
    return (isContainerFirst ? args.slice(1) : args.slice(0, 1)).filter((arg) => arg.type === 'identifier')
  }

  private forStatement(node: SyntaxNode): void {
    const initializer = childOf(node, 'initializer')
    if (initializer) this.statement(initializer)
    this.loop(childOf(node, 'condition'), childOf(node, 'body'), childOf(node, 'update'), false)
  }

  private switchStatement(node: SyntaxNode): void {
    const value = childOf(node, 'condition')
    const body = childOf(node, 'body')
    if (!value || !body) return
    this.expression(value)
    const dispatch = this.current
    const after = this.newBlock()
    const cases: { readonly value: string | null; readonly block: number }[] = []
    this.cases.push(cases)
    this.breaks.push(after)
    this.leave()
    this.statement(body)
    this.goTo(after)
    this.breaks.pop()
    this.cases.pop()
    this.continueAt(dispatch)
    for (const label of cases.filter((c) => c.value !== null)) {
      const other = this.newBlock()
      this.block.branch = {
        test: { node: unwrapped(value), equals: label.value, siblings: [] },
        whenTrue: label.block,
        whenFalse: other,
      }
      this.continueAt(other)
    }
    this.goTo(cases.find((c) => c.value === null)?.block ?? after)
    this.continueAt(after)
  }

  private caseStatement(node: SyntaxNode): void {
    const block = this.newBlock()
    this.goTo(block)
    this.continueAt(block)
    const value = childOf(node, 'value')
    this.cases.at(-1)?.push({ value: value ? slice(this.text, value) : null, block })
    for (const child of node.children) if (child.field !== 'value') this.statement(child)
  }

  private labeled(node: SyntaxNode): void {
    const label = childOf(node, 'label')
    const block = this.labelBlock(label ? slice(this.text, label) : '')
    this.goTo(block)
    this.continueAt(block)
    for (const child of node.children) if (child.field !== 'label') this.statement(child)
  }

  private labelBlock(label: string): number {
    const known = this.labels.get(label)
    if (known !== undefined) return known
    const block = this.newBlock()
    this.labels.set(label, block)
    return block
  }

  private declaration(node: SyntaxNode): void {
    for (const child of node.children) {
      if (child.type !== 'init_declarator') continue
      const value = childOf(child, 'value')
      if (value) this.expression(value)
      const target = declaredName(child)
      if (target) this.block.steps.push({ kind: 'assign', target, operator: '=', value })
    }
  }

  /** Evaluates `node` and goes to one of two blocks by its truth. */
  private condition(node: SyntaxNode, whenTrue: number, whenFalse: number, siblings: readonly Sibling[] = []): void {
    const inner = unwrapped(node)
    const { operator } = inner
    if (inner.type === 'unary_expression' && operator === '!') {
      const turned = siblings.map((sibling) => ({ ...sibling, when: !sibling.when }))
      this.condition(childOf(inner, 'argument') ?? inner, whenFalse, whenTrue, turned)
      return
    }
    if (inner.type === 'binary_expression' && (operator === '&&' || operator === '||')) {
      const middle = this.newBlock()
      const [left, right] = [childOf(inner, 'left'), childOf(inner, 'right')]
      if (!left || !right) return
      const outcome = operator === '||'
      const beside = (node: SyntaxNode): Sibling => ({ node, outcome, when: outcome })
      const ofBoth = siblings.filter((sibling) => sibling.when === outcome)
      this.condition(left, outcome ? whenTrue : middle, outcome ? middle : whenFalse, [...ofBoth, beside(right)])
      this.continueAt(middle)
      this.condition(right, whenTrue, whenFalse, [...siblings, beside(left)])
      return
    }
    if (inner.type === 'call_expression') {
      const call = callOf(inner, this.text)
      if (call && TRANSPARENT.has(call.callee) && call.args[0]) {
        this.condition(call.args[0], whenTrue, whenFalse, siblings)
        return
      }
    }
    this.expression(inner)
    if (this.block.branch || this.block.next !== NOWHERE) return
    this.block.branch = { test: { node: inner, equals: null, siblings }, whenTrue, whenFalse }
  }

  /** Evaluates an expression for its calls and assignments, in the order in which C evaluates them here. */
  private expression(node: SyntaxNode): void {
    const { operator } = node
    if (node.type === 'binary_expression' && (operator === '&&' || operator === '||')) {
      this.branching((t, f) => this.condition(node, t, f), null, null)
      return
    }
    if (node.type === 'conditional_expression') {
      const condition = childOf(node, 'condition')
      if (condition)
        this.branching(
          (t, f) => this.condition(condition, t, f),
          childOf(node, 'consequence'),
          childOf(node, 'alternative'),
        )
      return
    }
    const call = node.type === 'call_expression' ? callOf(node, this.text) : null
    if (call && this.onlyWithoutSavedState(call)) return
    if (STATEMENTS.has(node.type)) {
      this.statement(node)
      return
    }
    for (const child of node.children) this.expression(child)
    if (call) this.call(call)
    else if (node.type === 'assignment_expression') {
      const target = childOf(node, 'left')
      if (target) this.block.steps.push({ kind: 'assign', target, operator, value: childOf(node, 'right') })
    } else if (node.type === 'update_expression') {
      const target = childOf(node, 'argument')
      const sign = operator === '--' ? '-=' : '+='
      if (target) this.block.steps.push({ kind: 'assign', target, operator: sign, value: null })
    }
  }

  private branching(
    test: (whenTrue: number, whenFalse: number) => void,
    consequence: SyntaxNode | null,
    alternative: SyntaxNode | null,
  ): void {
    const [whenTrue, whenFalse, after] = [this.newBlock(), this.newBlock(), this.newBlock()]
    test(whenTrue, whenFalse)
    for (const [block, value] of [
      [whenTrue, consequence],
      [whenFalse, alternative],
    ] as const) {
      this.continueAt(block)
      if (value) this.expression(value)
      this.goTo(after)
    }
    this.continueAt(after)
  }

  /** `PCI_SER_GET(dev, field, expression)`: a macro that evaluates its last argument only without saved state. */
  private onlyWithoutSavedState({ node, callee, args }: Call): boolean {
    const [device, last] = [args[0], args.at(-1)]
    if (!SAVED_STATE_MACROS.has(callee) || !device || !last) return false
    const [otherwise, after] = [this.newBlock(), this.newBlock()]
    this.expression(device)
    this.block.branch = { test: { node, equals: null, siblings: [] }, whenTrue: after, whenFalse: otherwise }
    this.continueAt(otherwise)
    this.expression(last)
    this.goTo(after)
    this.continueAt(after)
    return true
  }

  private call(call: Call): void {
    this.block.steps.push({ kind: 'call', call })
    if (!CRASHES.has(call.callee)) return
    this.block.crashes = true
    this.leave()
  }
}

const STATEMENTS = new Set([
  'compound_statement',
  'if_statement',
  'while_statement',
  'do_statement',
  'for_statement',
  'switch_statement',
  'labeled_statement',
  'goto_statement',
  'return_statement',
  'break_statement',
  'continue_statement',
  'declaration',
])

/** The identifier that a declarator declares: `*name[3] = ...`. */
function declaredName(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = childOf(node, 'declarator'); at; at = childOf(at, 'declarator'))
    if (at.type === 'identifier') return at
  return null
}
