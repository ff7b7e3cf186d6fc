/** What the analyses of values and devices ask of a whole function: its parameters, assignments and register reads. */
import { addressedLocal, type Block, type Call, slice } from './controlFlow.js'
import { childOf, type SyntaxNode } from './parser.js'

/** One assignment to a local, anywhere in the function. */
export interface LocalChange {
  /** Of C; or `for_each` for what a loop sets, `call` where its address is handed to another function. */
  readonly operator: string
  readonly value: SyntaxNode
}

export interface FunctionText {
  readonly text: string
  readonly assignments: ReadonlyMap<string, readonly LocalChange[]>
  /** Registers that the function reads into each local. */
  readonly reads: ReadonlyMap<string, readonly SyntaxNode[]>
  readonly parameters: readonly string[]
  /** Those of them that are no pointers, arrays or functions. */
  readonly plainParameters: ReadonlySet<string>
  /** Parameters and locals with the type that their declaration names, and how often the name is declared. */
  readonly declared: ReadonlyMap<string, Declared>
}

export interface Declared {
  readonly type: string
  readonly times: number
}

export function callsInOrder(blocks: readonly Block[]): readonly Call[] {
  return blocks
    .flatMap((block) => block.steps.flatMap((step) => (step.kind === 'call' ? [step.call] : [])))
    .sort((a, b) => a.node.start - b.node.start)
}

/** What the value analysis wants to know of the whole function. */
export function describeFunction(definition: SyntaxNode | null, blocks: readonly Block[], text: string): FunctionText {
  const assignments = new Map<string, LocalChange[]>()
  const reads = new Map<string, SyntaxNode[]>()
  const put = <T>(map: Map<string, T[]>, key: string, value: T): void => {
    const known = map.get(key)
    if (known) known.push(value)
    else map.set(key, [value])
  }
  for (const step of blocks.flatMap((block) => block.steps)) {
    if (step.kind === 'return') continue
    if (step.kind === 'assign') {
      if (step.target.type === 'identifier')
        put(assignments, slice(text, step.target), { operator: step.operator || '=', value: step.value ?? step.target })
    } else if (/(^|_)read_config|capability_read/.test(step.call.callee)) {
      const into = step.call.args.at(-1)
      const offset = step.call.args.at(-2)
      const local = into ? addressedLocal(into, text) : null
      if (local !== null && offset) put(reads, local, offset)
    } else {
      for (const argument of step.call.args) {
        const local = addressedLocal(argument, text)
        if (local !== null) put(assignments, local, { operator: 'call', value: argument })
      }
    }
  }
  const list = definition ? findNode(definition, 'parameter_list') : null
  const declarations = list ? list.children : []
  const parameters = declarations.map((one) => lastIdentifier(one, text))
  const plainParameters = new Set(
    parameters.filter((_, i) => childOf(declarations[i]!, 'declarator')?.type === 'identifier'),
  )
  return { text, assignments, reads, parameters, plainParameters, declared: declarationsIn(definition, text) }
}

/** What a function declares, in its head and anywhere in its body. */
export function declarationsIn(definition: SyntaxNode | null, text: string): ReadonlyMap<string, Declared> {
  const found = new Map<string, Declared>()
  const pending = definition ? [definition] : []
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'declaration' || node.type === 'parameter_declaration') {
      const type = childOf(node, 'type')
      for (const child of node.children) {
        if (child.field !== 'declarator') continue
        const name = child.type === 'identifier' ? slice(text, child) : lastIdentifier(child, text)
        if (name !== '')
          found.set(name, { type: type ? slice(text, type) : '', times: (found.get(name)?.times ?? 0) + 1 })
      }
    }
    pending.push(...node.children)
  }
  return found
}

function lastIdentifier(node: SyntaxNode, text: string): string {
  // `(*name)(int)` keeps its declarator in parentheses.
  const inside = node.type === 'parenthesized_declarator' ? node.children[0] : null
  const declarator = childOf(node, 'declarator') ?? inside
  if (!declarator) return ''
  return declarator.type === 'identifier' ? slice(text, declarator) : lastIdentifier(declarator, text)
}

export function findNode(node: SyntaxNode, type: string): SyntaxNode | null {
  if (node.type === type) return node
  for (const child of node.children) {
    const found = findNode(child, type)
    if (found) return found
  }
  return null
}
