/** Names and numbers of config registers, from the tree's own include/uapi/linux/pci_regs.h. */

export interface Register {
  readonly name: string
  readonly value: number
  /** The bits and masks that the header lists under the register. */
  readonly bits: readonly string[]
}

/** Registers that only a bridge has: type 1 header, and a port's Slot and Root registers (PCIe r6.0 §7.5.1.3, §7.5.3). */
export function isBridgeRegister(name: string): boolean {
  return /^PCI_(PRIMARY_BUS|SECONDARY_BUS|SUBORDINATE_BUS|SEC_|IO_BASE|IO_LIMIT|MEMORY_|PREF_|BRIDGE_|EXP_RTCTL|EXP_RTSTA|EXP_SLTCTL|EXP_SLTSTA)/.test(
    name,
  )
}

export const REGISTER_HEADER = 'include/uapi/linux/pci_regs.h'

/** The header's layout tells a register (`#define PCI_COMMAND`) from a bit of it (`#define  PCI_COMMAND_IO`, two spaces). */
export class RegisterNames {
  private readonly registers = new Map<string, Register>()
  private readonly inOrder: Register[] = []
  private readonly values = new Map<string, number>()

  constructor(header: string) {
    let last: { name: string; value: number; bits: string[] } | null = null
    for (const match of header.matchAll(/^#define( +)(PCI_\w+)(?:\((\w+)\))?[ \t]+([^\n]*)/gm)) {
      const [, space = '', name = '', parameter, body = ''] = match
      const value = this.evaluate(body.replace(/\/\*.*?(\*\/|$)/g, '').trim())
      if (parameter !== undefined) {
        const mask = this.maskOfMacro(parameter, body)
        if (mask !== null) this.values.set(name, mask)
        if (space.length > 1 && last) last.bits.push(name)
        continue
      }
      if (value === null) continue
      this.values.set(name, value)
      if (space.length > 1) last?.bits.push(name)
      else {
        last = { name, value, bits: [] }
        this.registers.set(name, last)
        this.inOrder.push(last)
      }
    }
  }

  /** `#define  PCI_ATS_CTRL_STU(x) ((x) & 0x1f)`: the bits that the macro takes of its argument; null for any other. */
  private maskOfMacro(parameter: string, body: string): number | null {
    const taken = new RegExp(`^\\(+${parameter}\\)*\\s*&\\s*(0x[\\da-f]+)\\)*\\s*(?:/\\*|$)`, 'i').exec(body)
    return taken ? Number(taken[1]) : null
  }

  register(name: string): Register | null {
    return this.registers.get(name) ?? null
  }

  /** The registers that the header lists behind this one, in its order: its neighbours come first. */
  *behind(register: Register): Iterable<Register> {
    for (let at = this.inOrder.indexOf(register) + 1; at < this.inOrder.length; at++) yield this.inOrder[at]!
  }

  /**
   * The register at a number of the standard header (PCIe r6.0 §7.5.1), which the kernel's header lists before the
   * capabilities; null for a number that means one register on a bridge and another on an endpoint.
   */
  inHeader(offset: number): Register | null {
    const end = this.inOrder.findIndex((register) => register.name === 'PCI_CAP_LIST_ID')
    const found = this.inOrder
      .slice(0, Math.max(end, 0))
      .filter((r) => r.value === offset && !/^PCI_(CB|STD)_/.test(r.name))
    return found.length === 1 ? found[0]! : null
  }

  /** Number of a register or a mask, null if the header does not say. */
  value(name: string): number | null {
    return this.values.get(name) ?? null
  }

  /** A constant expression in numbers and names of the header, unsigned 32 bit; null if there is anything else in it. */
  evaluate(expression: string): number | null {
    return evaluateConstant(expression, (name) => this.value(name))
  }
}

/** C's integer expressions with `| & ^ ~ << >> + - *` and parentheses; `name` gives the value of an identifier. */
export function evaluateConstant(expression: string, name: (text: string) => number | null): number | null {
  const tokens = expression.match(/0x[\da-f]+[ul]*|\d+[ul]*|\w+|<<|>>|[()|&^~+*-]|\S/gi) ?? []
  let at = 0
  let depth = 0
  const primary = (): number | null => {
    if (depth >= DEEPEST) return null
    depth++
    const value = operand()
    depth--
    return value
  }
  const operand = (): number | null => {
    const token = tokens[at++]
    if (token === undefined) return null
    if (token === '(') {
      const cast = /^(u?int|u\d+|__u\d+|unsigned|long)$/.test(tokens[at] ?? '') && tokens[at + 1] === ')'
      if (cast) {
        at += 2
        return primary()
      }
      const inner = binary(0)
      return tokens[at++] === ')' ? inner : null
    }
    if (token === '~' || token === '-') {
      const operand = primary()
      return operand === null ? null : token === '~' ? ~operand >>> 0 : -operand
    }
    if (/^\d/.test(token)) return Number(token.replace(/[ul]+$/i, ''))
    if ((token === 'BIT' || token === '_BITUL') && tokens[at] === '(') {
      const bit = primary()
      return bit === null ? null : 2 ** bit
    }
    return /^\w+$/.test(token) ? name(token) : null
  }
  const binary = (level: number): number | null => {
    const operators = LEVELS[level]
    if (!operators) return primary()
    let left = binary(level + 1)
    while (left !== null && operators.includes(tokens[at] ?? '')) {
      const operator = tokens[at++]!
      const right = binary(level + 1)
      left = right === null ? null : OPERATIONS[operator]!(left, right)
    }
    return left
  }
  const value = binary(0)
  return at === tokens.length && value !== null ? value >>> 0 : null
}

/** The stack must hold, whatever the tree's text is; no register's value nests like that. */
const DEEPEST = 100
const LEVELS: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*']]
const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >>> b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => Math.imul(a, b),
}
