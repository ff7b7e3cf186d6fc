/** `simulate`: writes tried on the simulated device, or on one loaded from the text of lspci. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { defaultSettings } from '../core/config/settings.js'
import { findFunction, functionOf, type Machine } from '../core/device/fabric.js'
import { loadMachine } from '../core/device/loadMachine.js'
import { knownNames } from '../core/device/registerBits.js'
import { parseWrite, type RegisterWrite, type WriteProblem } from '../core/device/registerWrite.js'
import { functionNamed, handedOver, simulateWrites } from '../core/device/simulate.js'
import { FLOWS, type Flow, PHASES, type Phase } from '../core/report/schema.js'
import { simulationJson, simulationText } from '../core/report/simulation.js'
import { closestNames } from '../core/text/nearestNames.js'
import { UserError } from '../node/userError.js'
import { flowsIn, oneOf } from './options.js'
import { writeOut } from './outputFile.js'
import { SIMULATE_USAGE } from './usage.js'

const OPTIONS = {
  write: { type: 'string', multiple: true },
  on: { type: 'string' },
  phase: { type: 'string' },
  device: { type: 'string' },
  flows: { type: 'string' },
  policy: { type: 'string' },
  format: { type: 'string' },
  output: { type: 'string' },
  quiet: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

const ROLES = ['endpoint', 'root-port', 'switch', 'vf', 'pf', 'switch-upstream', 'switch-downstream'] as const

interface Target {
  readonly machine: Machine
  readonly on: string
  /** What the model does not know about the function that is written. */
  readonly unknown: readonly string[]
}

export async function simulate(args: readonly string[]): Promise<number> {
  const values = parsed(args)
  if (values.help) {
    process.stdout.write(SIMULATE_USAGE)
    return 0
  }
  const writes = (values.write ?? []).map(writeOf)
  if (writes.length === 0)
    throw new UserError('simulate needs a --write', 'e.g. --write PCI_COMMAND-PCI_COMMAND_MASTER')
  const format = oneOf('--format', values.format ?? 'text', ['text', 'json'])
  const on = values.on ?? 'endpoint'
  const phase: Phase = oneOf('--phase', values.phase ?? 'boot', PHASES)
  const flows = promised(values.flows, oneOf('--policy', values.policy ?? 'upstream', ['upstream', 'strict']))
  const target = values.device === undefined ? smallTarget(on, writes) : loadedTarget(values.device, on)
  const result = simulateWrites({ on: target.on, phase, writes, flows, machine: target.machine })
  if ('problem' in result) throw wrongWrite(result, target)
  const told = { on, asked: values.write ?? [], simulation: result, flows, unknown: target.unknown }
  writeOut(format === 'json' ? simulationJson(told) : simulationText(told), values.output ?? null)
  return 0
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: joinWrites(args), options: OPTIONS, allowPositionals: false, strict: true }).values
  } catch (error) {
    const message = (error as Error).message.split('. ')[0]!
    throw new UserError(message.charAt(0).toLowerCase() + message.slice(1), 'see liveupdate-review simulate --help')
  }
}

/** `--write -1` must read as a wrong write, and not as a wrong option. */
function joinWrites(args: readonly string[]): string[] {
  const joined: string[] = []
  for (let i = 0; i < args.length; i++) {
    const next = args[i + 1]
    if (args[i] === '--write' && next !== undefined && !next.startsWith('--')) {
      joined.push(`--write=${next}`)
      i++
    } else joined.push(args[i]!)
  }
  return joined
}

function writeOf(text: string): RegisterWrite {
  const write = parseWrite(text)
  if (!write)
    throw new UserError(`--write does not understand '${text}'`, 'use REGISTER=VALUE, REGISTER+BITS or REGISTER-BITS')
  return write
}

function promised(list: string | undefined, policy: 'upstream' | 'strict'): readonly Flow[] {
  if (list !== undefined) return flowsIn(list)
  return policy === 'strict' ? FLOWS : defaultSettings.flows
}

function smallTarget(on: string, writes: readonly RegisterWrite[]): Target {
  if (!ROLES.some((role) => role === on)) {
    const hint = /^[\da-f:.]+$/i.test(on) ? 'name a slot together with --device FILE, or' : 'use'
    throw new UserError(`--on does not know '${on}'`, `${hint} one of ${ROLES.join(', ')}`)
  }
  return { machine: handedOver(on, writes), on, unknown: [] }
}

function loadedTarget(file: string, on: string): Target {
  const loaded = loadMachine(textOf(file), on)
  if ('known' in loaded)
    throw new UserError(`${file}: ${loaded.problem}`, `--on can be ${shortList(nearestFirst(on, loaded.known))}`)
  if ('problem' in loaded)
    throw new UserError(`${file} is no dump of lspci: ${loaded.problem}`, 'make it with lspci -xxxx, as root')
  return { machine: loaded.machine, on: loaded.on, unknown: loaded.unknown.get(loaded.on) ?? [] }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new UserError(
      `cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`,
      'name a file that lspci -xxxx has written',
    )
  }
}

function nearestFirst(on: string, known: readonly string[]): readonly string[] {
  return on.includes(':') ? closestNames(on, known, 6) : known
}

function shortList(names: readonly string[]): string {
  return names.length > 8 ? `${names.slice(0, 8).join(', ')}, ...` : names.join(', ')
}

function wrongWrite(problem: WriteProblem, { machine, on }: Target): UserError {
  switch (problem.problem) {
    case 'no-function':
      return new UserError(`the machine has no ${problem.name}`, `it has ${problem.known.join(', ')}`)
    case 'no-register': {
      const lacks = knownNames().includes(problem.name) ? `the ${where(machine, on)} has no` : 'there is no register'
      const known = problem.known.filter((name) => name.startsWith('PCI_'))
      return new UserError(`${lacks} ${problem.name}`, `nearest: ${closestNames(problem.name, known).join(', ')}`)
    }
    case 'no-bit': {
      const known = problem.known.length > 0 ? problem.known : knownNames()
      return new UserError(
        `there is no bit ${problem.name} there`,
        `nearest: ${closestNames(problem.name, known).join(', ')}`,
      )
    }
    case 'too-wide':
      return new UserError(
        `the value is too wide for ${problem.name}`,
        `it has ${problem.width} ${problem.width === 1 ? 'byte' : 'bytes'}; nearest: ${closestNames(problem.name, knownNames()).join(', ')}`,
      )
  }
}

function where(machine: Machine, on: string): string {
  const name = functionNamed(machine, on)
  const found = findFunction(machine, name)
  return found && on === name && on.includes(':') ? functionOf(machine, name).kind.replace('-', ' ') : on
}
