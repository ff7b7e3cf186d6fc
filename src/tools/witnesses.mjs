#!/usr/bin/env node
/**
 * `node src/tools/witnesses.mjs REPORT.json TREE [COUNT]`: a sample of a report's paths for a second reader. Prints the
 * COUNT (40) sites that count in some phase and whose sha256 of "w" and id is smallest, with each step of the path and
 * the source line that makes it. Says nothing of whether a path is good.
 */
import { lineAt, printPath, smallest, withReport } from './reportSample.mjs'

withReport('witnesses.mjs', ({ sites }, tree, count) => {
  const counting = sites.flatMap((site) => {
    const phase = ['boot', 'userspace', 'shutdown'].find((name) => site.phases[name].counts)
    return phase ? [{ site, phase }] : []
  })
  for (const [i, { site, phase }] of smallest(counting, ({ site }) => `w${site.id}`, count).entries()) {
    console.log(`${i + 1}. ${site.id}  (${phase})`)
    printPath(tree, site.phases[phase].path)
    console.log(`   writes at ${site.file}:${site.line}  ${lineAt(tree, site)}\n`)
  }
})
