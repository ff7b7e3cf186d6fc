import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { headText } from '../../src/node/changedLines.js'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'head-text-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function git(...args: readonly string[]): void {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@b.c']
  execFileSync('git', [...who, ...args], { cwd: root, stdio: 'pipe' })
}

function commit(path: string, text: string): void {
  git('init', '-q')
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
  git('add', '.')
  git('commit', '-q', '-m', 'first')
}

describe('headText', () => {
  test('gives the committed text, not the one on disk', async () => {
    commit('drivers/pci/pci.c', 'old\n')
    writeFileSync(join(root, 'drivers/pci/pci.c'), 'new\n')
    expect(await headText(root, 'drivers/pci/pci.c')).toEqual({ kind: 'text', text: 'old\n' })
  })

  test('finds a tree that is a folder of a larger repository', async () => {
    commit('linux/drivers/pci/pci.c', 'old\n')
    expect(await headText(join(root, 'linux'), 'drivers/pci/pci.c')).toEqual({ kind: 'text', text: 'old\n' })
  })

  test('knows a new file from a tree without git', async () => {
    expect(await headText(root, 'a.c')).toEqual({ kind: 'no-git' })
    git('init', '-q')
    expect(await headText(root, 'a.c')).toEqual({ kind: 'no-git' })
    commit('b.c', '')
    expect(await headText(root, 'a.c')).toEqual({ kind: 'untracked' })
  })

  test('takes a tree that was unpacked inside of a repository, and is not part of it, for one without git', async () => {
    commit('notes.txt', '')
    mkdirSync(join(root, 'linux'))
    writeFileSync(join(root, 'linux/a.c'), '')
    expect(await headText(join(root, 'linux'), 'a.c')).toEqual({ kind: 'no-git' })
  })

  test('runs nothing that the repository names: no filter, text conversion or fsmonitor', async () => {
    commit('a.c', 'old\n')
    const run = join(root, 'ran')
    const script = join(root, 'evil.sh')
    writeFileSync(script, `#!/bin/sh\ntouch ${run}\ncat\n`, { mode: 0o755 })
    writeFileSync(join(root, '.gitattributes'), '*.c diff=evil filter=evil\n')
    git('config', 'core.fsmonitor', script)
    git('config', 'diff.evil.textconv', script)
    git('config', 'filter.evil.smudge', script)
    git('config', 'diff.external', script)
    expect(await headText(root, 'a.c')).toEqual({ kind: 'text', text: 'old\n' })
    expect(() => execFileSync('test', ['-e', run])).toThrow()
  })
})
