#!/usr/bin/env node
/**
 * Builds every bundle into out/. `--production` minifies and leaves the source maps out, `--watch` builds on change.
 */
import { chmod, copyFile, mkdir, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import * as esbuild from 'esbuild'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const require = createRequire(import.meta.url)
const { values: flags } = parseArgs({ options: { production: { type: 'boolean' }, watch: { type: 'boolean' } } })

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: flags.production === true,
  sourcemap: flags.production !== true,
  legalComments: 'none',
  logLevel: 'warning',
}

/** The language server's packages are CommonJS: inside an ES module they need a `require` of their own. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

const nodeModule = { ...shared, platform: 'node', target: 'node20', format: 'esm', banner: { js: requireBanner } }

const bundles = [
  { ...nodeModule, entryPoints: ['src/cli/main.ts'], outfile: 'out/cli/main.js' },
  { ...nodeModule, entryPoints: ['src/node/indexWorker.ts'], outfile: 'out/node/indexWorker.js' },
  { ...nodeModule, entryPoints: ['src/server/main.ts'], outfile: 'out/server/main.js' },
  {
    ...shared,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'out/extension/main.cjs',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode'],
  },
  {
    ...shared,
    entryPoints: ['src/panel/main.ts'],
    outfile: 'out/panel/main.js',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  },
]

const wasm = ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-c/tree-sitter-c.wasm']

async function copyWasm() {
  await mkdir(join(root, 'out/wasm'), { recursive: true })
  for (const name of wasm) await copyFile(require.resolve(name), join(root, 'out/wasm', name.split('/').at(-1)))
}

/** Runs from a shell as well as by `node`: the bin entry of package.json. */
async function makeExecutable() {
  await chmod(join(root, 'out/cli/main.js'), 0o755)
}

if (flags.watch) {
  await copyWasm()
  for (const bundle of bundles) await (await esbuild.context({ ...bundle, logLevel: 'info' })).watch()
} else {
  // What goes into the VSIX holds nothing of an older build; a running test may still read a development build.
  if (flags.production) await rm(join(root, 'out'), { recursive: true, force: true })
  await copyWasm()
  await Promise.all(bundles.map((bundle) => esbuild.build(bundle)))
  await makeExecutable()
}
