/** `series` on a tree with a repository: ranges, bases, what a branch has already, and configuration that wants to run. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Report } from '../../src/core/report/schema.js'
import { mailsOf } from '../fixtures/patches.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const cli = join(checkout, 'out/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'series-git-'))
const tree = join(folder, 'tree')
const marker = join(folder, 'it-ran')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ATS = 'drivers/pci/ats.c'
const writer = (guard: string, value = '0') =>
  `${sampleFiles[ATS]!}\nvoid pci_stop_master(struct pci_dev *dev)\n{\n${guard}\tpci_write_config_word(dev, PCI_COMMAND, ${value});\n}\n`
const GUARD = '\tif (pci_liveupdate_is_incoming(dev))\n\t\treturn;\n\n'
const steps = [
  { title: 'PCI: write', files: { [ATS]: writer('') } },
  { title: 'PCI: guard it', files: { [ATS]: writer(GUARD) } },
  { title: 'PCI: another value', files: { [ATS]: writer(GUARD, '1') } },
]
const { mails } = mailsOf(sampleFiles, steps)

function git(...args: readonly string[]): string {
  const who = ['-c', 'user.name=A Author', '-c', 'user.email=a@example.org', '-c', 'commit.gpgSign=false']
  return execFileSync('git', [...who, ...args], { cwd: tree, encoding: 'utf8' }).trim()
}

function run(input: string, ...args: readonly string[]) {
  const all = [cli, 'series', ...args, '--tree', tree, '--format', 'json', '--fail-on', 'never']
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { input, encoding: 'utf8', maxBuffer: 1 << 28 })
  return { status, stderr, report: status === 0 ? (JSON.parse(stdout) as Report) : null }
}

function told(report: Report | null) {
  return report?.findings.map(({ rule, patch, state, file, line }) => `${state} ${rule} ${patch} ${file}:${line}`)
}

let base = ''
beforeAll(() => {
  cpSync(join(checkout, 'media/sample/kernel'), tree, { recursive: true })
  git('init', '-q')
  git('add', '-A')
  git('commit', '-qm', 'base')
  base = git('rev-parse', 'HEAD')
  for (const { title, files } of steps) {
    for (const [path, text] of Object.entries(files)) writeFileSync(join(tree, path), text)
    git('commit', '-qam', `${title}\n\nIt is needed.`)
  }
})

describe('commits', () => {
  test('of a range say what their mails say on the tree before them', () => {
    const { report } = run('', '--git', `${base}..HEAD`)
    expect(report?.series).toMatchObject({ count: 3, base: { status: 'given', commit: base } })
    expect(report?.series?.patches.map(({ subject, applies }) => [subject, applies])).toEqual(
      steps.map(({ title }) => [title, 'clean']),
    )
    const onBranch = told(report)
    git('checkout', '-q', base)
    const folderOfMails = mkdtempSync(join(folder, 'mails-'))
    for (const [i, mail] of mails.entries()) writeFileSync(join(folderOfMails, `${i}`), mail)
    const { report: fromMails } = run('', folderOfMails)
    git('checkout', '-q', '-')
    expect(told(fromMails)).toEqual(onBranch)
  })

  test.each([
    ['no range', 'HEAD', /A\.\.B/],
    ['no commit', 'nowhere..HEAD', /no commit nowhere/],
    ['an option', '--output=x..HEAD', /no commit --output=x/],
  ])('%s: exit 2', (_, range, message) => {
    const { status, stderr } = run('', `--git=${range}`)
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
  })
})

test("b4's check of one patch, on a branch that has it and has changed its lines since", () => {
  const { report } = run(mails[1]!, '-')
  expect(report?.series?.base).toEqual({ status: 'found', commit: git('rev-parse', 'HEAD~2') })
  expect(report?.series?.patches[0]).toMatchObject({ applies: 'clean' })
  expect(told(report)).toContainEqual(expect.stringMatching(/^introduced MISSING_JUSTIFICATION 2\/3 /))
})

test('a base commit that the repository has is the base', () => {
  const mail = `${mails[0]!}\nbase-commit: ${base}\n`
  const { report } = run(mail, '-')
  expect(report?.series?.base).toEqual({ status: 'found', commit: base })
  expect(report?.series?.patches[0]?.applies).toBe('clean')
})

test('nothing that the repository configures is run, and no file of it changes', () => {
  const script = join(folder, 'script')
  writeFileSync(script, `#!/bin/sh\ntouch '${marker}'\ncat\n`)
  chmodSync(script, 0o755)
  writeFileSync(join(tree, '.git/info/attributes'), '*.c filter=evil diff=evil\n')
  for (const key of [
    'core.fsmonitor',
    'filter.evil.clean',
    'filter.evil.smudge',
    'diff.evil.command',
    'diff.evil.textconv',
    'gpg.program',
    'core.pager',
  ])
    git('config', key, script)
  git('config', 'log.showSignature', 'true')
  const before = readFileSync(join(tree, '.git/index')).toString('hex')
  expect(run('', '--git', `${base}..HEAD`).status).toBe(0)
  expect(run(mails[1]!, '-').status).toBe(0)
  expect(existsSync(marker)).toBe(false)
  expect(readFileSync(join(tree, '.git/index')).toString('hex')).toBe(before)
})
