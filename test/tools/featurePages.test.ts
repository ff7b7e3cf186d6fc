import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { features } from '../../src/core/device/features/index.js'
import { simulateWrites } from '../../src/core/device/simulate.js'
import { featurePage } from '../../src/core/pages/featurePages.js'
import { generatedFiles } from '../../src/core/pages/generated.js'

const root = new URL('../../', import.meta.url)

test('what is generated in media is what the code gives: node src/tools/writePages.mjs', () => {
  for (const { path, text } of generatedFiles()) expect(readFileSync(new URL(path, root), 'utf8'), path).toBe(text)
})

test('there is no page without a feature', () => {
  const pages = readdirSync(new URL('media/features', root)).sort()
  expect(pages).toEqual(features.map(({ name }) => `${name}.md`).sort())
})

test('a page tells each scenario as the device answers it, flow by flow', () => {
  for (const feature of features) {
    const page = featurePage(feature)
    for (const scenario of feature.scenarios) {
      const result = simulateWrites({ ...scenario, flows: ['dma', 'config'] })
      if ('problem' in result) throw new Error(result.problem)
      const from = page.indexOf(`\`${scenario.id}\``)
      const told = page.slice(from, page.indexOf('\n##', from))
      for (const { flow, effect } of result.effects) {
        const row = told.split('\n').find((line) => line.startsWith(`| \`${flow}\` |`))
        if (effect === 'none') expect(row, `${scenario.id} ${flow}`).toBeUndefined()
        else expect(row, `${scenario.id} ${flow}`).toContain({ breaks: '✕', disturbs: '~', unknown: '?' }[effect])
      }
    }
  }
})

test('a page offers the model sentence of its feature, or says why there is none', () => {
  for (const feature of features)
    expect(featurePage(feature).includes('\n> We cannot use'), feature.name).toBe(
      feature.reasons.justification !== null,
    )
})

test('what a feature says cannot turn into markup', () => {
  const page = featurePage({ ...features[0]!, title: '<img src=x> [a](b)' })
  expect(page).toContain('# \\<img src=x\\> \\[a\\](b)')
})
