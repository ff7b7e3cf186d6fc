import { execFileSync } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { checkout } from './places.mjs'

/** A copy of the sample kernel under git, as a kernel developer has it. */
export async function copySampleKernel(folder) {
  await cp(join(checkout, 'media', 'sample', 'kernel'), folder, { recursive: true })
  const git = (...args) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' })
  git('init', '-q')
  git('add', '.')
  git('-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-q', '-m', 'The sample kernel')
}
