/** Hunks go where patch(1) puts them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { applyHunks, isApplied } from '../../src/core/series/apply.js'
import { parseDiff } from '../../src/core/series/diff.js'

const folder = mkdtempSync(join(tmpdir(), 'apply-'))
afterAll(() => rmSync(folder, { recursive: true }))

function hunksOf(diff: string) {
  return parseDiff(diff)[0]?.hunks ?? []
}

const OLD = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n'
const DIFF = '--- a/f\n+++ b/f\n@@ -2,5 +2,5 @@ where\n two\n three\n-four\n+FOUR\n five\n six\n'

describe('a hunk is applied', () => {
  test('at the line it names', () => {
    const { text, hunks } = applyHunks(OLD, hunksOf(DIFF))
    expect(text).toBe(OLD.replace('four', 'FOUR'))
    expect(hunks).toMatchObject([{ how: 'exact', line: 2, offset: 0, fuzz: 0 }])
  })

  test('further down, if lines were added above', () => {
    const { text, hunks } = applyHunks(`zero\nzero\n${OLD}`, hunksOf(DIFF))
    expect(text).toBe(`zero\nzero\n${OLD}`.replace('four', 'FOUR'))
    expect(hunks).toMatchObject([{ how: 'offset', line: 4, offset: 2 }])
  })

  test('with a line of its context changed; the tree’s own line stays', () => {
    const other = OLD.replace('two', '2')
    const { text, hunks } = applyHunks(other, hunksOf(DIFF))
    expect(text).toBe(other.replace('four', 'FOUR'))
    expect(hunks).toMatchObject([{ how: 'fuzz', fuzz: 1 }])
  })

  test('not at all, if what it takes away is not there; the text stays as it is', () => {
    const other = OLD.replace('four', '4')
    expect(applyHunks(other, hunksOf(DIFF))).toMatchObject({ text: other, hunks: [{ how: 'failed', line: null }] })
  })

  test('and known again in a text that has it', () => {
    expect(isApplied(OLD.replace('four', 'FOUR'), hunksOf(DIFF))).toBe(true)
    expect(isApplied(OLD, hunksOf(DIFF))).toBe(false)
  })
})

test('any diff on any text gives what patch(1) gives, hunk by hunk', () => {
  // Few different lines, so that hunks fit in more than one place.
  const line = fc.constantFrom('a', 'b', 'c', 'd', '', '}')
  const lines = fc.array(line, { maxLength: 40 })
  const edit = fc.record({ at: fc.nat(40), remove: fc.nat(3), insert: fc.array(line, { maxLength: 3 }) })
  const edits = fc.array(edit, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(lines, edits, edits, fc.boolean(), (base, wanted, drift, drifts) => {
      const before = textOf(base)
      const diff = diffOf(before, textOf(edited(base, wanted)))
      fc.pre(diff !== '' && base.length > 0)
      const target = drifts ? textOf(edited(base, drift)) : before
      fc.pre(target !== '')
      const ours = applyHunks(target, hunksOf(diff))
      const theirs = patched(target, diff)
      expect({ text: ours.text, failed: ours.hunks.filter(({ how }) => how === 'failed').length }).toEqual(theirs)
    }),
    { numRuns: 150, seed: 20250728 },
  )
}, 60_000)

function edited(lines: readonly string[], edits: readonly { at: number; remove: number; insert: readonly string[] }[]) {
  const copy = [...lines]
  for (const { at, remove, insert } of edits) copy.splice(Math.min(at, copy.length), remove, ...insert)
  return copy
}

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function diffOf(before: string, after: string): string {
  const [a, b] = [join(folder, 'a'), join(folder, 'b')]
  writeFileSync(a, before)
  writeFileSync(b, after)
  return spawnSync('diff', ['-u', a, b], { encoding: 'utf8' }).stdout
}

function patched(text: string, diff: string) {
  const file = join(folder, 'file')
  writeFileSync(file, text)
  const args = ['-N', '-f', '-s', '--no-backup-if-mismatch', '-r', '-', file]
  const { stdout } = spawnSync('patch', args, { input: diff, encoding: 'utf8' })
  const failed = /(\d+) out of \d+ hunks? (?:FAILED|ignored)/.exec(stdout)?.[1]
  return { text: readFileSync(file, 'utf8'), failed: failed === undefined ? 0 : Number(failed) }
}
