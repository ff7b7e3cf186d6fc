import { describe, expect, test } from 'vitest'
import { judge } from '../../src/core/justification/judge.js'
import { wordsOf } from '../../src/core/justification/vocabulary.js'
import { ALL, BORDERLINE, GOOD, type Labelled, VACUOUS } from './labelled.js'

function verdictOn({ feature, says }: Labelled) {
  const { own, others } = wordsOf([feature])
  return judge(says, own, others)
}

describe.each([
  ['comments that give a reason', GOOD],
  ['comments that give none', VACUOUS],
  ['comments near the line', BORDERLINE],
])('%s', (_, comments) => {
  test.each(comments)('$feature, $label: $says', (comment) => {
    const { given, reason } = verdictOn(comment)
    expect({ given, reason }).toMatchObject({ given: comment.label === 'given' })
    expect(reason).toMatch(/^it /)
  })
})

test('at least eighty comments are labelled, each once', () => {
  expect(new Set(ALL.map(({ says }) => says)).size).toBeGreaterThanOrEqual(80)
})
