// Writes what is generated in media/: node src/tools/writePages.mjs
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = await mkdtemp(join(tmpdir(), 'liveupdate-review-pages-'))
try {
  const outfile = join(scratch, 'generated.mjs')
  await build({
    entryPoints: [join(root, 'src/core/pages/generated.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
  })
  const { generatedFiles } = await import(pathToFileURL(outfile).href)
  for (const { path, text } of generatedFiles()) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
    process.stdout.write(`${path}\n`)
  }
} finally {
  await rm(scratch, { recursive: true, force: true })
}
