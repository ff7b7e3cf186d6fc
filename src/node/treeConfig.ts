import { readFileSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { NO_TREE_CONFIG, readTreeConfig, TREE_CONFIG_FILE, type TreeConfig } from '../core/config/treeConfig.js'
import { UserError } from './userError.js'

/**
 * The settings file of the tree at `root`: `.liveupdate-review.json` in it, which need not exist, or `file`, which must.
 * Throws UserError if it cannot be read or is not well formed.
 */
export function loadTreeConfig(root: string, file: string | null = null): TreeConfig {
  const path = file ?? join(root, TREE_CONFIG_FILE)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (file === null && (code === 'ENOENT' || code === 'ENOTDIR')) return NO_TREE_CONFIG
    throw new UserError(`cannot read ${path}: ${code}`, 'name a readable file')
  }
  const config = readTreeConfig(text, relative(resolve(root), resolve(path)).split(sep).join('/'))
  if (!('problem' in config)) return config
  throw new UserError(`${path}:${config.line}: ${config.problem}`, config.hint)
}
