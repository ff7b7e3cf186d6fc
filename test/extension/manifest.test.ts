import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultSettings } from '../../src/core/config/settings.js'
import { FLOWS, PHASES } from '../../src/core/report/schema.js'
import { EXPLAIN_COMMAND, SECTION, SHOW } from '../../src/protocol/server.js'
import { defaultEditorSettings, readEditorSettings } from '../../src/server/editorSettings.js'

const checkout = join(import.meta.dirname, '..', '..')
const read = (...path: readonly string[]) => readFileSync(join(checkout, ...path), 'utf8')
const manifest = JSON.parse(read('package.json'))
const { commands, configuration, menus, grammars } = manifest.contributes

interface Property {
  readonly default: unknown
  readonly enum?: readonly string[]
  readonly items?: { readonly enum?: readonly string[]; readonly markdownEnumDescriptions?: readonly string[] }
  readonly markdownDescription?: string
  readonly markdownEnumDescriptions?: readonly string[]
}
const properties: Readonly<Record<string, Property>> = configuration.properties
const property = (name: string) => properties[`${SECTION}.${name}`]

describe('settings', () => {
  test('are those that the server reads, each with its default', () => {
    const nested: Record<string, unknown> = {}
    for (const [name, { default: value }] of Object.entries(properties)) {
      const [group, key] = name.slice(SECTION.length + 1).split('.') as [string, string?]
      nested[group] = key === undefined ? value : { [key]: value }
    }
    expect(nested).toEqual(defaultEditorSettings)
    expect(readEditorSettings(nested)).toEqual(defaultEditorSettings)
  })

  test.each(['phases', 'flows', 'drivers', 'policy'] as const)('%s has the default of the engine', (name) => {
    expect(property(name)?.default).toEqual(defaultSettings[name])
  })

  test('offer every phase, flow and kind of finding', () => {
    expect(property('phases')?.items?.enum).toEqual(PHASES)
    expect(property('flows')?.items?.enum).toEqual(FLOWS)
    expect(property('diagnostics.show')?.items?.enum).toEqual(SHOW)
    expect(property('policy')?.enum).toEqual(['upstream', 'strict'])
  })

  test.each(Object.entries(properties))('%s is described, and so is each of its values', (_name, setting) => {
    expect(setting.markdownDescription).toMatch(/\.$/)
    const values = setting.items ?? setting
    expect(values.markdownEnumDescriptions?.length).toBe(values.enum?.length)
  })

  test('what is malformed falls back to the default, setting by setting', () => {
    const raw = { phases: 'boot', flows: ['p2p', 'nonsense'], jobs: -1, policy: 'lenient', drivers: ['a', 1] }
    expect(readEditorSettings(raw)).toEqual({ ...defaultEditorSettings, flows: ['p2p'], drivers: ['a'] })
    expect(readEditorSettings(null)).toEqual(defaultEditorSettings)
  })
})

describe('commands', () => {
  const folder = join(checkout, 'src', 'extension', 'commands')
  const sources = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  const written = sources.flatMap(({ name, text }) => {
    const id = /^ {2}id: (?:'([^']+)'|(EXPLAIN_COMMAND)),$/m.exec(text)
    return id === null ? [] : [{ name: name.replace(/\.ts$/, ''), id: id[1] ?? EXPLAIN_COMMAND }]
  })
  const contributed: readonly string[] = commands.map(({ command }: { command: string }) => command)

  test('that are contributed are those in source, one file each', () => {
    expect(written.map(({ id }) => id).sort()).toEqual([...contributed].sort())
  })

  test('are all in the registry', () => {
    const listed = /const commands: readonly Command\[\] = \[([^\]]+)\]/.exec(
      read('src/extension/commands/registry.ts'),
    )
    const names = listed?.[1]?.match(/\w+/g) ?? []
    expect(names.sort()).toEqual(written.map(({ name }) => name).sort())
  })

  test.each(commands as readonly { command: string; category?: string; title?: string }[])(
    '$command has its category and a title',
    ({ category, title }) => {
      expect(category).toBe('Live Update Review')
      expect(title).toBeTruthy()
    },
  )

  test('in menus are contributed ones', () => {
    const used = Object.values(menus as Record<string, readonly { command: string }[]>).flat()
    expect(used.map(({ command }) => command).filter((command) => !contributed.includes(command))).toEqual([])
  })
})

describe('the manifest', () => {
  test('runs where the tree is, trusted or not', () => {
    expect(manifest.extensionKind).toEqual(['workspace'])
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe(true)
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe(false)
  })

  test('starts in a kernel tree only', () => {
    expect(manifest.activationEvents).toEqual(['workspaceContains:drivers/pci/pci.h', 'onUri'])
  })

  test('names files that exist', () => {
    const scopes = grammars.map(({ path }: { path: string }) => JSON.parse(read(path)).scopeName)
    expect(scopes).toEqual(grammars.map(({ scopeName }: { scopeName: string }) => scopeName))
    expect(read(manifest.icon).length).toBeGreaterThan(0)
  })
})
