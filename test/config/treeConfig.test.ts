import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { defaultSettings } from '../../src/core/config/settings.js'
import { CONFIG_KEYS, readTreeConfig, TREE_CONFIG_FILE, withTreeConfig } from '../../src/core/config/treeConfig.js'

const read = (text: string) => readTreeConfig(text, TREE_CONFIG_FILE)

test('every key is read', () => {
  const config = read(
    JSON.stringify({
      $schema: 'x',
      suppressions: [{ rule: 'UNGUARDED_WRITE', site: 'a.c#f#g#1', reason: 'because of that' }],
      guards: ['kept(dev)'],
      flows: ['p2p'],
      drivers: ['my-driver'],
      ids: ['8086:10D3'],
      policy: 'strict',
    }),
  )
  expect(config).toMatchObject({
    suppressions: [{ kind: 'file', rules: ['UNGUARDED_WRITE'], site: 'a.c#f#g#1', reason: 'because of that', line: 1 }],
    guards: ['kept(dev)'],
    flows: ['p2p'],
    drivers: ['my-driver'],
    ids: ['8086:10d3'],
    policy: 'strict',
  })
  expect(Object.keys(config)).toEqual(Object.keys(CONFIG_KEYS))
})

test.each([
  ['{', 1, /no JSON: .*key in double quotes/, /mend/],
  ['[]', 1, /the file is no object/, /\{ \}/],
  ['{\n"flow": []}', 2, /unknown key "flow"/, /did you mean "flows"\?/],
  ['{"nothing-like-it": 1}', 1, /unknown key/, /the keys are suppressions, guards/],
  ['{"flows":\n["dma",\n"dna"]}', 3, /"flows\[1\]" does not know 'dna'/, /use some of dma, config/],
  ['{"flows": "dma"}', 1, /"flows" is no list/, /\[ \]/],
  ['{"drivers": [1]}', 1, /"drivers\[0\]" is no text/, /quotes/],
  ['{"drivers": ["a b"]}', 1, /"drivers\[0\]" is 'a b'/, /name of a driver, such as vfio-pci/],
  ['{"ids": ["8086"]}', 1, /"ids\[0\]" is '8086'/, /8086:10d3/],
  ['{"policy": "lenient"}', 1, /"policy" does not know 'lenient'/, /one of upstream, strict/],
  ['{"suppressions": {}}', 1, /"suppressions" is no list/, /\[ \]/],
  ['{"suppressions": [\n"x"]}', 2, /suppressions\[0\] is no object/, /\{ \}/],
  ['{"suppressions": [{"resaon": "x"}]}', 1, /unknown key "resaon"/, /"reason"/],
  ['{"suppressions": [{"site": 1}]}', 1, /"suppressions\[0\].site" is no text/, /quotes/],
])('%j says which key, what is wrong, and what to do', (text, line, problem, hint) => {
  expect(read(text)).toEqual({ line, problem: expect.stringMatching(problem), hint: expect.stringMatching(hint) })
})

test('the file says what nobody has set otherwise', () => {
  const config = read('{"flows": ["p2p"], "policy": "strict"}')
  if ('problem' in config) throw new Error(config.problem)
  expect(withTreeConfig(defaultSettings, config)).toMatchObject({ flows: ['p2p'], policy: 'strict' })
  expect(withTreeConfig({ ...defaultSettings, flows: ['wake'] }, config)).toMatchObject({
    flows: ['wake'],
    policy: 'strict',
  })
})

describe('the JSON schema', () => {
  const [{ fileMatch, url }] = manifest.contributes.jsonValidation as [{ fileMatch: string; url: string }]
  const schema = JSON.parse(readFileSync(new URL(`../../${url}`, import.meta.url), 'utf8'))
  const isValid = new Ajv().compile(schema)

  test('is contributed for the file, and knows its keys', () => {
    expect(fileMatch).toBe(TREE_CONFIG_FILE)
    expect(Object.keys(schema.properties)).toEqual(['$schema', ...Object.keys(CONFIG_KEYS)])
  })

  test.each([
    [
      '{"flows": ["dma"], "policy": "strict", "ids": ["8086:10d3"], "drivers": ["vfio-pci"], "guards": ["a(dev)"]}',
      true,
    ],
    ['{"flows": ["dna"]}', false],
    ['{"ids": ["8086"]}', false],
    ['{"policy": "lenient"}', false],
    ['{"flow": []}', false],
    ['{"drivers": "vfio-pci"}', false],
  ])('agrees with the reader on %s', (text, valid) => {
    expect(isValid(JSON.parse(text))).toBe(valid)
    expect('problem' in read(text)).toBe(!valid)
  })

  test('asks for a site and a reason, and offers the rules', () => {
    expect(isValid({ suppressions: [{ site: 'a.c#f#g#1' }] })).toBe(false)
    expect(isValid({ suppressions: [{ site: 'a.c#f#g#1', reason: 'long enough', rule: 'UNGUARDED_WRITE' }] })).toBe(
      true,
    )
    expect(isValid({ suppressions: [{ site: 'a.c#f#g#1', reason: 'long enough', rule: 'NO_RULE' }] })).toBe(false)
  })
})
