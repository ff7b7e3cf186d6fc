#!/usr/bin/env node
/** Builds for production and packs liveupdate-review.vsix. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVSIX } from '@vscode/vsce'
import { checkout, stageVsix } from './stageVsix.mjs'

const build = spawnSync(process.execPath, [join(checkout, 'src/tools/build.mjs'), '--production'], { stdio: 'inherit' })
if (build.status !== 0) process.exit(build.status ?? 1)

const folder = await mkdtemp(join(tmpdir(), 'vsix-'))
try {
  await stageVsix(folder)
  await createVSIX({
    cwd: folder,
    packagePath: join(checkout, 'liveupdate-review.vsix'),
    dependencies: false,
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  })
} finally {
  await rm(folder, { recursive: true, force: true })
}
