import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listFiles } from '@vscode/vsce'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stageVsix } from '../../src/tools/stageVsix.mjs'

let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vsix-test-'))
  await stageVsix(folder)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the VSIX', () => {
  test('holds what runs and what is read, and nothing else', async () => {
    const files = await listFiles({ cwd: folder, packageManager: 0 })
    const papers = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/
    const allowed = [papers, /^media\//, /^syntaxes\//, /^out\/[a-z]+\/[A-Za-z-]+\.(js|cjs|css|wasm)$/]
    expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([])
    expect(files).toContain('package.json')
    expect(files).toContain('media/icon.png')
    expect(files).toContain('media/sample/kernel/drivers/pci/pci.h')
  })

  test('has a manifest without scripts and dependencies, all being bundled', () => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(manifest).not.toHaveProperty('scripts')
    expect(manifest).not.toHaveProperty('dependencies')
    expect(manifest.main).toBe('./out/extension/main.cjs')
  })
})
