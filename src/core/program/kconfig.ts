/**
 * Which CONFIG symbols can be set on one architecture: a `.config` says it, and of what it leaves open the tree's Kconfig
 * files tell "never": a symbol that is not defined for the architecture, or whose dependencies cannot hold there.
 * Everything else may be set. COMPILE_TEST is taken as off: it builds code for machines that the kernel will not run on.
 */
import { type KernelConfig, valueOfSymbol } from '../config/kernelConfig.js'

/** Values that a symbol or an expression can have: bit 1 for n, bit 2 for y or m. */
const N = 1
const Y = 2
const EITHER = N | Y

const ASSUMED: readonly (readonly [string, number])[] = [
  ['COMPILE_TEST', N],
  ['64BIT', Y],
]

interface Definition {
  readonly depends: readonly string[]
  hasPrompt: boolean
  readonly defaults: string[]
}

interface ConfigSymbol {
  readonly definitions: Definition[]
  /** Symbols that select this one, each with the condition of the `select`. */
  readonly selectors: { readonly by: string; readonly condition: string }[]
}

/** Reads a file of the tree, null if there is none. */
export type ReadText = (path: string) => string | null

export class KconfigSymbols {
  private readonly symbols = new Map<string, ConfigSymbol>()
  private readonly known = new Map<string, number>()
  private readonly files = new Set<string>()
  /** False if the tree has no Kconfig: then only the `.config` can say something. */
  private readonly hasKconfig: boolean

  constructor(
    private readonly read: ReadText,
    private readonly arch: string,
    private readonly config: KernelConfig | null = null,
  ) {
    this.hasKconfig = read('Kconfig') !== null
    this.source('Kconfig', [])
    for (const [name, value] of ASSUMED) if (valueOfSymbol(config, name) === null) this.known.set(name, value)
  }

  /** True if no configuration that is reviewed sets `CONFIG_<name>`. */
  isNever(name: string): boolean {
    return this.valueOf(name) === N
  }

  /** True if every configuration that is reviewed sets it, built in or as a module. */
  isAlways(name: string): boolean {
    return this.valueOf(name) === Y
  }

  private valueOf(name: string): number {
    const known = this.known.get(name)
    if (known !== undefined) return known
    this.known.set(name, EITHER)
    const value = this.evaluateSymbol(name)
    this.known.set(name, value)
    return value
  }

  private evaluateSymbol(name: string): number {
    if (name === 'y' || name === 'm') return Y
    if (name === 'n') return N
    const given = valueOfSymbol(this.config, name)
    if (given !== null) return given === 'n' ? N : Y
    if (!this.hasKconfig) return EITHER
    const symbol = this.symbols.get(name)
    if (!symbol) return N
    let value = 0
    for (const definition of symbol.definitions) value |= this.valueOfDefinition(definition)
    if ((value & Y) === 0 && symbol.selectors.some((s) => this.canHold(s.by) && this.canHold(s.condition))) value |= Y
    return value === 0 ? N : value
  }

  private valueOfDefinition({ depends, hasPrompt, defaults }: Definition): number {
    const allowed = depends.map((d) => this.evaluate(d)).reduce((a, b) => both(a, b), Y)
    if (!(allowed & Y)) return N
    if (hasPrompt) return EITHER
    const chosen = defaults.map((d) => this.evaluate(d)).reduce((a, b) => either(a, b), N)
    return both(allowed, chosen)
  }

  private canHold(expression: string): boolean {
    return expression === '' || (this.evaluate(expression) & Y) !== 0
  }

  private evaluate(expression: string): number {
    return new Evaluation(expression, (name) => this.valueOf(name)).value()
  }

  private source(path: string, context: readonly string[]): void {
    if (this.files.has(path)) return
    this.files.add(path)
    const text = this.read(path)
    if (text === null) return
    new KconfigReader(context, {
      define: (name, definition) => this.symbolNamed(name).definitions.push(definition),
      select: (by, target, condition) => this.symbolNamed(target).selectors.push({ by, condition }),
      source: (target, inside) =>
        this.source(target.replaceAll('$(SRCARCH)', this.arch).replaceAll('$SRCARCH', this.arch), inside),
    }).read(text)
  }

  private symbolNamed(name: string): ConfigSymbol {
    const symbol = this.symbols.get(name) ?? { definitions: [], selectors: [] }
    this.symbols.set(name, symbol)
    return symbol
  }
}

function both(a: number, b: number): number {
  return ((a | b) & N) | (a & b & Y)
}

function either(a: number, b: number): number {
  return (a & b & N) | ((a | b) & Y)
}

interface KconfigSink {
  readonly define: (name: string, definition: Definition) => void
  readonly select: (by: string, target: string, condition: string) => void
  readonly source: (path: string, context: readonly string[]) => void
}

/** One Kconfig file, line by line: blocks nest, and every symbol inherits what its blocks depend on. */
class KconfigReader {
  private readonly context: string[]
  private readonly marks: number[] = []
  private name: string | null = null
  private definition: Definition | null = null
  private helpIndent = -1
  private inMenuHead = false

  constructor(
    outer: readonly string[],
    private readonly sink: KconfigSink,
  ) {
    this.context = [...outer]
  }

  read(text: string): void {
    for (const raw of text.replace(/\\\n/g, ' ').split('\n')) {
      const indent = raw.search(/\S/)
      if (indent < 0 || raw.trimStart().startsWith('#')) continue
      const column = raw.slice(0, indent).replaceAll('\t', '        ').length
      if (this.helpIndent >= 0) {
        if (column > this.helpIndent) continue
        this.helpIndent = -1
      }
      this.line(raw.trim(), column)
    }
  }

  private line(line: string, column: number): void {
    const [word = ''] = line.split(/[\s"]/, 1)
    const rest = line.slice(word.length).trim()
    switch (word) {
      case 'help':
      case '---help---':
        this.helpIndent = Math.max(0, column - 1)
        return
      case 'config':
      case 'menuconfig':
        this.begin(rest)
        return
      case 'if':
        this.open([rest])
        return
      case 'menu':
      case 'choice':
        this.open([])
        this.inMenuHead = true
        return
      case 'endif':
      case 'endmenu':
      case 'endchoice':
        this.context.length = this.marks.pop() ?? 0
        this.name = null
        return
      case 'source':
        this.sink.source(rest.replaceAll('"', ''), [...this.context])
        return
      case 'depends':
        this.depends(rest.replace(/^on\s+/, ''))
        return
      case 'select':
      case 'imply': {
        const [, target, condition = ''] = /^(\w+)(?:\s+if\s+(.*))?/.exec(rest) ?? []
        if (this.name !== null && target !== undefined) this.sink.select(this.name, target, condition)
        return
      }
      default:
        this.attribute(word, rest)
    }
  }

  private open(conditions: readonly string[]): void {
    this.marks.push(this.context.length)
    this.context.push(...conditions)
    this.name = null
    this.definition = null
  }

  private begin(name: string): void {
    this.inMenuHead = false
    this.name = name
    this.definition = { depends: [...this.context], hasPrompt: false, defaults: [] }
    this.sink.define(name, this.definition)
  }

  private depends(expression: string): void {
    if (this.definition && !this.inMenuHead) (this.definition.depends as string[]).push(expression)
    else if (this.inMenuHead) this.context.push(expression)
  }

  private attribute(word: string, rest: string): void {
    const { definition } = this
    if (!definition || this.inMenuHead) return
    if (/^(bool|tristate|int|hex|string|prompt)$/.test(word) && /^["']/.test(rest)) definition.hasPrompt = true
    else if (/^(def_bool|def_tristate|default)$/.test(word)) {
      const [, value = '', condition] = /^(.*?)(?:\s+if\s+(.*))?$/.exec(rest) ?? []
      definition.defaults.push(condition === undefined ? value : `(${value}) && (${condition})`)
    }
  }
}

/** `A && !(B || C = y)`: what it can be. A comparison of anything but a never-set symbol can be either. */
class Evaluation {
  private readonly tokens: readonly string[]
  private at = 0

  constructor(
    expression: string,
    private readonly symbol: (name: string) => number,
  ) {
    this.tokens =
      expression.match(/\$\([^()]*(?:\([^()]*\)[^()]*)*\)|"[^"]*"|'[^']*'|&&|\|\||!=|<=|>=|[!=()<>]|[\w.-]+/g) ?? []
  }

  value(): number {
    return this.or()
  }

  private or(): number {
    let value = this.and()
    while (this.tokens[this.at] === '||') {
      this.at++
      value = either(value, this.and())
    }
    return value
  }

  private and(): number {
    let value = this.factor()
    while (this.tokens[this.at] === '&&') {
      this.at++
      value = both(value, this.factor())
    }
    return value
  }

  private factor(): number {
    const token = this.tokens[this.at++]
    if (token === undefined) return EITHER
    if (token === '!') {
      const value = this.factor()
      return ((value & N) << 1) | ((value & Y) >> 1)
    }
    if (token === '(') {
      const value = this.or()
      if (this.tokens[this.at] === ')') this.at++
      return value
    }
    const isName = /^\w+$/.test(token)
    if (/^(!?=|[<>]=?)$/.test(this.tokens[this.at] ?? '')) {
      const operator = this.tokens[this.at++]
      const other = this.tokens[this.at++]
      if (isName && operator === '=' && (other === 'y' || other === 'm')) return this.symbol(token) & Y ? EITHER : N
      return EITHER
    }
    return isName ? this.symbol(token) : EITHER
  }
}
