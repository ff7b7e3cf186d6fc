#!/usr/bin/env node
/**
 * Sums what the test runs of .ci/run left in a folder and prints the closing line `N passed, N failed`. A step that
 * ended badly without a failed test of its own (types, lint, a missing kernel) counts as one failure.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? '.ci-results'
const read = (name) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '')

/** Totals of a vitest JSON report, nothing if the run did not come that far. */
function vitestTotals(name) {
  const text = read(name)
  if (text === '') return { passed: 0, failed: 0 }
  const report = JSON.parse(text)
  const suites = report.testResults.filter((r) => r.status === 'failed' && r.assertionResults.length === 0).length
  return { passed: report.numPassedTests, failed: report.numFailedTests + report.numPendingTests + suites }
}

function hostTotals() {
  const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed$/m.exec(read('test.log')) ?? []
  return { passed: Number(passed), failed: Number(failed) }
}

const steps = { test: [vitestTotals('unit.json'), hostTotals()], kernel: [vitestTotals('kernel.json')] }
let passed = 0
let failed = 0
for (const [name, parts] of Object.entries(steps)) {
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0)
  passed += sum('passed')
  failed += sum('failed')
  const endedWell = read(`${name}.status`).trim() === '0'
  if (!endedWell && sum('failed') === 0) failed++
  if (endedWell && sum('passed') === 0) failed++
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
