#!/usr/bin/env node
/**
 * `npm test`: types, lint, the fast tests, and the tests in a real VS Code. A part that fails does not keep the others
 * from running. What came of each part goes to .ci-results/, for ciTotals.mjs.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const results = join(checkout, '.ci-results')

/** The browser that the host tests install is the one that the panel's tests need too. */
const parts = [
  { name: 'types', command: 'npm run --silent types' },
  { name: 'lint', command: 'npm run --silent lint' },
  {
    name: 'unit',
    command: 'node src/tools/vscodeHost/setup.mjs && npm run --silent build && npm run --silent test:unit',
  },
  { name: 'host', command: 'npm run --silent test:host' },
]

mkdirSync(results, { recursive: true })
for (const file of ['parts.json', 'unit.json']) rmSync(join(results, file), { force: true })

const outcomes = []
for (const { name, command } of parts) {
  console.log(`\n== ${name}`)
  outcomes.push({ name, ...(await run(command)) })
}
writeFileSync(join(results, 'parts.json'), `${JSON.stringify(outcomes, null, 2)}\n`)
console.log()
for (const { name, endedWell } of outcomes) console.log(`${name}: ${endedWell ? 'ok' : 'FAILED'}`)
process.exit(outcomes.every((outcome) => outcome.endedWell) ? 0 : 1)

/** Shows the output of a part as it comes. The host tests' totals are a line of it, reworded: they are not all totals. */
function run(command) {
  return new Promise((resolve) => {
    const child = spawn(command, { cwd: checkout, shell: true, stdio: ['ignore', 'pipe', 'inherit'] })
    let totals
    let rest = ''
    const show = (line) => {
      const found = /^(\d+) passed, (\d+) failed$/.exec(line)
      if (found) totals = { passed: Number(found[1]), failed: Number(found[2]) }
      console.log(found ? `tests in VS Code: passed ${found[1]}, failed ${found[2]}` : line)
    }
    child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop()
      for (const line of lines) show(line)
    })
    child.on('error', (error) => console.error(error.message))
    child.on('close', (status) => {
      if (rest !== '') show(rest)
      resolve({ endedWell: status === 0, ...totals })
    })
  })
}
