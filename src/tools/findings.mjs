#!/usr/bin/env node
/**
 * `node src/tools/findings.mjs REPORT.json TREE [COUNT]`: a sample of a report's findings for a second reader. Prints
 * the COUNT (40) findings whose sha256 of "f", rule and site is smallest, each with its message, the source around it
 * and the paths to its site. Says nothing of whether a finding is right.
 */
import { lineAt, printPath, smallest, withReport } from './reportSample.mjs'

const AROUND = 6

withReport('findings.mjs', ({ findings, sites }, tree, count) => {
  const byId = new Map(sites.map((site) => [site.id, site]))
  for (const [i, finding] of smallest(findings, ({ rule, site }) => `f${rule}${site}`, count).entries()) {
    const { rule, severity, file, line, message } = finding
    console.log(`${i + 1}. ${severity} ${rule}  ${file}:${line}\n   ${message}\n`)
    for (let at = Math.max(1, line - AROUND); at <= line + AROUND; at++)
      console.log(`   ${at === line ? '>' : ' '} ${at}  ${lineAt(tree, { file, line: at })}`)
    for (const { file: other, line: at, message: says } of finding.related.slice(0, 4))
      console.log(`   related: ${other}:${at}  ${says}  ${lineAt(tree, { file: other, line: at })}`)
    const site = byId.get(finding.site)
    for (const [phase, at] of Object.entries(site?.phases ?? {}))
      if (at.reachable) {
        console.log(`\n   ${phase}, ${at.counts ? 'counts' : 'does not count'}, ${at.guard.status}:`)
        printPath(tree, at.path)
      }
    console.log('')
  }
})
