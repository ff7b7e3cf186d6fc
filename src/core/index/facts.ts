/**
 * What one pass over a file's bytes tells, as plain integers: one row per fact, names as ids. The whole kernel's
 * facts fit in some hundred megabytes, cross a thread border without a copy, and can be kept on disk by content.
 */
import { grownInts, type NameTranslation } from './names.js'

/** The kinds of rows. `names` are the columns that hold name ids; the others are plain numbers. */
export const SECTIONS = {
  /** A function, or a function-like macro that calls. Offsets are bytes; `end` is behind the closing brace. */
  functions: {
    columns: ['name', 'nameAt', 'start', 'body', 'end', 'line', 'flags', 'condition', 'returns'],
    names: ['name', 'condition', 'returns'],
  },
  /** `callee(...)`; `owner` is the row of the function. `shape`: see CallShape. */
  calls: { columns: ['owner', 'callee', 'line', 'shape'], names: ['callee'] },
  /** `root->mid->field(...)`; `rootKind`: see RootKind; `mid` is the fields in between, joined by dots. */
  fieldCalls: {
    columns: ['owner', 'line', 'rootKind', 'root', 'mid', 'field'],
    names: ['root', 'mid', 'field'],
  },
  /** A name used as a value: argument `position` of `context()`, or returned. */
  values: { columns: ['owner', 'name', 'line', 'use', 'context', 'position'], names: ['name', 'context'] },
  /**
   * `root->mid->field = name`, or, with `name` 0, the value of another field: `= from->fromMid->fromField`. Roots are as
   * in `fieldCalls`; with `field` 0 it is the local `root` itself that takes the value.
   */
  assignments: {
    columns: ['owner', 'line', 'rootKind', 'root', 'mid', 'field', 'name', 'fromKind', 'from', 'fromMid', 'fromField'],
    names: ['root', 'mid', 'field', 'name', 'from', 'fromMid', 'fromField'],
  },
  /** A function's own parameter handed on: to `context()` at `position`, called (-1), or put into a local struct (-2). */
  handedOn: { columns: ['owner', 'parameter', 'context', 'position'], names: ['context'] },
  /** A function's own number handed on as it was passed, as argument `position` of `context()`; `line` is that of the call. */
  flagsPassed: { columns: ['owner', 'parameter', 'isBool', 'line', 'context', 'position'], names: ['context'] },
  /**
   * `if (probe) return` in a function's outermost block, for a parameter that is a number: nothing behind `line` runs
   * when the test is true (see FlagTest).
   */
  earlyReturns: { columns: ['owner', 'parameter', 'test', 'value', 'line'], names: ['value'] },
  /**
   * `if (!probe) reset(dev)` in the same place: lines `from` to `to` run only when the test is true.
   */
  flagBlocks: { columns: ['owner', 'parameter', 'test', 'value', 'from', 'to'], names: ['value'] },
  /** `#define NAME true`, or false. */
  flagConstants: { columns: ['name', 'value'], names: ['name'] },
  /** `.path = value` in the initialiser of a variable `variable` of struct `tag`; `path` is empty when positional. */
  tables: {
    columns: ['owner', 'tag', 'variable', 'path', 'position', 'value', 'line'],
    names: ['tag', 'variable', 'path', 'value'],
  },
  /** `NAME(a, b, ...)` at file scope: initcalls, fixups, driver registrations. */
  fileMacros: {
    columns: ['name', 'line', 'at', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'condition'],
    names: ['name', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'condition'],
  },
  /** A field of a struct; `type` is the struct tag it has or points to, `pointer` 1 for a pointer to a function. */
  fields: { columns: ['tag', 'name', 'order', 'type', 'pointer'], names: ['tag', 'name', 'type'] },
  /** A variable at file scope that is a struct, an array of them or a pointer to one. */
  variables: { columns: ['name', 'tag'], names: ['name', 'tag'] },
  includes: { columns: ['path'], names: ['path'] },
  /** A range of bytes that no compiler sees in the configuration reviewed, or a directive that means another there. */
  dead: { columns: ['start', 'end', 'kind'], names: [] },
} as const

export type Section = keyof typeof SECTIONS
export type Column<S extends Section> = (typeof SECTIONS)[S]['columns'][number]
export const SECTION_NAMES = Object.keys(SECTIONS) as Section[]

export const FunctionFlag = {
  static: 1,
  inline: 2,
  weak: 4,
  init: 8,
  /** A `#define`, not a function: calls go through it. */
  macro: 16,
  /** Made by a macro's expansion: no text of its own in the file. */
  expanded: 32,
} as const

/** A test of a parameter: it is true, is false, equals the constant `value`, has a bit of it, or is below 0. */
export const FlagTest = { true: 0, false: 1, equals: 2, hasBit: 3, negative: 4 } as const
export const CallShape = { name: 0, pointer: 1 } as const
export const RootKind = { unknown: 0, tag: 1, returned: 2, variable: 3, local: 4 } as const
export const ValueUse = { argument: 0, returned: 1 } as const

/** What stands for a dead range: nothing, or the directive that is left of it. `none` is in no row. */
export const DeadKind = { none: 0, blank: 1, if: 2, else: 3 } as const

const POSITION = Object.fromEntries(SECTION_NAMES.map((section, i) => [section, i])) as Record<Section, number>

/** Header of one file's block: for each section its first int (relative to the block) and its row count. */
const HEADER = SECTION_NAMES.length * 2

/** The facts of one file: a view into a block of integers. */
export class FileFacts {
  constructor(readonly data: Int32Array) {}

  count(section: Section): number {
    return this.data[POSITION[section] * 2 + 1]!
  }

  /** The rows of a section, for loops that read many columns. */
  rows<S extends Section>(section: S): Rows<S> {
    const at = POSITION[section] * 2
    return new Rows<S>(this.data, this.data[at]!, this.data[at + 1]!, SECTIONS[section].columns.length, COLUMN[section])
  }
}

export class Rows<S extends Section> {
  constructor(
    readonly data: Int32Array,
    readonly start: number,
    readonly count: number,
    readonly width: number,
    private readonly columns: ColumnIndexes[S],
  ) {}

  get(row: number, column: Column<S>): number {
    return this.data[this.start + row * this.width + this.columns[column]]!
  }
}

type ColumnIndexes = { readonly [S in Section]: { readonly [C in Column<S>]: number } }

/** Where each column stands in its section's rows: `COLUMN.calls.callee`. */
export const COLUMN = Object.fromEntries(
  SECTION_NAMES.map((section) => [
    section,
    Object.fromEntries(SECTIONS[section].columns.map((column, i) => [column, i])),
  ]),
) as ColumnIndexes

const WIDEST = Math.max(...SECTION_NAMES.map((section) => SECTIONS[section].columns.length))

/** Collects rows while a file is read; `finish` lays them out as one block. */
export class FactsWriter {
  private readonly columns = SECTION_NAMES.map((section) => ({
    width: SECTIONS[section].columns.length,
    data: new Int32Array(1 << 10),
    used: 0,
  }))

  /** One row. As many values as the widest section has are written; those behind the row are the next row's place. */
  add(section: number, a: number, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0, j = 0, k = 0): void {
    const target = this.columns[section]!
    const { used } = target
    if (used + WIDEST > target.data.length) target.data = grownInts(target.data)
    const { data } = target
    data[used] = a
    data[used + 1] = b
    data[used + 2] = c
    data[used + 3] = d
    data[used + 4] = e
    data[used + 5] = f
    data[used + 6] = g
    data[used + 7] = h
    data[used + 8] = i
    data[used + 9] = j
    data[used + 10] = k
    target.used = used + target.width
  }

  /** Rows so far in a section: the index that the next row gets. */
  count(section: number): number {
    const { used, width } = this.columns[section]!
    return used / width
  }

  /** Overwrites one column of a row that was added earlier. */
  patch(section: number, row: number, column: number, value: number): void {
    const { data, width } = this.columns[section]!
    data[row * width + column] = value
  }

  valueAt(section: number, row: number, column: number): number {
    const { data, width } = this.columns[section]!
    return data[row * width + column]!
  }

  /** Forgets rows from `row` on. */
  truncate(section: number, row: number): void {
    const target = this.columns[section]!
    target.used = row * target.width
  }

  /** The rows of a section from `row` on, as plain arrays. */
  copyOf(section: number, row: number): number[][] {
    const { data, used, width } = this.columns[section]!
    const rows: number[][] = []
    for (let at = row * width; at < used; at += width) rows.push(Array.from(data.subarray(at, at + width)))
    return rows
  }

  /** All rows as one block, in memory that `allocate` gives for its length. */
  finish(allocate: (length: number) => Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
    let total = HEADER
    for (const column of this.columns) total += column.used
    const block = allocate(total)
    let at = HEADER
    for (const [i, column] of this.columns.entries()) {
      block[i * 2] = at
      block[i * 2 + 1] = this.count(i)
      if (column.used > 0) block.set(column.data.subarray(0, column.used), at)
      at += column.used
      column.used = 0
    }
    return block
  }
}

/** Rewrites the name columns of a file's block, in place, from another thread's ids to ours. */
export function translateNames(data: Int32Array, translation: NameTranslation): void {
  const facts = new FileFacts(data)
  for (const section of SECTION_NAMES) {
    const rows = facts.rows(section)
    for (const name of SECTIONS[section].names) {
      const column = (COLUMN[section] as Readonly<Record<string, number>>)[name]!
      const last = rows.start + rows.count * rows.width
      for (let at = rows.start + column; at < last; at += rows.width) data[at] = translation.of(data[at]!)
    }
  }
}

/** Functions with a body of their own: no macros, nothing that a macro made. */
export function realFunctions(file: FileFacts): number {
  const rows = file.rows('functions')
  let count = 0
  for (let row = 0; row < rows.count; row++)
    if ((rows.get(row, 'flags') & (FunctionFlag.macro | FunctionFlag.expanded)) === 0) count++
  return count
}
