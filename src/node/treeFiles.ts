/** Which C files a tree has. With git: what it tracks or does not ignore; otherwise all below the root. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from './userError.js'

/** Left out by default: a third of all bytes, and nothing in it but register numbers. */
export const SKIPPED = [{ path: 'drivers/gpu/drm/amd/include', why: 'register tables only' }] as const

/** Paths below `root` of all .c and .h files, sorted by byte order, without the skipped folders. */
export function treeFiles(root: string): readonly string[] {
  const files = (existsSync(join(root, '.git')) ? gitFiles(root) : null) ?? walk(root)
  return files.filter((path) => !SKIPPED.some((s) => path.startsWith(`${s.path}/`))).sort(byBytes)
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Null if git is missing or refuses. A repository's fsmonitor hook would be code of the workspace: it is switched off. */
function gitFiles(root: string): string[] | null {
  const args = [
    '-c',
    'core.fsmonitor=false',
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    '*.c',
    '*.h',
  ]
  const run = spawnSync('git', args, {
    cwd: root,
    encoding: 'latin1',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (run.status !== 0) return null
  const listed = [...new Set(run.stdout.split('\0'))].filter((path) => path !== '')
  // A file that is tracked but deleted in the work tree is no part of it.
  return listed.filter((path) => existsSync(join(root, path)))
}

function walk(root: string): string[] {
  const found: string[] = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) {
        if (entry.name !== '.git') folders.push(path)
      } else if (/\.[ch]$/.test(entry.name)) found.push(path)
    }
  }
  return found
}

/** Throws UserError if `root` is not the top of a kernel tree. */
export function checkKernelTree(root: string): void {
  if (!existsSync(root)) throw new UserError(`${root} does not exist`, 'name the top folder of a Linux kernel tree')
  const isTree = ['Makefile', 'drivers/pci/pci.h', 'include'].every((path) => existsSync(join(root, path)))
  if (!isTree)
    throw new UserError(
      `${root} is not a Linux kernel tree (no Makefile, include/ and drivers/pci/pci.h in it)`,
      'name the top folder of a kernel tree as ROOT',
    )
}

/** `VERSION.PATCHLEVEL.SUBLEVEL` with EXTRAVERSION, null if the Makefile does not say. */
export function kernelVersion(root: string): string | null {
  const makefile = readFileSync(join(root, 'Makefile'), 'latin1')
  const value = (name: string): string | null =>
    new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)`, 'm').exec(makefile)?.[1] ?? null
  const parts = ['VERSION', 'PATCHLEVEL', 'SUBLEVEL'].map(value)
  return parts.every((part) => part !== null && part !== '') ? parts.join('.') + (value('EXTRAVERSION') ?? '') : null
}
