#!/usr/bin/env node
/**
 * Puts Debian's kernel sources, unpacked, where the kernel tests look for them: one folder for each, in .kernels/ or in
 * the folder that LIVEUPDATE_REVIEW_KERNELS names (so that several checkouts can share them). Installs the source
 * packages where that is possible; otherwise says in one line what is lacking and ends with status 1.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

export const kernelsFolder = resolve(process.env.LIVEUPDATE_REVIEW_KERNELS || join(checkout, '.kernels'))
export const kernelNames = ['linux-source-6.12', 'linux-source-6.1']

/** Gets what is missing. Throws an error whose message is the one line that says what is lacking. */
export function provideKernels() {
  const missing = kernelNames.filter((name) => !existsSync(join(kernelsFolder, name, 'Makefile')))
  const packed = missing.filter((name) => !existsSync(tarball(name)))
  if (packed.length > 0) installPackages(packed)
  for (const name of missing) unpack(name)
}

function tarball(name) {
  return `/usr/src/${name}.tar.xz`
}

function installPackages(names) {
  const wanted = `${names.join(' and ')} (neither in ${kernelsFolder} nor in /usr/src)`
  if (spawnSync('apt-get', ['--version']).error)
    throw new Error(`kernel tests lack ${wanted}: there is no apt-get here`)
  if (process.getuid?.() !== 0)
    throw new Error(`kernel tests lack ${wanted}: run as root, or first: apt-get install ${names.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...names],
  ]) {
    const { status, stderr } = spawnSync('apt-get', args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (status !== 0) throw new Error(`kernel tests lack ${wanted}: apt-get ${args[0]} failed: ${lastLine(stderr)}`)
  }
  const absent = names.filter((name) => !existsSync(tarball(name)))
  if (absent.length > 0)
    throw new Error(`kernel tests lack ${absent.join(' and ')}: the package brings no ${tarball(absent[0])}`)
}

/** A folder of the final name is always whole: it is unpacked beside and renamed. */
function unpack(name) {
  mkdirSync(kernelsFolder, { recursive: true })
  const partial = mkdtempSync(join(kernelsFolder, `.${name}-`))
  try {
    const { status, stderr } = spawnSync('tar', ['-xJf', tarball(name), '--strip-components=1', '-C', partial], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    if (status !== 0)
      throw new Error(`kernel tests lack ${name}: ${tarball(name)} does not unpack: ${lastLine(stderr)}`)
    chmodSync(partial, 0o755)
    rmSync(join(kernelsFolder, name), { recursive: true, force: true })
    renameSync(partial, join(kernelsFolder, name))
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

function lastLine(text) {
  return (text ?? '').trim().split('\n').at(-1) || 'it does not say why'
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    provideKernels()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
