/** `series` of the built command line: what it reads, what it refuses, and that it writes nothing to the tree. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import type { Report } from '../../src/core/report/schema.js'
import { mailOf, mailsOf } from '../fixtures/patches.js'
import { sampleFiles } from '../fixtures/sampleKernel.js'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const sample = join(checkout, 'media/sample/kernel')
const cli = join(checkout, 'out/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'series-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(input: string | Buffer, ...args: readonly string[]) {
  const all = [cli, 'series', ...args, '--tree', sample]
  const { status, stdout, stderr } = spawnSync(process.execPath, all, { input, encoding: 'utf8', maxBuffer: 1 << 28 })
  return { status, stdout, stderr }
}

const ATS = 'drivers/pci/ats.c'
const helper = (body: string) =>
  `${sampleFiles[ATS]!}\nvoid pci_stop_master(struct pci_dev *dev)\n{\n${body}\tpci_write_config_word(dev, PCI_COMMAND, 0);\n}\n`
const { mails } = mailsOf(sampleFiles, [
  { title: 'PCI: write', files: { [ATS]: helper('') } },
  { title: 'PCI: guard it', files: { [ATS]: helper('\tif (pci_liveupdate_is_incoming(dev))\n\t\treturn;\n\n') } },
])
const mbox = mails.map((mail) => `From a@example.org Mon Jul 28 01:24:30 2025\n${mail}`).join('\n')
const shuffled = [...mails].reverse()

function toJson(input: string | Buffer, ...args: readonly string[]): Report {
  return JSON.parse(run(input, ...args, '--format', 'json').stdout) as Report
}

describe('reads', () => {
  const folderOf = join(folder, 'patches')
  mkdirSync(folderOf)
  for (const [i, mail] of shuffled.entries()) writeFileSync(join(folderOf, `${i}.eml`), mail)
  const packed = join(folder, 'series.mbox.gz')
  writeFileSync(packed, gzipSync(mbox))

  test.each([
    ['an mbox on stdin', ['-'], mbox],
    ['a folder of mails, out of order', [folderOf], ''],
    ['an mbox that is packed', [packed], ''],
  ])('%s', (_, args, input) => {
    const { command, series, findings, summary } = toJson(input, ...args)
    expect({ command, count: series?.count }).toEqual({ command: 'series', count: 2 })
    expect(series?.patches.map(({ number, subject, applies }) => [number, subject, applies])).toEqual([
      [1, 'PCI: write', 'clean'],
      [2, 'PCI: guard it', 'clean'],
    ])
    expect(findings.filter(({ file }) => file === ATS).map(({ patch, rule }) => [patch, rule])).toContainEqual([
      '2/2',
      'MISSING_JUSTIFICATION',
    ])
    expect(summary.warnings).toBe(findings.filter((f) => f.severity === 'warning' && f.state !== 'fixed').length)
  })

  test('the same bytes in every run, and not a byte into the tree', () => {
    const before = readFileSync(join(sample, ATS), 'latin1')
    expect(run(mbox, '-', '--format', 'json').stdout).toBe(run(mbox, '-', '--format', 'json', '--jobs', '1').stdout)
    expect(readFileSync(join(sample, ATS), 'latin1')).toBe(before)
  })

  test('a bare diff, and tells one line a finding where nobody looks', () => {
    const diff = mails[0]!.slice(mails[0]!.indexOf('diff --git'))
    const { stdout, stderr, status } = run(diff.replace('PCI_COMMAND, 0', 'PCI_COMMAND, PCI_COMMAND_IO'), '-')
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    for (const line of stdout.split('\n').filter((text) => text !== ''))
      expect(line).toMatch(/^\S+:\d+: (?:ERROR|WARNING|INFO):[A-Z_]+: /)
  })
})

describe('exits', () => {
  test('0, or 1 when findings are asked to fail', () => {
    expect(run(mbox, '-', '--rules', 'MISSING_JUSTIFICATION').status).toBe(0)
    expect(run(mbox, '-', '--rules', 'MISSING_JUSTIFICATION', '--fail-on', 'warning').status).toBe(1)
  })

  const evil = '--- a/../../evil.c\n+++ b/../../evil.c\n@@ -0,0 +1 @@\n+int x;\n'
  const foreign = '--- a/drivers/pci/ats.c\n+++ b/drivers/pci/ats.c\n@@ -1,2 +1,2 @@\n no such line\n-nor this\n+x\n'
  test.each([
    ['nothing to review', [], '', /which series\?/],
    ['no patch', ['-'], 'From: a@b\nSubject: lunch\n\nToday?\n', /no patch in/],
    ['a folder that is not there', [join(folder, 'nowhere')], '', /does not exist/],
    ['a name that leaves the tree', ['-'], mailOf('[PATCH] a', `x\n---\n${evil}`), /leaves the tree/],
    ['a patch that does not apply', ['-'], mailOf('[PATCH] a', `x\n---\n${foreign}`), /ats\.c.*no line 'no such line'/],
    ['an option that it has not', ['-', '--tee', 'x'], mbox, /--tee.*--tree/],
  ])('2 with one line for %s', (_, args, input, message) => {
    const { status, stdout, stderr } = run(input, ...args)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(message)
  })
})

test('what applies of a patch is reviewed, and what does not is named', () => {
  const more = `--- a/${ATS}\n+++ b/${ATS}\n@@ -1,2 +1,2 @@\n no such line\n-nor this\n+x\n`
  const mail = mails[0]!.replace('diff --git', `${more}diff --git`)
  const { series } = toJson(mail, '-')
  expect(series?.patches[0]).toMatchObject({ applies: 'partly', failedHunks: [{ file: ATS, hunk: 1 }] })
  expect(run(mail, '-').stderr).toMatch(/1\/2: drivers\/pci\/ats\.c: hunk 1 does not apply/)
})

test.each([
  ['sarif', /"ruleId": ?"MISSING_JUSTIFICATION"/],
  ['markdown', /MISSING_JUSTIFICATION/],
  ['html', /MISSING_JUSTIFICATION/],
  ['github', /^::warning .*title=MISSING_JUSTIFICATION/m],
  ['mail', /^Subject: Re: \[PATCH 2\/2\] PCI: guard it$/m],
])('%s tells what is introduced, and nothing that is fixed', (format, message) => {
  const { status, stdout } = run(mbox, '-', '--format', format, '--fail-on', 'never')
  expect(status).toBe(0)
  expect(stdout).toMatch(message)
  const fixed = toJson(mbox, '-').findings.filter(({ state }) => state === 'fixed')
  for (const { rule, line, file } of fixed) expect(stdout).not.toContain(`${file}:${line}: ${rule}`)
})

test('for people: patch by patch', () => {
  const { stdout } = run(mbox, '-', '--format', 'text')
  expect(stdout).toMatch(/^1\/2 PCI: write/m)
  expect(stdout).toMatch(/^2\/2 PCI: guard it \(1 guard; /m)
})
