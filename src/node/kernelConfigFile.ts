import { readFileSync } from 'node:fs'
import { type KernelConfig, readKernelConfig } from '../core/config/kernelConfig.js'
import { UserError } from './userError.js'

/** A `.config` on disk. Throws UserError if it cannot be read or is none. */
export function readKernelConfigFile(path: string): KernelConfig {
  const config = readKernelConfig(textOf(path))
  if ('problem' in config)
    throw new UserError(`${path} is no kernel .config: ${config.problem}`, 'name a file that make olddefconfig writes')
  return config
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    throw new UserError(
      `cannot read ${path}: ${(error as NodeJS.ErrnoException).code}`,
      'name the .config of a kernel after --config',
    )
  }
}
