/** A generated function as C. */
import type { Block, Case, Expression, Program, Statement } from './programs.js'

export function printed({ first, second }: Program): string {
  return `int f(struct pci_dev *dev)\n{\n\tint h = c(), k = c();\n\nagain:\n${block(first, 1)}out:\n${block(second, 1)}\treturn 0;\n}\n`
}

function block(statements: Block, depth: number): string {
  return statements.map((s) => statement(s, depth)).join('')
}

function statement(s: Statement, depth: number): string {
  const tab = '\t'.repeat(depth)
  const braced = (body: Block): string => `{\n${block(body, depth + 1)}${tab}}`
  switch (s.is) {
    case 'expression':
      return `${tab}${expression(s.of)};\n`
    case 'if': {
      const other = s.no ? ` else ${braced(s.no)}` : ''
      return `${tab}if (${expression(s.test)}) ${braced(s.yes)}${other}\n`
    }
    case 'while':
      return `${tab}while (${expression(s.test)}) ${braced(s.body)}\n`
    case 'do':
      return `${tab}do ${braced(s.body)} while (${expression(s.test)});\n`
    case 'each':
      return s.over === 'dev'
        ? `${tab}list_for_each_entry(dev, &bus->devices, bus_list) ${braced(s.body)}\n`
        : `${tab}pci_dev_for_each_resource(dev, res) ${braced(s.body)}\n`
    case 'switch':
      return `${tab}switch (${expression(s.on)}) {\n${s.cases.map((c) => oneCase(c, depth)).join('')}${tab}}\n`
    case 'return':
      return `${tab}return ${s.value ? expression(s.value) : '0'};\n`
    case 'crash':
      return `${tab}BUG();\n`
    case 'bug on':
      return `${tab}BUG_ON(${expression(s.test)});\n`
    case 'next device':
      return `${tab}dev = pci_next(dev);\n`
    case 'goto':
      return `${tab}goto ${s.label};\n`
    default:
      return `${tab}${s.is};\n`
  }
}

function oneCase({ value, body, breaks }: Case, depth: number): string {
  const tab = '\t'.repeat(depth)
  const head = value === null ? `${tab}default:\n` : `${tab}case ${value}:\n`
  return `${head}${block(body, depth + 1)}${breaks || body.length === 0 ? `${tab}\tbreak;\n` : ''}`
}

function expression(e: Expression): string {
  switch (e.is) {
    case 'guard':
      return e.guard
    case 'opaque':
      return `${e.name}()`
    case 'local':
      return e.name
    case 'not':
      return `!${operand(e.of)}`
    case 'truth':
      return `!!${operand(e.of)}`
    case 'likely':
      return `unlikely(${expression(e.of)})`
    case 'warn':
      return `WARN_ON(${expression(e.of)})`
    case 'and':
      return `${operand(e.left)} && ${operand(e.right)}`
    case 'or':
      return `${operand(e.left)} || ${operand(e.right)}`
    case 'compare':
      return `${operand(e.of)} ${e.operator}`
    case 'choose':
      return `${operand(e.test)} ? ${operand(e.yes)} : ${operand(e.no)}`
    case 'assign':
      return `${e.name} = ${operand(e.value)}`
    case 'write':
      return 'pci_write_config_word(dev, PCI_COMMAND, 0)'
  }
}

function operand(e: Expression): string {
  return ['guard', 'opaque', 'local', 'write', 'likely', 'warn'].includes(e.is) ? expression(e) : `(${expression(e)})`
}
