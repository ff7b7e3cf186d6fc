/** The writes of one function, put through the real parser; registers are those of the test trees. */
import type { CParser } from '../../src/core/functions/parser.js'
import { knownGuards } from '../../src/core/guards/guardTable.js'
import type { PassedConstant } from '../../src/core/program/specialise.js'
import { ACCESSORS } from '../../src/core/writes/accessors.js'
import { TreeConstants } from '../../src/core/writes/constants.js'
import { type FunctionWrite, functionWrites } from '../../src/core/writes/functionWrites.js'
import { RegisterNames } from '../../src/core/writes/registers.js'
import { PCI_REGS } from '../fixtures/memoryTree.js'

const registers = new RegisterNames(PCI_REGS)
const constants = new TreeConstants(registers, () => null, 'x86')

export function writesOf(
  parser: CParser,
  text: string,
  passed: readonly PassedConstant[] = [],
): readonly FunctionWrite[] {
  const source = { file: text, start: 0, end: text.length, isMacro: false }
  const context = {
    names: registers,
    constantOf: constants.seenFrom('a.c', text),
    argument: () => null,
    field: () => null,
    guards: knownGuards,
    passed,
  }
  return functionWrites(source, parser, context, (callee) => ACCESSORS.get(callee) ?? null)
}
