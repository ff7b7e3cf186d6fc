import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { features } from '../../src/core/device/features/index.js'
import { NEWEST, treeOf } from './kernelTree.js'

/** `Linux 6.12 drivers/pci/pci.c`: the kernel of the same version is the one to look into. */
const CODE = /^Linux (\d+\.\d+) (\S+)$/

const statements = features.flatMap(({ name, page, scenarios }) =>
  [page.what, page.why, page.coldBoot, page.decided, scenarios.map(({ by }) => by)]
    .flat()
    .flatMap(({ text, source }) => {
      const [, version, file] = CODE.exec(source) ?? []
      return version && file ? [{ name, text, version, file }] : []
    }),
)
const cited = new Map([...new Set(statements.map(({ file }) => file))].map((file) => [file, textOf(file)]))

function textOf(file: string): string | null {
  const path = join(treeOf(NEWEST), file)
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

test('code is cited of the kernel that is at hand, from files that it has', () => {
  for (const { name, version, file } of statements) {
    expect(NEWEST, name).toContain(version)
    expect(cited.get(file), `${name}: ${file}`).not.toBeNull()
  }
})

test('every function that a feature names is in the file it cites, or in another one that the features cite', () => {
  const everywhere = [...cited.values()].join('\n')
  for (const { name, text, file } of statements) {
    const functions = [...text.matchAll(/(\w+)\(\)/g)].map((match) => match[1]!)
    const here = functions.filter((one) => new RegExp(`\\b${one}\\(`).test(cited.get(file) ?? ''))
    if (functions.length > 0) expect(here.length, `${name}: ${text}`).toBeGreaterThan(0)
    for (const one of functions.filter((other) => other !== 'request_irq'))
      expect(everywhere, `${name}: ${one}`).toMatch(new RegExp(`\\b${one}\\(`))
  }
})
