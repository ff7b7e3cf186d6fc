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

test('a page tells each scenario as the device answers it', () => {
  for (const feature of features) {
    const page = featurePage(feature)
    for (const scenario of feature.scenarios) {
      const result = simulateWrites({ ...scenario, flows: ['dma', 'config'] })
      if ('problem' in result) throw new Error(result.problem)
      const told = page.slice(page.indexOf(`\`${scenario.id}\``))
      const dma = told.slice(told.indexOf('| `dma` |'), told.indexOf('| `config` |'))
      const effect = result.effects.find(({ flow }) => flow === 'dma')!.effect
      expect(dma).toContain(effect === 'breaks' ? '✕ breaks' : '✓ goes on')
    }
  }
})

test('what a feature says cannot turn into markup', () => {
  const page = featurePage({ ...features[0]!, title: '<img src=x> [a](b)' })
  expect(page).toContain('# \\<img src=x\\> \\[a\\](b)')
})
