/** Functions of drivers/pci: the index finds those that universal-ctags finds. */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FileFacts, FunctionFlag } from '../../src/core/index/facts.js'
import { FileIndexer } from '../../src/core/index/indexFile.js'
import { Names } from '../../src/core/index/names.js'
import { blanked } from './cText.js'
import { KERNELS, sourceOf, treeOf } from './kernelTree.js'

/** ctags takes a macro's use for a function at so many places at most. */
const MOST_MISTAKEN = 6

describe.each(KERNELS)('%s', (kernel) => {
  test('drivers/pci: the functions that ctags finds, apart from macros that it takes for functions', () => {
    const files = readdirSync(join(treeOf(kernel), 'drivers/pci'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.[ch]$/.test(path))
      .map((path) => `drivers/pci/${path}`)
      .sort()
    const ours = new Set(files.flatMap((file) => indexedFunctions(kernel, file)))
    const theirs = new Set(ctagsFunctions(kernel, files))
    const onlyTheirs = [...theirs].filter((definition) => !ours.has(definition))
    const onlyOurs = [...ours].filter((definition) => !theirs.has(definition))
    console.log(
      [
        `${kernel}: ${ours.size} functions indexed in drivers/pci, ${theirs.size} found by ctags`,
        ...onlyTheirs.map((definition) => `  only ctags: ${definition}`),
        ...onlyOurs.map((definition) => `  only indexed: ${definition}`),
      ].join('\n'),
    )
    expect(theirs.size).toBeGreaterThan(1000)
    expect(onlyTheirs.filter((definition) => !isMacroUse(kernel, definition))).toEqual([])
    expect(onlyTheirs.length).toBeLessThanOrEqual(MOST_MISTAKEN)
    // What ctags overlooks stands right behind a macro's use, in the same file.
    const mistaken = new Set(onlyTheirs.map(fileOf))
    expect(onlyOurs.filter((definition) => !mistaken.has(fileOf(definition)))).toEqual([])
    expect(onlyOurs.length).toBeLessThanOrEqual(MOST_MISTAKEN)
  })
})

/** `file name` of the functions with a body in the file's own text: neither macros nor what a macro makes. */
function indexedFunctions(kernel: string, file: string): readonly string[] {
  const names = new Names()
  const bytes = Buffer.from(`${sourceOf(kernel, file)}\0`, 'latin1')
  const rows = new FileFacts(new FileIndexer(names).index(bytes, bytes.length - 1, file)).rows('functions')
  const found: string[] = []
  for (let row = 0; row < rows.count; row++)
    if (!(rows.get(row, 'flags') & (FunctionFlag.macro | FunctionFlag.expanded)))
      found.push(`${file} ${names.text(rows.get(row, 'name'))}`)
  return found
}

function ctagsFunctions(kernel: string, files: readonly string[]): readonly string[] {
  const args = ['-x', '--language-force=C', '--c-kinds=f', '--_xformat=%F %N', '-L', '-']
  const { status, stdout, stderr, error } = spawnSync('ctags', args, {
    cwd: treeOf(kernel),
    input: files.join('\n'),
    encoding: 'latin1',
    maxBuffer: 1 << 26,
  })
  if (error) throw new Error(`no ctags (Debian package universal-ctags): ${error.message}`)
  if (status !== 0) throw new Error(`ctags ended with ${status}: ${stderr}`)
  return stdout.split('\n').filter((line) => line !== '')
}

function fileOf(definition: string): string {
  return definition.slice(0, definition.indexOf(' '))
}

/** The name stands in the file as a macro's use in the first column, all in capitals. */
function isMacroUse(kernel: string, definition: string): boolean {
  const name = definition.slice(fileOf(definition).length + 1)
  return (
    /^[A-Z_][A-Z0-9_]*$/.test(name) &&
    new RegExp(`^${name}\\s*\\(`, 'm').test(blanked(sourceOf(kernel, fileOf(definition))))
  )
}
