#!/usr/bin/env node
/**
 * `npm run bench [-- --rounds N] [-- --kernel NAME] [-- --series DIR]`: CPU time, elapsed time and memory of a whole
 * scan, on one thread and on two, beside universal-ctags on the same files; the same with a kept report or index; a
 * series with a kept index; and the time from a keystroke to findings. Runs alternate; medians are printed and nothing
 * is asserted.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as esbuild from 'esbuild'
import { kernelNames, kernelsFolder, provideKernels } from './kernels.mjs'

const cli = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'out', 'cli', 'main.js')
const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    kernel: { type: 'string', default: kernelNames[0] },
    series: { type: 'string' },
  },
})
const root = join(kernelsFolder, flags.kernel)
const rounds = Number(flags.rounds)
const folder = mkdtempSync(join(tmpdir(), 'bench-'))
try {
  const problem = whatIsLacking()
  if (problem) {
    console.error(problem)
    process.exitCode = 2
  } else {
    report(measure())
    keystrokes()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function whatIsLacking() {
  if (!Number.isInteger(rounds) || rounds < 1) return `--rounds takes a whole number from 1, not '${flags.rounds}'`
  if (!existsSync(cli)) return 'there is no out/cli/main.js: run `npm run build` first'
  for (const [command, name] of [
    ['ctags', 'universal-ctags'],
    ['time', 'time'],
  ])
    if (spawnSync('which', [command]).status !== 0) return `there is no ${command}: install Debian's package ${name}`
  try {
    provideKernels()
  } catch (error) {
    return error.message
  }
  return existsSync(root) ? null : `there is no ${root}`
}

function measure() {
  const { read, counted } = files()
  const scan = (jobs, ...cache) => [
    process.execPath,
    cli,
    'scan',
    root,
    '--format',
    'json',
    ...cache,
    '--fail-on',
    'never',
    '--quiet',
    '--jobs',
    jobs,
    '--output',
    join(folder, `report-${jobs}.json`),
  ]
  const ctags = (name, list) => {
    writeFileSync(join(folder, name), `${list.join('\n')}\n`)
    return ['ctags', '--languages=C,C++', '-L', join(folder, name), '-f', join(folder, 'tags')]
  }
  const script = bundled('floor')
  const floor = (what, from = 'read') => [process.execPath, script, what, root, join(folder, from)]
  const quiet = ['--fail-on', 'never', '--quiet', '--jobs', '1', '--output', join(folder, 'other.json')]
  const kept = (...command) => [process.execPath, cli, ...command, '--cache', join(folder, 'kept'), ...quiet]
  const series = () => kept('series', resolve(flags.series), '--tree', root)
  const runs = [
    { name: 'scan --jobs 1', command: scan('1', '--no-cache'), measured: [] },
    { name: 'scan --jobs 2', command: scan('2', '--no-cache'), measured: [] },
    { name: `ctags, ${counted.length} files`, command: ctags('counted', counted), measured: [] },
    { name: `ctags, ${read.length} files`, command: ctags('read', read), measured: [] },
    { name: 'tokens only, 1 thread', command: floor('tokens'), measured: [] },
    { name: 'index only, 1 thread', command: floor('index'), measured: [] },
    { name: 'index kept, read', command: floor('kept', 'kept'), measured: [] },
    { name: 'scan, index kept', command: kept('scan', root), measured: [], before: dropReports },
    ...(flags.series ? [{ name: 'series, index kept', command: series(), measured: [] }] : []),
    { name: 'scan, report kept', command: scan('2', '--cache', join(folder, 'kept')), measured: [] },
  ]
  timed(runs.at(-1).command)
  for (let round = 0; round < rounds; round++)
    for (const { command, measured, before } of runs) {
      before?.()
      measured.push(timed(command))
    }
  return { read, counted, runs }
}

function dropReports() {
  const kept = join(folder, 'kept')
  for (const name of readdirSync(kept)) if (name.endsWith('.report')) rmSync(join(kept, name))
}

/** As the report tells them: all files it counts, and those it reads (the others are of other architectures or no kernel code). */
function files() {
  const output = join(folder, 'files.json')
  spawnSync(process.execPath, [cli, 'scan', root, '--format', 'json', '--no-cache', '--quiet', '--output', output])
  const { arch, files: count, skipped } = JSON.parse(readFileSync(output, 'utf8')).tree
  const found = spawnSync('find', ['.', '-name', '*.[ch]', '!', '-type', 'd'], {
    cwd: root,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  })
  const all = found.stdout
    .split('\n')
    .map((path) => path.slice(2))
    .filter((path) => path !== '')
    .sort()
  const isUnder = (path, folders) => folders.some((f) => path.startsWith(`${f}/`))
  // The report names the folders left out; those whose files it counts all the same come after the first.
  const tables = skipped.filter((s) => s.why === 'register tables only').map((s) => s.path)
  const unread = skipped.map((s) => s.path).filter((path) => path !== 'arch' && !tables.includes(path))
  const counted = all.filter((path) => !isUnder(path, tables))
  const isOwnArch = (path) =>
    !path.startsWith('arch/') || (path.startsWith(`arch/${arch}/`) && !path.startsWith(`arch/${arch}/boot/`))
  const read = counted.filter((path) => !isUnder(path, unread) && isOwnArch(path))
  if (counted.length !== count) console.log(`note: the report counts ${count} files, this list has ${counted.length}`)
  return { counted, read }
}

function timed([command, ...args]) {
  const output = join(folder, 'time')
  const run = spawnSync('time', ['-f', '%U %S %e %M', '-o', output, command, ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (run.status !== 0) throw new Error(`${command} ended with ${run.status}`)
  const [user, system, elapsed, kilobytes] = readFileSync(output, 'utf8')
    .trim()
    .split('\n')
    .at(-1)
    .split(' ')
    .map(Number)
  return { cpu: user + system, elapsed, memory: kilobytes / 1024 }
}

/** A script of this folder, built beside the other bundles, where it finds the parser and the worker. */
function bundled(name) {
  const script = join(dirname(cli), '..', 'tools', `${name}.js`)
  esbuild.buildSync({
    entryPoints: [join(dirname(fileURLToPath(import.meta.url)), `${name}.ts`)],
    outfile: script,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'warning',
  })
  return script
}

function keystrokes() {
  const script = bundled('keystroke')
  const run = spawnSync(process.execPath, [script, root], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  if (run.status !== 0) throw new Error(`${script} ended with ${run.status}`)
  const { path, edits, elapsed, cpu } = JSON.parse(run.stdout)
  const ms = ({ p50, p95 }) => `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)} ms`
  console.log(`keystroke to findings without debounce, ${path}, ${edits} edits: ${ms(elapsed)}; CPU ${ms(cpu)}`)
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

function report({ read, counted, runs }) {
  const table = runs.map(({ name, measured }) => ({
    name,
    cpu: median(measured.map((m) => m.cpu)),
    elapsed: median(measured.map((m) => m.elapsed)),
    memory: median(measured.map((m) => m.memory)),
  }))
  const column = (value, digits) => value.toFixed(digits).padStart(10)
  console.log(
    `${flags.kernel}: ${counted.length} files counted, ${read.length} of them read; medians of ${rounds} alternating runs`,
  )
  console.log(`Node ${process.version}, ${cpus().length} processors (${cpus()[0]?.model ?? 'unknown'})`)
  console.log(`${''.padEnd(22)}     CPU s elapsed s        MB`)
  for (const { name, cpu, elapsed, memory } of table)
    console.log(`${name.padEnd(22)}${column(cpu, 1)}${column(elapsed, 1)}${column(memory, 0)}`)
  console.log('ratios to ctags (CPU, memory):')
  for (const scan of table.slice(0, 2))
    for (const ctags of table.slice(2, 4))
      console.log(
        `  ${scan.name} to ${ctags.name}: ${(scan.cpu / ctags.cpu).toFixed(2)}, ${(scan.memory / ctags.memory).toFixed(2)}`,
      )
}
