/** The writes of one function, put through the real parser; registers are those of the test trees. */
import type { CParser } from '../../src/core/functions/parser.js'
import { ACCESSORS } from '../../src/core/writes/accessors.js'
import { type FunctionWrite, functionWrites } from '../../src/core/writes/functionWrites.js'
import { RegisterNames } from '../../src/core/writes/registers.js'
import { PCI_REGS } from '../fixtures/memoryTree.js'

const registers = new RegisterNames(PCI_REGS)

export function writesOf(parser: CParser, text: string): readonly FunctionWrite[] {
  const source = { file: text, start: 0, end: text.length, isMacro: false }
  return functionWrites(source, parser, registers, (callee) => ACCESSORS.get(callee) ?? null)
}
