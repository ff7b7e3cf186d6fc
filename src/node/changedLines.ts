import { execFile } from 'node:child_process'

/**
 * A file as the last commit has it. `untracked`: a commit exists without that file. `no-git`: there is no repository,
 * no commit, no git, or git refuses (a tree of another owner).
 */
export type HeadText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'untracked' }
  | { readonly kind: 'no-git' }

/** Larger than any C file of the kernel that is worth comparing line by line. */
const MOST_BYTES = 32 * 1024 * 1024

/**
 * Reads `HEAD:path` as it is stored. `cat-file` runs no hook, filter, text conversion or fsmonitor of the repository's
 * own configuration, and a partial clone may not fetch: an untrusted tree is read, never run.
 */
export async function headText(root: string, path: string): Promise<HeadText> {
  const blob = await git(root, ['cat-file', 'blob', `HEAD:./${path}`])
  if (blob !== null) return { kind: 'text', text: blob }
  const commit = await git(root, ['cat-file', '-t', 'HEAD'])
  return { kind: commit === null ? 'no-git' : 'untracked' }
}

function git(root: string, args: readonly string[]): Promise<string | null> {
  const env: NodeJS.ProcessEnv = {}
  for (const [name, value] of Object.entries(process.env)) if (!name.startsWith('GIT_')) env[name] = value
  env.GIT_ALLOW_PROTOCOL = 'none'
  env.GIT_NO_LAZY_FETCH = '1'
  env.GIT_TERMINAL_PROMPT = '0'
  return new Promise((resolve) => {
    execFile(
      'git',
      [...args],
      { cwd: root, env, encoding: 'utf8', maxBuffer: MOST_BYTES, windowsHide: true },
      (error, out) => resolve(error === null ? out : null),
    )
  })
}
