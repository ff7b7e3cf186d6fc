import { expect, test } from 'vitest'
import { Names } from '../../src/core/index/names.js'
import { NO_WORD, Words } from '../../src/core/index/words.js'

const own = ['if', 'struct']
const texts = Array.from({ length: 5000 }, (_, i) => `a_name_that_is_rather_long_${i}`)

test('more words than there is room for at first: each has its number, and its name', () => {
  const names = new Names()
  const words = new Words(names, own)
  const numbers = texts.map((text) => words.of(text))
  expect(new Set(numbers).size).toBe(texts.length)
  expect(texts.map((text) => words.of(text))).toEqual(numbers)
  expect(numbers.map((word) => names.text(words.id(word)))).toEqual(texts)
})

test('the next text has its own words behind those of C, and names keep their ids', () => {
  const names = new Names()
  const words = new Words(names, own)
  const ids = texts.map((text) => words.id(words.of(text)))
  words.reset()
  expect(own.map((text) => words.of(text))).toEqual([1, 2])
  const backwards = texts.toReversed()
  expect(backwards.map((text) => words.of(text))).toEqual(texts.map((_, i) => own.length + 1 + i))
  expect(texts.map((text) => words.id(words.of(text)))).toEqual(ids)
})

test('a word that no fact has gets no name', () => {
  const names = new Names()
  const words = new Words(names, own)
  words.of('local')
  expect(names.count).toBe(1)
  expect(words.of('')).toBe(NO_WORD)
  expect(words.id(NO_WORD)).toBe(0)
})
