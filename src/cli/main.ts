#!/usr/bin/env node
/** The command line: picks the command, turns what a person can mend into one line on stderr, and sets the exit status. */
import { setFlagsFromString } from 'node:v8'
import { Cancelled } from '../core/cancel.js'
import { nearestNames } from '../core/text/nearestNames.js'
import { UserError } from '../node/userError.js'
import { tool } from '../node/version.js'
import { explain } from './explain.js'
import { rules } from './rules.js'
import { scan } from './scan.js'
import { series } from './series.js'
import { simulate } from './simulate.js'
import { LSP_USAGE, USAGE } from './usage.js'

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  scan,
  series,
  explain,
  rules,
  simulate,
  lsp: async (args) => {
    if (args.includes('--help') || args.includes('-h')) {
      process.stdout.write(LSP_USAGE)
      return 0
    }
    await import('../server/main.js')
    return new Promise(() => {})
  },
}

/**
 * V8 compiles for speed what has run a while, by default after 130 kB of bytecode: in a run of seconds most of that is
 * never earned back. Waiting longer takes a tenth of a scan's CPU time away and nothing of its speed. A server lives on.
 */
function compileLater(command: string): void {
  if (command !== 'lsp') setFlagsFromString('--interrupt-budget=500000')
}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === '--version') {
    process.stdout.write(`${tool.name} ${tool.version}\n`)
    return 0
  }
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(USAGE)
    return command === undefined ? 2 : 0
  }
  const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
  if (!run) throw unknownCommand(command)
  compileLater(command)
  return run(rest)
}

function unknownCommand(command: string): UserError {
  const known = Object.keys(COMMANDS)
  const near = nearestNames(command, known, 1)
  const meant = near.length > 0 ? `did you mean ${near[0]}? ` : ''
  return new UserError(`unknown command '${command}'`, `${meant}commands: ${known.join(', ')}; see --help`)
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) is no failure of ours.
  process.exit(error.code === 'EPIPE' ? 0 : 2)
})

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status
  },
  (error: unknown) => {
    if (error instanceof UserError) process.stderr.write(`liveupdate-review: ${error.message}; ${error.hint}\n`)
    else if (error instanceof Cancelled) process.stderr.write('liveupdate-review: cancelled\n')
    else
      process.stderr.write(
        `liveupdate-review: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`,
      )
    process.exitCode = 2
  },
)
