/** The commands besides scan: `rules`, `explain`, and the help of each. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { features } from '../../src/core/device/features/index.js'
import { FLOWS, PHASES } from '../../src/core/report/schema.js'
import { rules } from '../../src/core/rules/index.js'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const sample = join(checkout, 'media/sample/kernel')
const cli = join(checkout, 'out/cli/main.js')

function runIn(cwd: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}
const run = (...args: readonly string[]) => runIn(checkout, ...args)

beforeAll(() => {
  if (!existsSync(cli)) spawnSync(process.execPath, [join(checkout, 'src/tools/build.mjs')])
})

describe('rules', () => {
  test('lists every rule with its severity and title', () => {
    const lines = run('rules').stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split(/\s+/).slice(0, 2))).toEqual(rules.map(({ id, severity }) => [id, severity]))
    expect(JSON.parse(run('rules', '--format', 'json').stdout)).toEqual({
      schema: 1,
      command: 'rules',
      rules: rules.map(({ id, severity, title }) => ({ id, severity, title })),
    })
  })

  test('refuses what it does not know', () => {
    expect(run('rules', 'X')).toMatchObject({ status: 2, stderr: expect.stringContaining("unexpected argument 'X'") })
    expect(run('rules', '--format', 'html')).toMatchObject({ status: 2, stderr: expect.stringContaining('text, json') })
  })
})

describe('explain', () => {
  test('a rule and a feature, in any case', () => {
    for (const name of [...rules.map(({ id }) => id), ...features.map((feature) => feature.name)]) {
      const { status, stdout, stderr } = run('explain', name.toLowerCase())
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout.length).toBeGreaterThan(200)
    }
  })

  test('a write by its line, from anywhere: the path, the guard, every flow, the decision, the finding', () => {
    const proof = run('explain', 'drivers/pci/probe.c:98', '--tree', sample)
    expect(proof.status).toBe(0)
    for (const phase of PHASES) expect(proof.stdout).toContain(`IN ${phase.toUpperCase()}\n`)
    for (const flow of FLOWS) expect(proof.stdout).toMatch(new RegExp(`^ {2}${flow} `, 'm'))
    expect(proof.stdout).toContain('    -> pci_reset_command          drivers/pci/probe.c:118\n')
    expect(proof.stdout).toMatch(/decision {2}Preserve: .*\[V7-11: David Matlack/)
    expect(proof.stdout).toMatch(/JUSTIFICATION\n {2}missing\n/)
    expect(proof.stdout).toContain('[UNGUARDED_WRITE]')
    expect(runIn(join(sample, 'drivers/pci'), 'explain', 'probe.c:98', '--tree', '../..').stdout).toBe(proof.stdout)
    expect(runIn(sample, 'explain', 'drivers/pci/probe.c:98:2:').stdout).toBe(proof.stdout)
    const id = 'drivers/pci/probe.c#pci_reset_command#pci_write_config_word#1'
    expect(runIn(sample, 'explain', id).stdout).toBe(proof.stdout)
  })

  test('as Markdown it is the page that ships; as JSON, the write and its findings', () => {
    const page = readFileSync(join(checkout, 'media/rules/UNGUARDED_WRITE.md'), 'utf8')
    expect(run('explain', 'UNGUARDED_WRITE', '--format', 'markdown').stdout).toBe(page)
    const { sites, findings } = JSON.parse(
      run('explain', 'drivers/pci/probe.c:98', '--tree', sample, '--format', 'json').stdout,
    )
    expect(sites).toMatchObject([{ function: 'pci_reset_command', line: 98 }])
    expect(findings).toMatchObject([{ rule: 'UNGUARDED_WRITE', site: sites[0].id }])
  })

  test.each([
    ['nothing', [], /explain what\?; name a rule/],
    ['an unknown name', ['UNGARDED_WRITE'], /no rule or feature 'UNGARDED_WRITE'; did you mean UNGUARDED_WRITE\?/],
    ['a name like none', ['something'], /names: UNGUARDED_WRITE.*or FILE:LINE/],
    [
      'a line without a write',
      ['drivers/pci/probe.c:97', '--tree', sample],
      /no config write or MSI call at .*:97; the nearest are in line .*98/,
    ],
    ['a file that is not there', ['nowhere.c:1', '--tree', sample], /no nowhere\.c in/],
    ['a file outside of the tree', [`${join(checkout, 'package.json')}:1`, '--tree', sample], /no .*package\.json in/],
    [
      'a site that is not there',
      ['drivers/pci/probe.c#pci_reset_comand#pci_write_config_word#1', '--tree', sample],
      /near it: drivers\/pci\/probe\.c#pci_reset_command#/,
    ],
    ['a place in no kernel tree', ['a.c:1', '--tree', checkout], /no a\.c in/],
  ])('%s: exit 2 and one line', (_, args, message) => {
    const { status, stdout, stderr } = run('explain', ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(message)
  })
})

test.each(['scan', 'series', 'explain', 'rules', 'lsp'])('%s --help fits a screen', (command) => {
  const { status, stdout } = run(command, '--help')
  expect(status).toBe(0)
  expect(stdout).toMatch(new RegExp(`^usage: liveupdate-review ${command}\\b`))
  const lines = stdout.split('\n')
  expect(lines.length).toBeLessThan(45)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(84)
  expect(run('--help').stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
})
