/** Every file of `media/` that is made from what the code says about itself; `writePages.mjs` writes them. */
import { treeConfigSchema } from '../config/treeConfigSchema.js'
import { featurePages } from './featurePages.js'
import { rulePages } from './rulePages.js'

export interface GeneratedFile {
  /** Relative to the root of the repository. */
  readonly path: string
  readonly text: string
}

export const SCHEMA_PATH = 'media/liveupdate-review.schema.json'

export function generatedFiles(): readonly GeneratedFile[] {
  return [
    ...featurePages(),
    ...rulePages(),
    { path: SCHEMA_PATH, text: `${JSON.stringify(treeConfigSchema(), null, 2)}\n` },
  ]
}
