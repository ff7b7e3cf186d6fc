/**
 * The tree's own settings, `.liveupdate-review.json` at its root: read alike by the command line, the editor and CI.
 * One table says which keys there are; the JSON schema that editors complete from is made from the same table.
 * Flags and editor settings win over the file. A suppression without a good reason is no error here: it is reported by
 * the rule BAD_SUPPRESSION and takes nothing out.
 */
import { GUARD_PATTERN } from '../guards/guardTable.js'
import { FLOWS, type Flow } from '../report/schema.js'
import type { Suppression } from '../suppressions/suppression.js'
import { type JsonNode, readJson } from '../text/jsonPlaces.js'
import { nearestNames } from '../text/nearestNames.js'
import { defaultSettings, type Settings } from './settings.js'

export const TREE_CONFIG_FILE = '.liveupdate-review.json'

export interface TreeConfig {
  readonly suppressions: readonly Suppression[]
  /** Guards beyond the known ones, as `--guard` takes them. */
  readonly guards: readonly string[] | null
  readonly flows: readonly Flow[] | null
  readonly drivers: readonly string[] | null
  /** `vendor:device` in lower-case hex, as `--ids` takes them. */
  readonly ids: readonly string[] | null
  readonly policy: Settings['policy'] | null
}

export const NO_TREE_CONFIG: TreeConfig = {
  suppressions: [],
  guards: null,
  flows: null,
  drivers: null,
  ids: null,
  policy: null,
}

export interface TreeConfigProblem {
  readonly problem: string
  readonly hint: string
  readonly line: number
}

/** What a key takes, in the terms of JSON Schema. */
export type ConfigShape =
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'list'; readonly values?: readonly string[]; readonly pattern?: string; readonly what: string }
  | { readonly type: 'objects'; readonly keys: Readonly<Record<string, { readonly about: string }>> }

export interface ConfigKey {
  readonly about: string
  readonly shape: ConfigShape
  readonly example: unknown
}

export const CONFIG_KEYS: Readonly<Record<keyof TreeConfig, ConfigKey>> = {
  suppressions: {
    about: 'Findings that a person has answered. Each needs a reason that says why this write is harmless.',
    shape: {
      type: 'objects',
      keys: {
        rule: { about: 'Id of the rule. Without it every finding at the site is suppressed.' },
        site: {
          about: 'Id of the write, as `scan --format json` and `explain` show it: file#function#callee#ordinal.',
        },
        reason: { about: 'Why the finding does not hold here, in words that would not fit another one.' },
      },
    },
    example: [
      { rule: 'UNGUARDED_WRITE', site: 'drivers/pci/probe.c#pci_setup_device#pci_write_config_byte#1', reason: '' },
    ],
  },
  guards: {
    about: 'Guards beyond those of the known series, as --guard takes them.',
    shape: { type: 'list', pattern: GUARD_PATTERN.source, what: 'a guard' },
    example: ['my_device_is_preserved(dev)'],
  },
  flows: {
    about: 'Traffic of a preserved device that must go on.',
    shape: { type: 'list', values: FLOWS, what: 'a flow' },
    example: ['dma', 'config'],
  },
  drivers: {
    about: 'Drivers that hand devices over: their probe and shutdown count.',
    shape: { type: 'list', pattern: '^[A-Za-z0-9_-]+$', what: 'the name of a driver' },
    example: ['vfio-pci'],
  },
  ids: {
    about: 'The devices that are handed over, vendor:device in hex.',
    shape: { type: 'list', pattern: '^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$', what: 'vendor:device in hex' },
    example: ['8086:10d3'],
  },
  policy: {
    about: 'What a preserved device may be written.',
    shape: { type: 'choice', values: ['upstream', 'strict'] },
    example: 'upstream',
  },
}

class Wrong extends Error {
  constructor(
    message: string,
    readonly hint: string,
    readonly node: JsonNode,
  ) {
    super(message)
  }
}

/** `file` is the name that its findings carry. */
export function readTreeConfig(text: string, file: string): TreeConfig | TreeConfigProblem {
  const root = readJson(text)
  if ('problem' in root) return { problem: `it is no JSON: ${root.problem}`, hint: 'mend the file', line: root.line }
  try {
    return configOf(root, file)
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.message, hint: error.hint, line: error.node.line }
    throw error
  }
}

/** `settings` with what the file says, for the settings that nobody has changed from their default. */
export function withTreeConfig(settings: Settings, config: TreeConfig): Settings {
  const { suppressions, ...said } = config
  const taken = Object.fromEntries(
    Object.entries(said).filter(([key, value]) => {
      const at = key as keyof typeof said
      return value !== null && JSON.stringify(settings[at]) === JSON.stringify(defaultSettings[at])
    }),
  )
  return { ...settings, ...taken, suppressions: [...settings.suppressions, ...suppressions] }
}

function configOf(root: JsonNode, file: string): TreeConfig {
  const members = membersOf(root, 'the file', [...Object.keys(CONFIG_KEYS), '$schema'])
  const values = Object.fromEntries(
    Object.entries(CONFIG_KEYS).map(([key, { shape }]) => {
      const node = members.get(key)
      if (shape.type === 'objects') return [key, node ? suppressionsOf(node, key, shape, file) : []]
      const value = node ? plainValue(node, key, shape) : null
      return [key, key === 'ids' && Array.isArray(value) ? value.map((id) => String(id).toLowerCase()) : value]
    }),
  )
  return values as unknown as TreeConfig
}

function plainValue(node: JsonNode, key: string, shape: Exclude<ConfigShape, { type: 'objects' }>): unknown {
  if (shape.type === 'choice') return oneOf(node, key, shape.values, `one of ${shape.values.join(', ')}`)
  if (!Array.isArray(node.value)) throw new Wrong(`"${key}" is no list`, `write [ ] around what it holds`, node)
  return (node.value as readonly JsonNode[]).map((item, i) => {
    const name = `${key}[${i}]`
    if (shape.values) return oneOf(item, name, shape.values, `some of ${shape.values.join(', ')}`)
    const text = stringOf(item, name)
    if (text.trim() === '' || (shape.pattern !== undefined && !new RegExp(shape.pattern).test(text)))
      throw new Wrong(`"${name}" is '${text}'`, `write ${shape.what}, such as ${example(key)}`, item)
    return text
  })
}

function example(key: string): string {
  const { example: shown } = CONFIG_KEYS[key as keyof TreeConfig]
  return String(Array.isArray(shown) ? shown[0] : shown)
}

function suppressionsOf(
  node: JsonNode,
  key: string,
  shape: Extract<ConfigShape, { type: 'objects' }>,
  file: string,
): readonly Suppression[] {
  if (!Array.isArray(node.value)) throw new Wrong(`"${key}" is no list`, 'write [ ] around its entries', node)
  return (node.value as readonly JsonNode[]).map((item, i) => {
    const members = membersOf(item, `${key}[${i}]`, Object.keys(shape.keys))
    const text = (name: string): string | null => {
      const value = members.get(name)
      return value ? stringOf(value, `${key}[${i}].${name}`) : null
    }
    const rule = text('rule')
    const { line, column, endLine, endColumn } = item
    return {
      kind: 'file',
      rules: rule === null ? [] : [rule],
      site: text('site'),
      covers: null,
      reason: text('reason'),
      file,
      line,
      column,
      endLine,
      endColumn,
    }
  })
}

function membersOf(node: JsonNode, what: string, known: readonly string[]): ReadonlyMap<string, JsonNode> {
  if (!(node.value instanceof Map)) throw new Wrong(`${what} is no object`, 'write { } around its keys', node)
  const members = node.value as ReadonlyMap<string, JsonNode>
  for (const [name, value] of members) {
    if (known.includes(name)) continue
    const [nearest] = nearestNames(name, known, 1)
    const hint = nearest === undefined ? `the keys are ${known.join(', ')}` : `did you mean "${nearest}"?`
    throw new Wrong(`${what} has an unknown key "${name}"`, hint, value)
  }
  return members
}

function stringOf(node: JsonNode, name: string): string {
  if (typeof node.value !== 'string') throw new Wrong(`"${name}" is no text`, 'write it in double quotes', node)
  return node.value
}

function oneOf(node: JsonNode, name: string, values: readonly string[], choice: string): string {
  const text = stringOf(node, name)
  if (!values.includes(text)) throw new Wrong(`"${name}" does not know '${text}'`, `use ${choice}`, node)
  return text
}
