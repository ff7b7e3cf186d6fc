import { expect, test } from 'vitest'
import { ACCESSOR_MARKS, ACCESSORS } from '../../src/core/writes/accessors.js'

test('every accessor is found by the cheap search that decides whether a file is read at all', () => {
  for (const name of ACCESSORS.keys())
    expect(
      ACCESSOR_MARKS.some((mark) => name.includes(mark)),
      name,
    ).toBe(true)
})
