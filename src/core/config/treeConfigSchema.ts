/** The JSON schema of `.liveupdate-review.json`, from the table of its keys: editors complete and check from it. */
import { badSuppression } from '../rules/badSuppression.js'
import { rules } from '../rules/index.js'
import { CONFIG_KEYS, type ConfigKey, type ConfigShape, TREE_CONFIG_FILE } from './treeConfig.js'

export function treeConfigSchema(): unknown {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Live Update Review: ${TREE_CONFIG_FILE}`,
    description: 'Settings of a kernel tree for reviewing live updates. Flags and editor settings win over it.',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      ...Object.fromEntries(Object.entries(CONFIG_KEYS).map(([name, key]) => [name, property(key)])),
    },
  }
}

function property({ about, shape, example }: ConfigKey): unknown {
  return { description: about, ...typeOf(shape), examples: [example] }
}

function typeOf(shape: ConfigShape): object {
  if (shape.type === 'choice') return { type: 'string', enum: shape.values }
  if (shape.type === 'list') return { type: 'array', uniqueItems: true, items: itemType(shape) }
  const properties = Object.fromEntries(
    Object.entries(shape.keys).map(([name, { about }]) => [
      name,
      { description: about, type: 'string', ...MORE[name] },
    ]),
  )
  const items = { type: 'object', additionalProperties: false, required: ['site', 'reason'], properties }
  return { type: 'array', items }
}

const MORE: Readonly<Record<string, object>> = {
  rule: { enum: rules.map(({ id }) => id).filter((id) => id !== badSuppression.id) },
  site: { pattern: '^[^#]+#[^#]*#[^#]+' },
  reason: { minLength: 8 },
}

function itemType({ values, pattern }: Extract<ConfigShape, { type: 'list' }>): object {
  if (values) return { type: 'string', enum: values }
  return pattern === undefined ? { type: 'string', minLength: 1 } : { type: 'string', pattern }
}
