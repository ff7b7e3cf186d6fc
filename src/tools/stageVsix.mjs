import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/**
 * Copies what the VSIX is made of into a folder of its own: vsce would else look through every file of the checkout,
 * unpacked kernels among them. `.vscodeignore` stays the one list of what goes in; all is bundled, so the staged
 * manifest names neither scripts nor dependencies.
 */
export async function stageVsix(folder) {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const list = await readFile(join(checkout, '.vscodeignore'), 'utf8')
  const wanted = [...list.matchAll(/^!([^/\n]+)/gm)].map(([, name]) => name)
  for (const name of new Set([...wanted, '.vscodeignore'])) {
    if (existsSync(join(checkout, name))) await cp(join(checkout, name), join(folder, name), { recursive: true })
  }
  const { scripts, dependencies, devDependencies, ...manifest } = JSON.parse(
    await readFile(join(checkout, 'package.json'), 'utf8'),
  )
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}
