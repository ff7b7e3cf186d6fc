/** What the tools that print a sample of a report share: which items are taken, and the source lines of the tree. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Reads `TOOL REPORT.json TREE [COUNT]` and hands report, tree and count (40) on; says how to be called otherwise. */
export function withReport(tool, print) {
  const [reportFile, tree, count = '40'] = process.argv.slice(2)
  if (!reportFile || !tree) {
    console.error(`usage: ${tool} REPORT.json TREE [COUNT]`)
    process.exitCode = 2
  } else print(JSON.parse(readFileSync(reportFile, 'utf8')), tree, Number(count))
}

/** The `count` items whose text has the smallest sha256. */
export function smallest(items, textOf, count) {
  const keyed = items.map((item) => ({ item, key: createHash('sha256').update(textOf(item)).digest('hex') }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return keyed.slice(0, count).map(({ item }) => item)
}

/** The source line at a place of a report. */
export function lineAt(tree, { file, line }) {
  return (readFileSync(join(tree, file), 'latin1').split('\n')[line - 1] ?? '').trim()
}

/** Prints a path one hop a line, each with the source line of its function. */
export function printPath(tree, path) {
  for (const [step, hop] of path.entries())
    console.log(
      `   ${step === 0 ? '' : `${hop.edge} > `}${hop.function}  ${hop.file}:${hop.line}  ${lineAt(tree, hop)}`,
    )
}
