#!/usr/bin/env node
/**
 * `node src/tools/witnesses.mjs REPORT.json TREE [COUNT]`: a sample of a report's paths for a second reader. Prints the
 * COUNT (40) sites that count in some phase and whose sha256 of "w" and id is smallest, with each step of the path and
 * the source line that makes it. Says nothing of whether a path is good.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const [reportFile, tree, count = '40'] = process.argv.slice(2)
if (!reportFile || !tree) {
  console.error('usage: witnesses.mjs REPORT.json TREE [COUNT]')
  process.exitCode = 2
} else print(JSON.parse(readFileSync(reportFile, 'utf8')).sites)

function print(sites) {
  const counting = sites.flatMap((site) => {
    const phase = ['boot', 'userspace', 'shutdown'].find((name) => site.phases[name].counts)
    return phase ? [{ site, phase, key: createHash('sha256').update(`w${site.id}`).digest('hex') }] : []
  })
  counting.sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const [i, { site, phase }] of counting.slice(0, Number(count)).entries()) {
    console.log(`${i + 1}. ${site.id}  (${phase})`)
    for (const [step, hop] of site.phases[phase].path.entries())
      console.log(`   ${step === 0 ? '' : `${hop.edge} > `}${hop.function}  ${hop.file}:${hop.line}  ${line(hop)}`)
    console.log(`   writes at ${site.file}:${site.line}  ${line(site)}\n`)
  }
}

function line({ file, line }) {
  return (readFileSync(join(tree, file), 'latin1').split('\n')[line - 1] ?? '').trim()
}
