/**
 * git as a reader of objects. An untrusted tree is read, never run: only plumbing that looks at neither the work tree
 * nor the index is called, and no hook, filter, text conversion, signature program or fsmonitor of its configuration.
 */
import { execFile, spawnSync } from 'node:child_process'

/** Larger than any C file of the kernel that is worth comparing line by line. */
const MOST_BYTES = 32 * 1024 * 1024
/** Objects of a whole range of commits. */
const MOST_IN_ALL = 1 << 30

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(process.env)) if (!name.startsWith('GIT_')) env[name] = value
  env.GIT_ALLOW_PROTOCOL = 'none'
  env.GIT_NO_LAZY_FETCH = '1'
  env.GIT_TERMINAL_PROMPT = '0'
  env.GIT_CONFIG_NOSYSTEM = '1'
  env.GIT_OPTIONAL_LOCKS = '0'
  return env
}

const SAFE = ['--no-pager', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.pager=cat']

/** What git prints, null if it fails or there is none. */
export function git(root: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      'git',
      [...SAFE, ...args],
      { cwd: root, env: environment(), encoding: 'utf8', maxBuffer: MOST_BYTES, windowsHide: true },
      (error, out) => resolve(error === null ? out : null),
    )
  })
}

/** The same at once, as bytes, one character each. */
export function gitSync(root: string, args: readonly string[], input = ''): string | null {
  const { status, stdout } = spawnSync('git', [...SAFE, ...args], {
    cwd: root,
    env: environment(),
    encoding: 'latin1',
    input,
    maxBuffer: MOST_IN_ALL,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  return status === 0 ? stdout : null
}

/** Full id of a commit, null if there is none of that name. A name cannot be an option. */
export function commitId(root: string, name: string): string | null {
  if (name.startsWith('-')) return null
  const out = gitSync(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`])
  return out === null ? null : out.trim()
}

/** Files of a commit, null for those that it has not. */
export function filesAt(root: string, commit: string, paths: readonly string[]): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>()
  const wanted = paths.filter((path) => !path.includes('\n'))
  const out = gitSync(root, ['cat-file', '--batch'], wanted.map((path) => `${commit}:./${path}\n`).join(''))
  if (out === null) return found
  let at = 0
  for (const path of wanted) {
    const end = out.indexOf('\n', at)
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(out.slice(at, end)) ?? []
    found.set(path, size === undefined ? null : out.slice(end + 1, end + 1 + Number(size)))
    at = size === undefined ? end + 1 : end + 1 + Number(size) + 1
  }
  return found
}

/** Paths, from `root`, that differ between two commits. */
export function pathsChanged(root: string, from: string, to: string): readonly string[] | null {
  const out = gitSync(root, ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--relative', from, to])
  return out === null ? null : out.split('\0').filter((path) => path !== '')
}
