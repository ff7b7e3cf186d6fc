#!/usr/bin/env node
/** The command line: picks the command, turns what a person can mend into one line on stderr, and sets the exit status. */
import { Cancelled } from '../core/cancel.js'
import { UserError } from '../node/userError.js'
import { tool } from '../node/version.js'
import { scan } from './scan.js'
import { SCAN_USAGE } from './usage.js'

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  scan,
  lsp: async () => {
    await import('../server/main.js')
    return new Promise(() => {})
  },
}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args
  if (command === '--version') {
    process.stdout.write(`${tool.name} ${tool.version}\n`)
    return 0
  }
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(SCAN_USAGE)
    return command === undefined ? 2 : 0
  }
  const run = COMMANDS[command]
  if (!run)
    throw new UserError(`unknown command '${command}'`, `commands: ${Object.keys(COMMANDS).join(', ')}; see --help`)
  return run(rest)
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
