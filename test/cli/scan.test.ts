/** The built command line as a process: exit status, formats, bytes, and what it says when it cannot run. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FLOWS, PHASES, type Report } from '../../src/core/report/schema.js'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const sample = join(checkout, 'media/sample/kernel')
const folder = mkdtempSync(join(tmpdir(), 'scan-'))
const cli = join(checkout, 'out/cli/main.js')

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') },
  })
  return { status, stdout, stderr }
}

function treeCopy(name: string): string {
  const tree = join(folder, name)
  cpSync(sample, tree, { recursive: true })
  return tree
}

beforeAll(() => {
  if (!existsSync(cli)) {
    const { status, stderr } = spawnSync(process.execPath, [join(checkout, 'src/tools/build.mjs')], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`the build failed: ${stderr}`)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('exit status', () => {
  test('0 with warnings only, 1 when they are asked to fail', () => {
    const warnings = ['scan', sample, '--rules', 'MISSING_JUSTIFICATION']
    expect(run(...warnings).status).toBe(0)
    expect(run(...warnings, '--fail-on', 'warning').status).toBe(1)
    expect(run('scan', sample).status).toBe(1)
    expect(run('scan', sample, '--fail-on', 'never').status).toBe(0)
  })

  test.each([
    ['an unknown option', ['scan', sample, '--phases', 'boot'], /--phases/],
    ['an unknown command', ['scna', sample], /unknown command 'scna'.*scan/],
    [
      'a value that an option does not know',
      ['scan', sample, '--phase', 'boot,reboot'],
      /--phase does not know 'reboot'.*boot, shutdown, userspace/,
    ],
    ['an unknown rule', ['scan', sample, '--rules', 'NO_SUCH_RULE'], /NO_SUCH_RULE.*UNGUARDED_WRITE/],
    ['no number of threads', ['scan', sample, '--jobs', 'many'], /--jobs.*many/],
    ['a root that is no kernel tree', ['scan', tmpdir()], /not a Linux kernel tree/],
    ['a root that is not there', ['scan', join(folder, 'nowhere')], /does not exist/],
    ['a path that is not in the tree', ['scan', sample, 'drivers/nowhere'], /no drivers\/nowhere in/],
    ['an arch that the tree has not', ['scan', sample, '--arch', 'vax'], /no arch\/vax in/],
    ['a .config that is not there', ['scan', sample, '--config', join(folder, 'none')], /cannot read .*none: ENOENT/],
    ['a .config that is a folder', ['scan', sample, '--config', folder], /cannot read .*: EISDIR/],
    ['a .config that is none', ['scan', sample, '--config', cli], /main\.js is no kernel \.config: line \d+ /],
    [
      'mail, which belongs to series',
      ['scan', sample, '--format', 'mail'],
      /no mail format.*series FILE --format mail/,
    ],
    ['an option nearly right', ['scan', sample, '--fail', 'never'], /unknown option '--fail'; did you mean --fail-on/],
    [
      'a baseline that is not there',
      ['scan', sample, '--baseline', join(folder, 'none.json')],
      /cannot read the baseline .*ENOENT; .*--update-baseline/,
    ],
    [
      'a baseline that is none',
      ['scan', sample, '--baseline', join(sample, 'Makefile')],
      /cannot use the baseline .*Makefile: line 1: it is no JSON/,
    ],
    [
      'an update of no baseline',
      ['scan', sample, '--update-baseline'],
      /--update-baseline has no file; .*--baseline FILE/,
    ],
    [
      'suppressions that are not there',
      ['scan', sample, '--suppressions', join(folder, 'none.json')],
      /cannot read .*none\.json: ENOENT/,
    ],
    [
      'an output that cannot be written',
      ['scan', sample, '--output', join(folder, 'no/such/folder/x.json')],
      /cannot write/,
    ],
  ])('2 and one line for %s', (_, args, message) => {
    const { status, stdout, stderr } = run(...args)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(message)
  })

  test('2 and one line for a file that cannot be read, and nothing half-written', () => {
    const tree = treeCopy('unreadable')
    symlinkSync(join(folder, 'not-there.c'), join(tree, 'drivers/pci/dangling.c'))
    const output = join(folder, 'unreadable.json')
    const { status, stderr } = run('scan', tree, '--format', 'json', '--output', output)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^liveupdate-review: cannot read .*dangling\.c: ENOENT.*\n$/)
    expect(existsSync(output)).toBe(false)
  })
})

test('a .config decides which branches and files are code', () => {
  const tree = treeCopy('configured')
  const write = (name: string): string =>
    `void ${name}(struct pci_dev *dev)\n{\n\tpci_write_config_word(dev, PCI_COMMAND, 0);\n}\n`
  writeFileSync(
    join(tree, 'drivers/pci/branches.c'),
    `#ifdef CONFIG_PCI_QUIRKS\n${write('with_quirks')}#else\n${write('without_quirks')}#endif\n`,
  )
  const functions = (...lines: readonly string[]): readonly string[] => {
    const config = join(folder, 'config')
    writeFileSync(config, `${lines.join('\n')}\n`)
    const { stdout } = run('scan', tree, 'drivers/pci/branches.c', '--format', 'json', '--config', config)
    return (JSON.parse(stdout) as Report).sites.map((site) => site.function)
  }
  expect(functions('CONFIG_PCI=y')).toEqual(['with_quirks', 'without_quirks'])
  expect(functions('CONFIG_PCI_QUIRKS=y')).toEqual(['with_quirks'])
  expect(functions('# CONFIG_PCI_QUIRKS is not set')).toEqual(['without_quirks'])
})

describe('formats', () => {
  test('json has the form of the contract', () => {
    const report = JSON.parse(run('scan', sample, '--format', 'json').stdout) as Report
    expect(Object.keys(report)).toEqual([
      'schema',
      'tool',
      'command',
      'tree',
      'policy',
      'flows',
      'sites',
      'findings',
      'summary',
    ])
    expect(report).toMatchObject({
      schema: 1,
      tool: { name: 'liveupdate-review' },
      command: 'scan',
      policy: 'upstream',
    })
    for (const site of report.sites) {
      expect(site.id).toMatch(new RegExp(`^${site.file}#${site.function}#${site.callee}#\\d+$`))
      for (const phase of PHASES) {
        const at = site.phases[phase]
        if (!at.reachable) continue
        expect(at.path[0]).toMatchObject({ function: at.root.function, call: null })
        expect(at.path.at(-1)!.function).toBe(site.function)
      }
      expect(site.hazard.effects).toHaveLength(10)
    }
    expect(report.summary.sites).toBe(report.sites.length)
  })

  test('terse is one line a finding, as checkpatch prints them', () => {
    const lines = run('scan', sample, '--format', 'terse').stdout.trimEnd().split('\n')
    for (const line of lines) expect(line).toMatch(/^[\w/.-]+\.[ch]:\d+: (ERROR|WARNING|INFO):[A-Z_]+: \S.*$/)
  })

  test('without a terminal terse is the default; text shows the line, a caret and the path', () => {
    expect(run('scan', sample).stdout).toBe(run('scan', sample, '--format', 'terse').stdout)
    const text = run('scan', sample, '--format', 'text').stdout
    expect(text).toContain('        pci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);')
    expect(text).toMatch(/\^~+\n {8}path in boot:\n/)
    expect(text).not.toContain('\u001b')
  })

  test('paths and phases limit what is reported', () => {
    const only = JSON.parse(
      run('scan', sample, 'drivers/pci/pcie', '--phase', 'boot', '--format', 'json').stdout,
    ) as Report
    expect(only.sites).not.toEqual([])
    for (const site of only.sites) {
      expect(site.file).toMatch(/^drivers\/pci\/pcie\//)
      expect(site.phases.shutdown.reachable || site.phases.userspace.reachable).toBe(false)
    }
    const rulesSeen = (list: string) => run('scan', sample, `--rules=${list}`).stdout.match(/: [A-Z]+:[A-Z_]+: /g) ?? []
    expect(new Set(rulesSeen('UNGUARDED_WRITE').map((seen) => seen.split(':')[2]))).toEqual(
      new Set(['UNGUARDED_WRITE']),
    )
    expect(rulesSeen('-UNGUARDED_WRITE').filter((seen) => seen.includes(':UNGUARDED_WRITE'))).toEqual([])
    expect(rulesSeen('-UNGUARDED_WRITE')).not.toEqual([])
  })
})

describe('a tree’s own settings', () => {
  const SITE = 'drivers/pci/probe.c#pci_reset_command#pci_write_config_word#1'
  const entry = { rule: 'UNGUARDED_WRITE', site: SITE, reason: 'the console bridge is never handed over' }
  const jsonOf = (...args: readonly string[]) => JSON.parse(run('scan', ...args, '--format', 'json').stdout) as Report

  test('suppress with a reason, set what is promised, and give way to options', () => {
    const tree = treeCopy('settings')
    const strict = ['--flows', 'p2p', '--policy', 'strict']
    const all = jsonOf(tree, ...strict).findings.length
    const file = join(tree, '.liveupdate-review.json')
    writeFileSync(file, JSON.stringify({ suppressions: [entry], flows: ['p2p'], policy: 'strict' }))
    const report = jsonOf(tree)
    expect(report.findings).toHaveLength(all - 1)
    const { errors, warnings, infos } = report.summary
    expect(errors + warnings + infos).toBe(all - 1)
    expect(report.suppressed).toMatchObject([{ site: SITE, suppressed: { kind: 'file', reason: entry.reason } }])
    expect(report).toMatchObject({ flows: ['p2p'], policy: 'strict' })
    expect(jsonOf(tree, '--flows', 'dma').flows).toEqual(['dma'])
    expect(jsonOf(tree, '--flows', 'all').flows).toEqual(FLOWS)
    expect(run('scan', tree, '--format', 'text').stdout).toContain('(and not counted: 1 suppressed)')
  })

  test('are refused whole when they are not well formed: exit 2, the line, and what to do', () => {
    const tree = treeCopy('malformed')
    writeFileSync(join(tree, '.liveupdate-review.json'), '{\n  "flow": ["dma"]\n}\n')
    const { status, stdout, stderr } = run('scan', tree)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(
      /^liveupdate-review: .*\.liveupdate-review\.json:2: .*unknown key "flow"; did you mean "flows"\?\n$/,
    )
  })

  test('another file is named with --suppressions; its stale entries are found in it', () => {
    const file = join(folder, 'elsewhere.json')
    writeFileSync(file, JSON.stringify({ suppressions: [{ ...entry, site: `${SITE}9` }] }))
    const { findings } = jsonOf(sample, '--suppressions', file)
    const bad = findings.filter(({ rule }) => rule === 'BAD_SUPPRESSION')
    expect(bad).toMatchObject([{ site: null, line: 1, file: expect.stringMatching(/elsewhere\.json$/) }])
  })
})

describe('a baseline', () => {
  test('is written, known, pruned, and read by SARIF', () => {
    const tree = treeCopy('baseline')
    const file = join(folder, 'baseline.json')
    const fail = ['--fail-on', 'warning', '--baseline', file, '--rules', 'UNGUARDED_WRITE']
    const first = run('scan', tree, ...fail, '--update-baseline')
    expect(first).toMatchObject({ status: 0, stdout: '' })
    const [, added, total] = /baseline\.json: (\d+) added, 0 pruned, (\d+) in all\n$/.exec(first.stderr) ?? []
    expect(Number(added)).toBeGreaterThan(1)
    expect(total).toBe(added)
    expect(run('scan', tree, ...fail)).toMatchObject({ status: 0, stdout: '', stderr: '' })
    const probe = join(tree, 'drivers/pci/probe.c')
    const write = '\n\tpci_write_config_word(dev, PCI_COMMAND, cmd & ~PCI_COMMAND_MASTER);'
    writeFileSync(probe, readFileSync(probe, 'utf8').replace(write, `${write}${write}`))
    const second = run('scan', tree, ...fail)
    expect(second.status).toBe(1)
    expect(second.stdout.trimEnd().split('\n')).toHaveLength(1)
    writeFileSync(probe, readFileSync(probe, 'utf8').replaceAll(write, ''))
    const { runs } = JSON.parse(run('scan', tree, ...fail, '--format', 'sarif').stdout)
    const states = runs[0].results.map(({ baselineState }: { baselineState: string }) => baselineState)
    expect(new Set(states)).toEqual(new Set(['unchanged', 'absent']))
    expect(run('scan', tree, ...fail, '--update-baseline').stderr).toContain(
      `0 added, 1 pruned, ${Number(total) - 1} in all\n`,
    )
  })
})

describe('the same bytes', () => {
  test('for any number of threads, in a second run, to a file, and with git or without', () => {
    const tree = treeCopy('large')
    // More files than one batch holds, so that the work is really divided.
    for (let i = 0; i < 9; i++) cpSync(join(sample, 'drivers'), join(tree, `drivers/copy${i}`), { recursive: true })
    const first = run('scan', tree, '--format', 'json', '--jobs', '1').stdout
    expect(JSON.parse(first).tree.files).toBeGreaterThan(128)
    for (const jobs of ['1', '2', '3']) expect(run('scan', tree, '--format', 'json', '--jobs', jobs).stdout).toBe(first)
    const output = join(folder, 'report.json')
    run('scan', tree, '--format', 'json', '--output', output)
    expect(readFileSync(output, 'utf8')).toBe(first)
    spawnSync('git', ['init', '-q'], { cwd: tree })
    expect(run('scan', tree, '--format', 'json').stdout).toBe(first)
  })
})

test.each(['sarif', 'html', 'markdown', 'github'])('%s names no place of this machine', (format) => {
  const tree = treeCopy(format)
  const { status, stdout } = run('scan', tree, '--format', format, '--fail-on', 'never')
  expect(status).toBe(0)
  expect(stdout).toContain('drivers/pci/probe.c')
  expect(stdout).not.toContain(folder)
})

describe('hostile trees', () => {
  const ESCAPE = '\u001b]0;owned\u0007\u001b[2J'

  test('no control character of a tree reaches a terminal', () => {
    const tree = treeCopy('hostile')
    const text = `static int __init start(void)\n{\n\tpci_write_config_word(dev /* ${ESCAPE} */, PCI_COMMAND, "${ESCAPE}\u202e");\n\treturn 0;\n}\nsubsys_initcall(start);\n`
    writeFileSync(join(tree, 'drivers/pci/hostile.c'), text)
    mkdirSync(join(tree, `drivers/pci/${'\u001b[31m'}red`))
    writeFileSync(join(tree, `drivers/pci/${'\u001b[31m'}red/x.c`), text)
    for (const format of ['text', 'terse', 'markdown', 'html', 'github', 'sarif']) {
      const { status, stdout } = run('scan', tree, '--format', format, '--fail-on', 'never')
      expect(status).toBe(0)
      expect(stdout).toContain('hostile.c')
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    }
  })

  test('broken files end, and are not a bug', () => {
    const tree = treeCopy('broken')
    const broken = [
      '/* never closed',
      'int f(void) {',
      '"',
      '#if',
      '#define X(',
      '{'.repeat(5000),
      '('.repeat(5000),
      '\0\u00ff\0',
      'int f(void) { if (pci_write_config_word(',
    ]
    for (const [i, text] of broken.entries()) writeFileSync(join(tree, `drivers/pci/broken${i}.c`), text)
    const { status, stderr } = run('scan', tree, '--fail-on', 'never')
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })

  test('a reader that has seen enough is no failure', () => {
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `"${process.execPath}" "${cli}" scan "${sample}" --format json | head -c 10`],
      { encoding: 'utf8' },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})

test('--help says what there is, --version which one', () => {
  expect(run('--help')).toMatchObject({ status: 0, stderr: '' })
  expect(run('scan', '--help').stdout).toContain('--fail-on')
  expect(run('--version').stdout).toMatch(/^liveupdate-review \d+\.\d+\.\d+\n$/)
})
