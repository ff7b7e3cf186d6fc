/** The facts of one C text as people read them: names in place of ids, one line a fact. */
import {
  CallShape,
  FileFacts,
  FunctionFlag,
  RootKind,
  SECTION_NAMES,
  SECTIONS,
  ValueUse,
} from '../../src/core/index/facts.js'
import { FileIndexer } from '../../src/core/index/indexFile.js'
import { latin1Bytes, Names } from '../../src/core/index/names.js'

export interface FactsText {
  /** `f`, with flags and condition behind it where there are any: `f static, if CONFIG_X`. */
  readonly functions: readonly string[]
  readonly lines: Readonly<Record<string, number>>
  /** Text of each function from its head to its closing brace; of a macro, its body. */
  readonly bodies: Readonly<Record<string, string>>
  readonly calls: readonly string[]
  readonly fieldCalls: readonly string[]
  readonly values: readonly string[]
  readonly assignments: readonly string[]
  readonly handedOn: readonly string[]
  readonly tables: readonly string[]
  readonly fileMacros: readonly string[]
  readonly fields: readonly string[]
  readonly variables: readonly string[]
  readonly includes: readonly string[]
}

type Row = Readonly<Record<string, string | number>>

/** Indexes bytes (one character each) and gives the block as the engine keeps it. */
export function blockOf(text: string, path = 'drivers/pci/test.c', names = new Names()): Int32Array {
  const bytes = latin1Bytes(`${text}\0`)
  return new FileIndexer(names).index(bytes, text.length, path)
}

/** Every row of every section, ids as names. */
export function rowsOf(text: string, path?: string): Readonly<Record<string, readonly Row[]>> {
  const names = new Names()
  const facts = new FileFacts(blockOf(text, path, names))
  return Object.fromEntries(
    SECTION_NAMES.map((section) => {
      const rows = facts.rows(section)
      const { columns } = SECTIONS[section]
      const named: readonly string[] = SECTIONS[section].names
      const list = Array.from({ length: rows.count }, (_, r) =>
        Object.fromEntries(
          columns.map((column) => {
            const value = rows.get(r, column as never)
            return [column, named.includes(column) ? names.text(value) : value]
          }),
        ),
      )
      return [section, list]
    }),
  )
}

export function factsOf(text: string, path?: string): FactsText {
  const rows = rowsOf(text, path)
  const functions = rows.functions!
  const owner = (row: Row): string => (row.owner === -1 ? 'file' : String(functions[Number(row.owner)]!.name))
  return {
    functions: functions.map(functionLine),
    lines: Object.fromEntries(functions.map((f) => [f.name, Number(f.line)])),
    bodies: Object.fromEntries(functions.map((f) => [f.name, text.slice(Number(f.start), Number(f.end))])),
    calls: rows.calls!.map((r) => `${owner(r)} -> ${r.shape === CallShape.pointer ? '*' : ''}${r.callee}`),
    fieldCalls: rows.fieldCalls!.map(
      (r) => `${owner(r)} -> ${rootText(r)}${r.mid === '' ? '' : `.${r.mid}`}.${r.field}`,
    ),
    values: rows.values!.map((r) => `${owner(r)}: ${valueText(r)}`),
    assignments: rows.assignments!.map((r) => `${owner(r)}: ${assignmentText(r)}`),
    handedOn: rows.handedOn!.map((r) => `${owner(r)}: parameter ${r.parameter} ${handedText(r)}`),
    tables: rows.tables!.map(
      (r) => `${owner(r)}: ${r.tag} ${r.variable}${r.path === '' ? `[${r.position}]` : `.${r.path}`} = ${r.value}`,
    ),
    fileMacros: rows.fileMacros!.map(
      (r) =>
        `${r.name}(${['a0', 'a1', 'a2', 'a3', 'a4', 'a5']
          .map((a) => r[a])
          .filter((a) => a !== '')
          .join(', ')})`,
    ),
    fields: rows.fields!.map((r) => `${r.tag}.${r.name}: ${r.pointer === 1 ? 'function' : r.type} @${r.order}`),
    variables: rows.variables!.map((r) => `${r.tag} ${r.name}`),
    includes: rows.includes!.map((r) => String(r.path)),
  }
}

function functionLine({ name, flags, condition }: Row): string {
  const set = Object.entries(FunctionFlag).flatMap(([flag, bit]) => (Number(flags) & bit ? [flag] : []))
  return [`${name}${set.length > 0 ? ` ${set.join(' ')}` : ''}`, ...(condition === '' ? [] : [`if ${condition}`])].join(
    ', ',
  )
}

function rootText({ rootKind, root }: Row): string {
  if (rootKind === RootKind.tag) return `struct ${root}`
  if (rootKind === RootKind.returned) return `${root}()`
  if (rootKind === RootKind.local) return `local ${root}`
  return rootKind === RootKind.variable ? String(root) : '?'
}

function valueText({ use, name, context, position }: Row): string {
  return use === ValueUse.argument ? `${name} is argument ${position} of ${context}()` : `${name} is returned`
}

function assignmentText(row: Row): string {
  const { mid, field, name, fromKind, from, fromMid, fromField } = row
  const copied = { ...row, rootKind: fromKind!, root: from! }
  return `${chainText(row, mid, field)} = ${name === '' ? chainText(copied, fromMid, fromField) : name}`
}

/** `root.mid.field`. */
function chainText(row: Row, mid: Row[string] | undefined, field: Row[string] | undefined): string {
  return [rootText(row), mid, field].filter((part) => part !== '').join('.')
}

function handedText({ context, position }: Row): string {
  if (position === -1) return 'is called'
  return position === -2 ? 'is put into a local struct' : `is argument ${position} of ${context}()`
}
