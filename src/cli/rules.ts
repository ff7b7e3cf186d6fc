/** `rules`: the list of rules. */
import { rules as all } from '../core/rules/index.js'
import { oneOf, parsed } from './options.js'
import { writeOut } from './outputFile.js'
import { RULES_USAGE } from './usage.js'

const OPTIONS = {
  format: { type: 'string' },
  output: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export async function rules(args: readonly string[]): Promise<number> {
  const { values } = parsed(args, OPTIONS, 0)
  if (values.help === true) {
    process.stdout.write(RULES_USAGE)
    return 0
  }
  const format = oneOf('--format', values.format ?? 'text', ['text', 'json'])
  writeOut(format === 'json' ? json() : text(), values.output ?? null)
  return 0
}

function text(): string {
  const width = Math.max(...all.map(({ id }) => id.length))
  return all.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`).join('')
}

function json(): string {
  const list = all.map(({ id, severity, title }) => ({ id, severity, title }))
  return `${JSON.stringify({ schema: 1, command: 'rules', rules: list }, null, 2)}\n`
}
