#!/usr/bin/env node
/**
 * Sums what the steps of .ci/run left in .ci-results/ and prints the closing line `N passed, N failed`. A step or a part
 * that ended badly with no failed test of its own (types, lint, a build, a missing kernel) counts as one failure.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const results = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.ci-results')

function read(name) {
  return existsSync(join(results, name)) ? readFileSync(join(results, name), 'utf8') : null
}

function endedWell(step) {
  return read(`${step}.status`)?.trim() === '0'
}

/** Totals of a vitest run, zeros if it did not come to a report. A skipped test has not passed; a file that fails to load has failed. */
function vitestTotals(name) {
  const text = read(name)
  if (text === null) return { passed: 0, failed: 0 }
  const { testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(text)
  const broken = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((t) => t.status === 'failed'),
  )
  return { passed: numPassedTests, failed: numFailedTests + numPendingTests + numTodoTests + broken.length }
}

/** A part that ran no test has not passed either. */
function counted({ passed, failed }, isWell, hasTests) {
  const isUnexplained = failed === 0 && (!isWell || (hasTests && passed === 0))
  return { passed, failed: failed + (isUnexplained ? 1 : 0) }
}

const parts = JSON.parse(read('parts.json') ?? '[]')
const totals = [
  counted({ passed: 0, failed: 0 }, endedWell('prepare'), false),
  ...(parts.length === 0 ? [{ passed: 0, failed: 1 }] : []),
  ...parts.map((part) => {
    if (part.name === 'unit') return counted(vitestTotals('unit.json'), part.endedWell, true)
    return counted({ passed: part.passed ?? 0, failed: part.failed ?? 0 }, part.endedWell, part.name === 'host')
  }),
  counted(vitestTotals('kernel.json'), endedWell('kernel'), true),
]
const passed = totals.reduce((sum, total) => sum + total.passed, 0)
const failed = totals.reduce((sum, total) => sum + total.failed, 0)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
