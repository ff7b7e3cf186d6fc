import { describe, expect, test } from 'vitest'
import { GuardTable, guardFromPattern } from '../../src/core/guards/guardTable.js'

describe('a guard of the settings, written as the code asks it', () => {
  test.each([
    ['kept', { name: 'kept', form: 'call', skipWhen: 'true', device: 0 }],
    ['kept(dev)', { name: 'kept', form: 'call', skipWhen: 'true', device: 0 }],
    ['refuse(bus, dev)', { name: 'refuse', device: 1 }],
    ['keep_all()', { name: 'keep_all', device: 'global' }],
    ['adopt(dev) == 0', { name: 'adopt', skipWhen: 'zero' }],
    ['!adopt(dev)', { name: 'adopt', skipWhen: 'zero' }],
    ['adopt=0', { name: 'adopt', skipWhen: 'zero' }],
    ['dev->live.kept', { name: 'live.kept', form: 'field' }],
    ['->live_kept', { name: 'live_kept', form: 'field' }],
    ['my_*_kept(dev)', { name: 'my_*_kept', form: 'call' }],
  ])('%s', (pattern, expected) => {
    expect(guardFromPattern(pattern)).toMatchObject(expected)
  })

  test.each(['', '=0', 'a b', 'kept(dev) == 1', '(.*)+$', 'a-b'])('%s is none', (pattern) => {
    expect(guardFromPattern(pattern)).toBeNull()
  })

  test('a * stands for any letters', () => {
    const table = new GuardTable([guardFromPattern('my_*_kept(dev)')!])
    expect(table.call('my_bar_kept')?.series).toBe('settings')
    expect(table.call('my_kept')).toBeNull()
    expect(table.pattern.test('if (my_bar_kept(d))')).toBe(true)
  })
})
