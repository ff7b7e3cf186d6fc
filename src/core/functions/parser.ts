/**
 * The microscope: tree-sitter on the text of one function. The only place that knows web-tree-sitter; a tree is read
 * into plain nodes and freed before `parse` returns (undeleted trees grow the wasm heap by half a megabyte each).
 */
import { Language, Parser } from 'web-tree-sitter'

/** A node of C syntax. `start` and `end` are offsets in the parsed text; `field` is its role in the parent, or ''. */
export interface SyntaxNode {
  readonly type: string
  readonly field: string
  readonly start: number
  readonly end: number
  readonly isNamed: boolean
  readonly isError: boolean
  readonly children: readonly SyntaxNode[]
}

export interface ParsedFunction {
  /** The text as it was parsed: same length as the source, what C does not know blanked out. */
  readonly text: string
  readonly root: SyntaxNode
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
  const names = new SymbolNames(language)
  return { parse: (text) => read(parser, names, text) }
}

/** Names of node types and fields by number: a string across the wasm border for every node would cost more than the parse. */
class SymbolNames {
  private readonly types: string[] = []
  private readonly fields: string[] = []

  constructor(private readonly language: Language) {}

  type(id: number): string {
    const known = this.types[id]
    if (known !== undefined) return known
    const name = id === ERROR_SYMBOL ? 'ERROR' : (this.language.nodeTypeForId(id) ?? 'ERROR')
    this.types[id] = name
    return name
  }

  field(id: number): string {
    if (id === 0) return ''
    this.fields[id] ??= this.language.fieldNameForId(id) ?? ''
    return this.fields[id]!
  }
}

const ERROR_SYMBOL = 65535

function read(parser: Parser, names: SymbolNames, text: string): SyntaxNode {
  const tree = parser.parse(text)
  if (!tree) return { type: 'ERROR', field: '', start: 0, end: text.length, isNamed: true, isError: true, children: [] }
  try {
    const cursor = tree.walk()
    try {
      return readNode(cursor, names)
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

function readNode(cursor: Cursor, names: SymbolNames, depth = 0): SyntaxNode {
  const type = names.type(cursor.nodeTypeId)
  const field = names.field(cursor.currentFieldId)
  const start = cursor.startIndex
  const end = cursor.endIndex
  const isNamed = cursor.nodeIsNamed
  const children: SyntaxNode[] = []
  if (depth < DEEPEST && cursor.gotoFirstChild()) {
    do {
      children.push(readNode(cursor, names, depth + 1))
    } while (cursor.gotoNextSibling())
    cursor.gotoParent()
  }
  const isError = type === 'ERROR' || cursor.nodeIsMissing || children.some((c) => c.isError)
  return { type, field, start, end, isNamed, isError, children }
}

export function childOf(node: SyntaxNode, field: string): SyntaxNode | null {
  return node.children.find((c) => c.field === field) ?? null
}

export function namedChildren(node: SyntaxNode): readonly SyntaxNode[] {
  return node.children.filter((c) => c.isNamed && c.type !== 'comment')
}
