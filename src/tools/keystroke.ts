/** One line of JSON: how long the engine takes from a keystroke to findings in the largest PCI file, with a kernel loaded. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { defaultSettings } from '../core/config/settings.js'
import { openSession } from '../node/session.js'

const EDITS = 200
/** Typed one after the other at random places, and taken away again: braces, quotes and names, not only blanks. */
const TYPED = ['x', ';', '{', '}', '"', '(', ')', '\n', '/*', '#if 0\n', ' pci_write_config_word(dev, 4, 0); ']

const root = process.argv[2]!
const folder = 'drivers/pci'
const size = (path: string): number => statSync(join(root, path)).size
const path = readdirSync(join(root, folder))
  .filter((name) => name.endsWith('.c'))
  .map((name) => `${folder}/${name}`)
  .reduce((a, b) => (size(a) >= size(b) ? a : b))
const text = readFileSync(join(root, path), 'utf8')

const session = await openSession(root, { settings: defaultSettings, jobs: 2 })
session.report()

let seed = 1
const random = (below: number): number => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
  return (seed >>> 8) % below
}
const elapsed: number[] = []
const cpu: number[] = []
for (let edit = 0; edit < EDITS; edit++) {
  const at = random(text.length)
  const typed = TYPED[random(TYPED.length)]!
  const started = performance.now()
  const before = process.cpuUsage()
  session.setOverlay(path, edit % 2 === 0 ? text.slice(0, at) + typed + text.slice(at) : text)
  session.findings(path)
  elapsed.push(performance.now() - started)
  const { user, system } = process.cpuUsage(before)
  cpu.push((user + system) / 1000)
}
const quantiles = (times: number[]) => {
  const sorted = times.sort((a, b) => a - b)
  return { p50: sorted[sorted.length >> 1], p95: sorted[Math.floor(sorted.length * 0.95)] }
}
console.log(JSON.stringify({ path, edits: EDITS, elapsed: quantiles(elapsed), cpu: quantiles(cpu) }))
