import { git } from './git.js'

/**
 * A file as the last commit has it. `untracked`: a commit has the tree, and not that file. `no-git`: there is no
 * repository, no commit, no git, git refuses (a tree of another owner), or the repository around it does not hold the tree.
 */
export type HeadText =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'untracked' }
  | { readonly kind: 'no-git' }

/**
 * Reads `HEAD:path` as it is stored. `cat-file` runs no hook, filter, text conversion or fsmonitor of the repository's
 * own configuration, and a partial clone may not fetch: an untrusted tree is read, never run.
 */
export async function headText(root: string, path: string): Promise<HeadText> {
  const blob = await git(root, ['cat-file', 'blob', `HEAD:./${path}`])
  if (blob !== null) return { kind: 'text', text: blob }
  const tree = await git(root, ['cat-file', '-t', 'HEAD:./'])
  return { kind: tree === null ? 'no-git' : 'untracked' }
}
