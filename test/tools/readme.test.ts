/** What the README says the command prints is what it prints, and the options it lists are those that there are. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { SCAN_USAGE } from '../../src/cli/usage.js'

const checkout = fileURLToPath(new URL('../..', import.meta.url))
const readme = readFileSync(`${checkout}README.md`, 'utf8')

describe('README.md', () => {
  test('the excerpt stands in the output of `npm run demo`', () => {
    const [, excerpt] = /<!-- excerpt: .*-->\n```\n([^`]+)```/.exec(readme) ?? []
    const args = manifest.scripts.demo.split('node ')[1]!.split(' ')
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: checkout, encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stdout).toContain(excerpt ?? 'no excerpt in the README')
  })

  test('every option of the usage is listed, and no other', () => {
    const options = (text: string) => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort()
    const [, section = ''] = /## Command line\n([\s\S]*?)\n## /.exec(readme) ?? []
    const listed = options(
      section
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .join('\n'),
    )
    expect(listed).toEqual(options(SCAN_USAGE))
  })

  test('every script that it names exists', () => {
    const named = [...readme.matchAll(/npm (?:run )?(test:?\w*|demo|bench|build|package|check)\b/g)].map(
      ([, name]) => name!,
    )
    expect(named.length).toBeGreaterThan(5)
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([])
  })

  test('every link leads to a file of the checkout', () => {
    const links = [...readme.matchAll(/\]\((?!#)([^)]+)\)/g)].map(([, path]) => path!)
    expect(links.filter((path) => spawnSync('test', ['-e', `${checkout}${path}`]).status !== 0)).toEqual([])
  })
})
