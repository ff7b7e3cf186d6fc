import { expect, test } from 'vitest'
import { features } from '../../src/core/device/features/index.js'
import { featurePage } from '../../src/core/pages/featurePages.js'
import { pageText } from '../../src/core/pages/pageText.js'
import { rulePage } from '../../src/core/pages/rulePages.js'
import { rules } from '../../src/core/rules/index.js'

const squeezed = (text: string): string => text.replace(/\s+/g, '')

test('a rule’s page says in the terminal what the rule says, without Markdown', () => {
  for (const rule of rules) {
    const text = pageText(rulePage(rule))
    for (const said of [rule.title, rule.page.why, rule.page.fix, ...rule.page.quiet])
      expect(squeezed(text)).toContain(squeezed(said))
    expect(text).not.toMatch(/^#|```|(?<!\/)\*\*|<!--|\]\(/m)
  }
})

test('a feature’s page too, its tables in columns', () => {
  for (const feature of features) {
    const text = pageText(featurePage(feature))
    for (const { text: said } of Object.values(feature.page).flat()) expect(squeezed(text)).toContain(squeezed(said))
    expect(text).not.toMatch(/^\||\\/m)
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(130)
  }
})

test('code keeps its lines and its stars', () => {
  expect(pageText('# A\n\n```c\n\tint *a; /* `b` */\n\n\tc();\n```\n')).toBe(
    'A\n\n            int *a; /* `b` */\n\n            c();\n',
  )
})
