import { describe, expect, test } from 'vitest'
import type { MarkupContent } from 'vscode-languageserver/node'
import type { Site } from '../../src/core/report/schema.js'
import { type HoverContext, hoverOf } from '../../src/server/hover.js'

const unguarded = { status: 'unguarded', by: null, condition: null, file: null, line: null } as const

const site: Site = {
  id: 'drivers/pci/pci.c#pci_clear#pci_write_config_word#1',
  file: 'drivers/pci/pci.c',
  line: 10,
  column: 3,
  endLine: 10,
  endColumn: 40,
  function: 'pci_clear',
  callee: 'pci_write_config_word',
  kind: 'config',
  offset: 'PCI_COMMAND',
  width: 2,
  fields: [{ register: 'PCI_COMMAND', capability: null, feature: 'bus-master', bits: [], mask: 4, change: 'clear' }],
  value: null,
  device: 'dev',
  scope: 'core',
  phases: {
    boot: {
      reachable: true,
      counts: false,
      root: { kind: 'registration', function: 'sample_probe' },
      through: 'sample-net',
      guard: unguarded,
      path: [
        {
          function: 'sample_probe',
          file: 'drivers/net/(a).c',
          line: 4,
          edge: 'registration',
          via: '[x](command:evil)',
          call: null,
        },
      ],
    },
    shutdown: { reachable: false },
    userspace: { reachable: false },
  },
  guard: unguarded,
  justification: { status: 'missing', where: null, reason: null },
  hazard: { verdict: 'unknown', effects: [], decision: 'open', source: null, scenario: null },
}

const context: HoverContext = {
  root: 'file:///kernel',
  uriOf: (path) => `file:///kernel/${path}`,
  explains: false,
  flows: ['dma'],
}

const text = (changes: Partial<Site>, where: Partial<HoverContext> = {}) =>
  (hoverOf({ ...site, ...changes }, { ...context, ...where }).contents as MarkupContent).value

describe('the hover', () => {
  test('says that a preserved device does not take the path, and through which driver it goes', () => {
    expect(text({})).toContain('*A preserved device does not take this path.* It passes through `sample-net`.')
  })

  test('says no where no phase reaches the write', () => {
    const phases = {
      boot: { reachable: false },
      shutdown: { reachable: false },
      userspace: { reachable: false },
    } as const
    expect(text({ phases })).toContain('**Can it run in the window?** No path found, in any phase.')
  })

  test('says what it cannot tell', () => {
    expect(text({ fields: [] })).toContain('a register that could not be resolved')
    expect(text({})).toContain('Cannot tell: the register or its value is not resolved')
  })

  test('tells harm to a flow that is not promised as such', () => {
    const effects = [{ flow: 'p2p', effect: 'breaks', why: 'The BAR moves.' }] as const
    const value = text({ hazard: { ...site.hazard, verdict: 'safe', effects } })
    expect(value).toContain('Nothing that is promised.')
    expect(value).toContain('- p2p: breaks (not promised)')
  })

  test.each([
    ['guarded', 'Yes'],
    ['partial', 'Only on some paths'],
    ['wrong-device', 'Not this device'],
    ['inert', 'cannot be true here'],
    ['crash', 'By a crash'],
  ] as const)('names a guard that is %s', (status, words) => {
    const guard = {
      status,
      by: 'caller',
      condition: '!pci_lu_adopt(dev)',
      file: 'drivers/pci/probe.c',
      line: 7,
    } as const
    const answer = text({ guard })
      .split('\n')
      .find((line) => line.startsWith('**Is it guarded?**'))
    expect(answer).toContain(words)
    expect(answer).toContain('`!pci_lu_adopt(dev)`, in a caller')
    expect(answer).toContain('(file:///kernel/drivers/pci/probe.c#L7)')
  })

  test('gives the reason that is written down', () => {
    const justification = { status: 'given', where: 'comment', reason: 'Sizing *breaks* P2P' } as const
    expect(text({ justification })).toContain('Yes, in the comment. Sizing \\*breaks\\* P2P')
  })

  test('lets no text of the tree be a link, and no path end one', () => {
    const value = text({})
    expect(value).not.toContain('](command:evil)')
    expect(value).toContain('(file:///kernel/drivers/net/%28a%29.c#L4)')
  })

  test('links to the panel only for a client that runs the command, with the site as its argument', () => {
    expect(text({})).not.toContain('command:liveUpdateReview')
    const target = /\(command:liveUpdateReview\.explainOnDevice\?([^)]+)\)/.exec(text({}, { explains: true }))
    expect(JSON.parse(decodeURIComponent(target?.[1] ?? ''))).toEqual([{ root: 'file:///kernel', id: site.id }])
  })
})
