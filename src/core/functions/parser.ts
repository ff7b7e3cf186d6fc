/**
 * The microscope: tree-sitter on the text of one function. The only place that knows web-tree-sitter; a tree is read
 * into plain nodes and freed before `parse` returns (undeleted trees grow the wasm heap by half a megabyte each).
 */
import { Language, Parser } from 'web-tree-sitter'

/** A named node of C syntax. `start` and `end` are offsets in the parsed text; `field` is its role in the parent, or ''. */
export interface SyntaxNode {
  readonly type: string
  readonly field: string
  /** `+` of a sum, `!` of a negation; '' where the grammar names none. */
  readonly operator: string
  readonly start: number
  readonly end: number
  /** It is, or holds, what the grammar could not read. */
  readonly isError: boolean
  /** Neither comments nor punctuation. */
  readonly children: readonly SyntaxNode[]
}

export interface CParser {
  /** Parses C text; never throws on text. What is no C becomes nodes with `isError`. */
  parse(text: string): SyntaxNode
}

/** Loads the grammar. `runtime` is web-tree-sitter.wasm, `grammar` is tree-sitter-c.wasm. */
export async function loadCParser(runtime: Uint8Array, grammar: Uint8Array): Promise<CParser> {
  await Parser.init({ wasmBinary: runtime })
  const language = await Language.load(grammar)
  const parser = new Parser()
  parser.setLanguage(language)
  const symbols = new Symbols(language)
  return new LastKept((text) => read(parser, symbols, text))
}

/** The same function is asked for again and again: with each set of constants that its callers pass. */
class LastKept implements CParser {
  private text: string | null = null
  private root: SyntaxNode | null = null

  constructor(private readonly read: (text: string) => SyntaxNode) {}

  parse(text: string): SyntaxNode {
    if (this.root === null || this.text !== text) {
      this.root = this.read(text)
      this.text = text
    }
    return this.root
  }
}

/** What becomes of the tokens and rules of the grammar. */
type Kind = 'inner' | 'leaf' | 'operator' | 'left out'

/** Rules without a part that anybody asks for. */
const LEAVES = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'statement_identifier',
  'primitive_type',
  'storage_class_specifier',
  'type_qualifier',
  'number_literal',
  'string_literal',
  'char_literal',
])

/** The grammar by its numbers: a string across the wasm border for every node would cost more than the parse. */
class Symbols {
  private readonly types: readonly string[]
  private readonly kinds: readonly Kind[]
  private readonly fields: readonly string[]

  constructor(language: Language) {
    const ids = Array.from({ length: language.nodeTypeCount }, (_, id) => id)
    this.types = ids.map((id) => language.nodeTypeForId(id) ?? 'ERROR')
    this.kinds = ids.map((id) => kindOf(this.types[id]!, language.nodeTypeIsNamed(id)))
    this.fields = Array.from({ length: language.fieldCount + 1 }, (_, id) => language.fieldNameForId(id) ?? '')
  }

  type(id: number): string {
    return this.types[id] ?? 'ERROR'
  }

  /** The number of what the grammar could not read is none of its own. */
  kind(id: number): Kind {
    return this.kinds[id] ?? 'inner'
  }

  field(id: number): string {
    return this.fields[id] ?? ''
  }
}

function kindOf(type: string, isNamed: boolean): Kind {
  if (!isNamed) return /^[-+*/%&|^~!<>=.]+$/.test(type) ? 'operator' : 'left out'
  if (type === 'comment') return 'left out'
  return LEAVES.has(type) ? 'leaf' : 'inner'
}

function read(parser: Parser, symbols: Symbols, text: string): SyntaxNode {
  const tree = parser.parse(text)
  if (!tree) return { type: 'ERROR', field: '', operator: '', start: 0, end: text.length, isError: true, children: [] }
  try {
    const cursor = tree.walk()
    try {
      return readNode({ cursor, symbols, hasErrors: tree.rootNode.hasError }, cursor.nodeTypeId, 0)
    } finally {
      cursor.delete()
    }
  } finally {
    tree.delete()
  }
}

type Cursor = ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>

/** Deeper nesting than this is cut off: no C that people write gets near it, and the stack must hold. */
const DEEPEST = 500
const NO_CHILDREN: readonly SyntaxNode[] = []

interface Reading {
  readonly cursor: Cursor
  readonly symbols: Symbols
  /** Somewhere in the tree the grammar could not go on. */
  readonly hasErrors: boolean
}

/** Reads the node at the cursor, whose type has the number `id`. Each question to the cursor is a call into wasm. */
function readNode(reading: Reading, id: number, depth: number): SyntaxNode {
  const { cursor, symbols, hasErrors } = reading
  const type = symbols.type(id)
  const field = symbols.field(cursor.currentFieldId)
  const start = cursor.startIndex
  const end = cursor.endIndex
  let isError = hasErrors && (type === 'ERROR' || cursor.nodeIsMissing)
  let operator = ''
  let children = NO_CHILDREN
  const isRead = (hasErrors || symbols.kind(id) === 'inner') && depth < DEEPEST
  if (isRead && cursor.gotoFirstChild()) {
    const named: SyntaxNode[] = []
    do {
      const child = cursor.nodeTypeId
      const kind = symbols.kind(child)
      if (kind === 'inner' || kind === 'leaf') named.push(readNode(reading, child, depth + 1))
      else if (hasErrors && cursor.nodeIsMissing) isError = true
      else if (kind === 'operator' && symbols.field(cursor.currentFieldId) === 'operator')
        operator = symbols.type(child)
    } while (cursor.gotoNextSibling())
    cursor.gotoParent()
    children = named
    isError ||= hasErrors && named.some((one) => one.isError)
  }
  return { type, field, operator, start, end, isError, children }
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | null {
  for (const child of node.children) if (child.field === field) return child
  return null
}
