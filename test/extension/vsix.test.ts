import { join } from 'node:path'
import { listFiles } from '@vscode/vsce'
import { describe, expect, test } from 'vitest'

const cwd = join(import.meta.dirname, '..', '..')

describe('the VSIX', () => {
  test('holds what runs and what is read, and nothing else', async () => {
    const files = await listFiles({ cwd, packageManager: 0 })
    const papers = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/
    const allowed = [papers, /^media\//, /^syntaxes\//, /^out\/[a-z]+\/[A-Za-z-]+\.(js|cjs|css|wasm)$/]
    expect(files.filter((file) => !allowed.some((pattern) => pattern.test(file)))).toEqual([])
    expect(files).toContain('package.json')
    expect(files).toContain('media/icon.png')
  })
})
