import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rulePage, rulePages } from '../../src/core/pages/rulePages.js'
import { rules } from '../../src/core/rules/index.js'

const root = new URL('../../', import.meta.url)

test('there is no page without a rule', () => {
  expect(readdirSync(new URL('media/rules', root)).sort()).toEqual(rules.map(({ id }) => `${id}.md`).sort())
})

test('the page of the scenario that a rule page links to exists', () => {
  for (const { path, text } of rulePages()) {
    const target = /\]\((\.\.\/features\/[^)]+)\)/.exec(text)?.[1]
    expect(target, path).toBeDefined()
    expect(existsSync(new URL(target!, new URL(path, root))), target).toBe(true)
  }
})

test('what a rule says cannot turn into markup, and the carets of a sample are for tests only', () => {
  const page = rulePage({
    ...rules[0]!,
    title: '<img src=x>',
    samples: { bad: '\nfirst();\n^^^^^ other\n', good: '\nx();\n' },
  })
  expect(page).toContain('\\<img src=x\\>.')
  expect(page).toContain('```c\nfirst();\n```')
})
