/**
 * Whether the condition of an `#if` holds: yes, no, or cannot tell. Known are constants, the symbols of a `.config`, live
 * update's own (always set), and what every C file of the kernel is compiled with; a macro of the source is not known.
 */
import { type KernelConfig, valueOfSymbol } from '../config/kernelConfig.js'

/** `null`: it depends on what is not known here. */
export type Verdict = boolean | null

/** Macros that decide about whole headers: the kernel's Makefile passes -D__KERNEL__, C files pass neither of the others. */
const ALWAYS: ReadonlyMap<string, boolean> = new Map([
  ['__KERNEL__', true],
  ['__ASSEMBLY__', false],
  ['__ASSEMBLER__', false],
  ['__cplusplus', false],
])

export class Conditionals {
  private readonly known = new Map<string, Verdict>()

  constructor(private readonly config: KernelConfig | null) {}

  /** True if only live update's symbols are known of all CONFIG_ symbols. */
  get hasNoConfig(): boolean {
    return this.config === null
  }

  /** Whether `#if <text>` holds. Comments and continued lines are no part of the text. */
  holds(text: string): Verdict {
    const known = this.known.get(text)
    if (known !== undefined) return known
    const value = new Expression(text, this).value()
    const verdict = value === null ? null : value !== 0
    this.known.set(text, verdict)
    return verdict
  }

  /** Whether a macro is defined; `CONFIG_X_MODULE` is when CONFIG_X is `m`, CONFIG_X is not then. */
  isDefined(name: string): Verdict {
    if (!name.startsWith('CONFIG_')) return ALWAYS.get(name) ?? null
    const symbol = name.slice('CONFIG_'.length)
    if (symbol.endsWith('_MODULE')) {
      const base = valueOfSymbol(this.config, symbol.slice(0, -'_MODULE'.length))
      if (base === 'm') return true
      if (!this.config?.values.has(symbol)) return base === null ? null : false
    }
    const value = valueOfSymbol(this.config, symbol)
    return value === null ? null : value !== 'n' && value !== 'm'
  }

  /** Value of an identifier in an expression: what is not defined is 0. */
  valueOf(name: string): number | null {
    const isDefined = this.isDefined(name)
    if (isDefined === false) return 0
    const value = name.startsWith('CONFIG_') ? valueOfSymbol(this.config, name.slice('CONFIG_'.length)) : null
    return value === 'y' || (isDefined && value === null) ? 1 : value === null ? null : numberOf(value)
  }

  /** `IS_ENABLED(CONFIG_X)` and its like (include/linux/kconfig.h). */
  isEnabled(how: string, name: string): Verdict {
    const asModule = this.isDefined(`${name}_MODULE`)
    const builtIn = this.isDefined(name)
    if (how === 'IS_BUILTIN') return builtIn
    if (how === 'IS_MODULE') return asModule
    if (builtIn) return true
    // A module is reachable from modules only: whether this file is one is not known.
    if (asModule) return how === 'IS_ENABLED' ? true : null
    return builtIn === null || asModule === null ? null : false
  }
}

const TOKENS = /\w+|&&|\|\||[=!<>]=|<<|>>|\S/g
const DEEPEST = 100

/** Binary operators by how tightly they bind. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
]

/** One condition. Where it is no expression that the preprocessor would take, the value is unknown. */
class Expression {
  private readonly tokens: readonly string[]
  private at = 0
  private depth = 0
  private isBroken = false

  constructor(
    text: string,
    private readonly conditionals: Conditionals,
  ) {
    this.tokens = text.match(TOKENS) ?? []
  }

  value(): number | null {
    const value = this.choice()
    return this.isBroken || this.at < this.tokens.length ? null : value
  }

  private choice(): number | null {
    if (++this.depth > DEEPEST) return this.broken()
    const condition = this.binary(0)
    let value = condition
    if (this.accept('?')) {
      const yes = this.choice()
      if (!this.accept(':')) return this.broken()
      const no = this.choice()
      value = condition === null ? (yes === no ? yes : null) : condition !== 0 ? yes : no
    }
    this.depth--
    return value
  }

  private binary(level: number): number | null {
    const operators = LEVELS[level]
    if (!operators) return this.unary()
    let left = this.binary(level + 1)
    while (!this.isBroken && operators.includes(this.tokens[this.at] ?? '')) {
      const operator = this.tokens[this.at++]!
      left = applied(operator, left, this.binary(level + 1))
    }
    return left
  }

  private unary(): number | null {
    const token = this.tokens[this.at++]
    if (token === undefined || ++this.depth > DEEPEST) return this.broken()
    const value = this.operand(token)
    this.depth--
    return value
  }

  private operand(token: string): number | null {
    if (token === '!' || token === '-' || token === '+' || token === '~') {
      const value = this.unary()
      if (value === null) return null
      return token === '!' ? (value === 0 ? 1 : 0) : token === '-' ? -value : token === '~' ? ~value : value
    }
    if (token === '(') {
      const value = this.choice()
      return this.accept(')') ? value : this.broken()
    }
    if (token === 'defined') return asNumber(this.conditionals.isDefined(this.name()))
    if (/^IS_(ENABLED|BUILTIN|MODULE|REACHABLE)$/.test(token) && this.tokens[this.at] === '(')
      return asNumber(this.conditionals.isEnabled(token, this.name()))
    if (/^\d/.test(token)) return numberOf(token)
    if (!/^\w/.test(token)) return this.broken()
    return this.tokens[this.at] === '(' ? this.unknownCall() : this.conditionals.valueOf(token)
  }

  /** `X` or `(X)`. */
  private name(): string {
    const inParentheses = this.accept('(')
    const name = this.tokens[this.at++] ?? ''
    if (!/^[A-Za-z_]/.test(name) || (inParentheses && !this.accept(')'))) this.broken()
    return name
  }

  /** `KERNEL_VERSION(6, 1, 0)`, `__has_attribute(x)`: passed over, its value is not known. */
  private unknownCall(): null {
    let depth = 0
    for (; this.at < this.tokens.length; this.at++) {
      if (this.tokens[this.at] === '(') depth++
      else if (this.tokens[this.at] === ')' && --depth === 0) {
        this.at++
        return null
      }
    }
    return this.broken()
  }

  private accept(token: string): boolean {
    if (this.tokens[this.at] !== token) return false
    this.at++
    return true
  }

  private broken(): null {
    this.isBroken = true
    return null
  }
}

function asNumber(verdict: Verdict): number | null {
  return verdict === null ? null : Number(verdict)
}

/** A C integer constant with its suffixes, null for anything else. */
function numberOf(token: string): number | null {
  const plain = token.replace(/[uUlL]+$/, '')
  if (/^-?\d+$/.test(plain)) return /^-?0\d/.test(plain) ? Number.parseInt(plain, 8) : Number(plain)
  return /^0[xX][\da-fA-F]+$/.test(plain) ? Number(plain) : null
}

function applied(operator: string, left: number | null, right: number | null): number | null {
  if (operator === '&&') {
    if (left === 0 || right === 0) return 0
    return left === null || right === null ? null : 1
  }
  if (operator === '||') {
    if ((left !== null && left !== 0) || (right !== null && right !== 0)) return 1
    return left === null || right === null ? null : 0
  }
  return left === null || right === null ? null : computed(operator, left, right)
}

function computed(operator: string, left: number, right: number): number | null {
  switch (operator) {
    case '==':
      return Number(left === right)
    case '!=':
      return Number(left !== right)
    case '<':
      return Number(left < right)
    case '>':
      return Number(left > right)
    case '<=':
      return Number(left <= right)
    case '>=':
      return Number(left >= right)
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? null : Math.trunc(left / right)
    case '%':
      return right === 0 ? null : left % right
    default:
      return bits(operator, left, right)
  }
}

/** Only where 32 bits hold both: JavaScript's operators know no more. */
function bits(operator: string, left: number, right: number): number | null {
  if (left !== (left | 0) || right !== (right | 0)) return null
  switch (operator) {
    case '|':
      return left | right
    case '^':
      return left ^ right
    case '&':
      return left & right
    default:
      if (right < 0 || right > 30) return null
      return operator === '<<' ? left * 2 ** right : left >> right
  }
}
