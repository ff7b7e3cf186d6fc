/** Every call of an accessor of config space is known, and every site is such a call: counted again by Coccinelle. */
import { describe, expect, test } from 'vitest'
import { FileFacts } from '../../src/core/index/facts.js'
import { FileIndexer } from '../../src/core/index/indexFile.js'
import { Names } from '../../src/core/index/names.js'
import { ACCESSORS } from '../../src/core/writes/accessors.js'
import { cocciCalls, unparsedLines } from './coccinelle.js'
import { argumentsAt, blanked, deadLines, defineLines, functionAround } from './cText.js'
import { filesWith, KERNELS, reportOn, sourceOf } from './kernelTree.js'

const CALLEES = [...ACCESSORS.values()]
  .filter((accessor) => accessor.kind === 'config')
  .map((accessor) => accessor.name)

/** What stands in the tree but is linked into no x86 kernel, and the register tables that a scan leaves out. */
const NOT_LINKED =
  /^(?:arch\/(?!x86\/)|arch\/x86\/boot\/|(?:tools|samples|scripts|Documentation|usr|rust|drivers\/gpu\/drm\/amd\/include)\/)/

describe.each(KERNELS)('%s', (kernel) => {
  const files = () => filesWith(kernel, CALLEES).filter((file) => !NOT_LINKED.test(file))

  test('the index knows the calls that Coccinelle finds, and no others', () => {
    const ours = tally(indexedCalls(kernel, files()))
    const theirs = tally(cocciCalls(kernel, CALLEES, files()))
    const reasons = new Reasons(kernel)
    const more = surplus(ours, theirs).map((call) => ({ call, reason: reasons.whyCocciLacks(call) }))
    const made = new Set(more.filter((m) => m.reason === MADE_BY_MACRO).map((m) => fileOf(m.call)))
    const fewer = surplus(theirs, ours).map((call) => ({ call, reason: reasons.whyIndexLacks(call, made) }))
    tell(`${kernel}: ${total(ours)} calls indexed, ${total(theirs)} found by Coccinelle in ${files().length} files`, {
      'only indexed': more,
      'only found by Coccinelle': fewer,
    })
    expect(total(theirs)).toBeGreaterThan(1000)
    expect(unexplained(more, fewer)).toEqual([])
  })

  test('every call is a site, but for those that only forward, and every such site is a call', () => {
    const calls = tally(indexedCalls(kernel, files()))
    const sites = tally(
      reportOn(kernel).sites.flatMap(({ file, line, callee }) =>
        CALLEES.includes(callee) ? [`${file}:${line}:${callee}`] : [],
      ),
    )
    const reasons = new Reasons(kernel)
    const noSite = surplus(calls, sites).map((call) => ({ call, reason: reasons.whyNoSite(call) }))
    const noCall = surplus(sites, calls).map((call) => ({ call, reason: null }))
    tell(`${kernel}: ${total(calls)} calls, ${total(sites)} of them sites`, { 'no site': noSite, 'no call': noCall })
    expect(unexplained(noSite, noCall)).toEqual([])
    const lost = noSite.filter((difference) => difference.reason === NOT_PARSED).length
    expect(reportOn(kernel).tree.unresolved.unparsedWrites).toBeGreaterThanOrEqual(lost)
  })
})

interface Difference {
  readonly call: string
  readonly reason: string | null
}

function unexplained(...differences: readonly (readonly Difference[])[]): readonly string[] {
  return differences.flat().flatMap(({ call, reason }) => (reason === null ? [call] : []))
}

function tell(heading: string, groups: Readonly<Record<string, readonly Difference[]>>): void {
  const lines = Object.entries(groups).flatMap(([name, differences]) => [
    `  ${name}: ${differences.length}`,
    ...differences.map(({ call, reason }) => `    ${call}: ${reason ?? 'NO REASON FOUND'}`),
  ])
  console.log([heading, ...lines].join('\n'))
}

/** The calls as the engine's index has them, `path:line:callee`. */
function indexedCalls(kernel: string, files: readonly string[]): readonly string[] {
  const names = new Names()
  const indexer = new FileIndexer(names)
  const accessors = new Set(CALLEES)
  return files.flatMap((file) => {
    const bytes = Buffer.from(`${sourceOf(kernel, file)}\0`, 'latin1')
    const calls = new FileFacts(indexer.index(bytes, bytes.length - 1, file)).rows('calls')
    const rows = Array.from({ length: calls.count }, (_, row) => row)
    return rows.flatMap((row) => {
      const callee = names.text(calls.get(row, 'callee'))
      return accessors.has(callee) ? [`${file}:${calls.get(row, 'line')}:${callee}`] : []
    })
  })
}

type Tally = ReadonlyMap<string, number>

function tally(keys: readonly string[]): Tally {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function total(counts: Tally): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

/** Keys that `these` has more often than `those`. */
function surplus(these: Tally, those: Tally): readonly string[] {
  return [...these].flatMap(([key, count]) => (count > (those.get(key) ?? 0) ? [key] : [])).sort()
}

function fileOf(call: string): string {
  return call.slice(0, call.indexOf(':'))
}

/** `CRITBEGIN` on a line of its own, then the call. */
function followsLoneMacro(rows: readonly string[], line: number): boolean {
  const before = rows.slice(0, line - 1).findLast((row) => row.trim() !== '')
  return /^\s*[A-Z_][A-Z0-9_]*\s*$/.test(before ?? '')
}

const NOT_PARSED = 'behind a macro without a semicolon: no C to a parser, and counted as such in the report'

const MADE_BY_MACRO = 'in a function that a macro makes; Coccinelle names the line of the macro instead'

/** Reasons for a difference, each read from the text of the kernel; null where none is found. */
class Reasons {
  constructor(private readonly kernel: string) {}

  whyCocciLacks(call: string): string | null {
    const { file, line, rows } = this.place(call)
    if (defineLines(rows).has(line)) return 'in the body of a #define, which Coccinelle does not read'
    if (/^[A-Z_][A-Z0-9_]*\s*\(/.test(rows[line - 1]!)) return MADE_BY_MACRO
    if (deadLines(rows).has(line)) return 'in a branch of #if 0 or #if 1 that is never compiled'
    if (followsLoneMacro(rows, line))
      return 'behind a macro without a semicolon: to Coccinelle a declaration of that type'
    const raw = sourceOf(this.kernel, file).split('\n')
    const unparsed = unparsedLines(this.kernel, file, raw).some(({ first, last }) => first <= line && line <= last)
    return unparsed ? 'in a piece of C that Coccinelle cannot parse' : null
  }

  whyIndexLacks(call: string, filesWithMadeFunctions: ReadonlySet<string>): string | null {
    const { file, line, rows } = this.place(call)
    const isMade = defineLines(rows).has(line) && filesWithMadeFunctions.has(file)
    return isMade ? 'the line of a macro that makes functions; the index has their own lines' : null
  }

  /** An accessor's own body, or a wrapper: device, offset and value are its own parameters, handed on as they came. */
  whyNoSite(call: string): string | null {
    const { line, callee, rows } = this.place(call)
    if (/^[A-Z_][A-Z0-9_]*\s*\(/.test(rows[line - 1]!)) return 'in a wrapper that a macro makes'
    const around = functionAround(rows, line)
    if (!around) return null
    if (CALLEES.includes(around.name)) return `in the body of the accessor ${around.name}()`
    const body = rows.slice(around.first, around.last).join('\n')
    // The report counts these: tree.unresolved.unparsedWrites.
    if (/^[ \t]*[A-Z_][A-Z0-9_]*(?:\([\w, ]*\))?[ \t]*$/m.test(rows.slice(around.first, line - 1).join('\n')))
      return NOT_PARSED
    const isOwn = (argument: string) => {
      const root = /^\w+/.exec(argument)?.[0] ?? ''
      return around.parameters.includes(root) && !new RegExp(`\\b${root}\\s*(?:[-+|&^*/%]|<<|>>)?=[^=]`).test(body)
    }
    const given = argumentsAt(rows, line, callee) ?? []
    const { device, ...others } = ACCESSORS.get(callee)!
    const at = [others.offset, others.value, others.clear, others.set].filter((position) => position !== null)
    const forwards = at.every((position) => isOwn(given[position] ?? '') && /^\w+$/.test(given[position]!))
    return forwards && isOwn(given[device ?? 0] ?? '') ? `in the wrapper ${around.name}()` : null
  }

  private place(call: string): { file: string; line: number; callee: string; rows: readonly string[] } {
    const [file = '', line, callee = ''] = call.split(':')
    return { file, line: Number(line), callee, rows: blanked(sourceOf(this.kernel, file)).split('\n') }
  }
}
