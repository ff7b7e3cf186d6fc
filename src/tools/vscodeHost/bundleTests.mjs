import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as esbuild from 'esbuild'
import { checkout, testBundles } from './places.mjs'

/** One bundle per test file, so that mocha loads each in its own suite, and one for the entry. Gives the entry's path. */
export async function bundleTests() {
  const folder = join(checkout, 'test', 'host')
  const sources = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'))
  if (sources.length === 0) throw new Error('no host tests')
  await rm(testBundles, { recursive: true, force: true })
  await mkdir(testBundles, { recursive: true })
  await writeFile(join(testBundles, 'package.json'), '{ "type": "commonjs" }\n')
  await esbuild.build({
    entryPoints: ['runMocha.ts', ...sources].map((name) => join(folder, name)),
    outdir: testBundles,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  })
  return join(testBundles, 'runMocha.js')
}
