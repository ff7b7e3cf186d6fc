/**
 * What the extension and its panel say to each other. Plain data that survives structured cloning;
 * neither side owns it. The panel runs the simulation itself, so a message names a scenario, never an outcome.
 */
import type { Flow, Phase, Site } from '../core/report/schema.js'

/** The finding that the panel was opened from. */
export interface ShownFinding {
  readonly rule: string
  readonly message: string
}

/** Replaces all that the panel shows. */
export interface ShowMessage {
  readonly type: 'show'
  /** The write in the tree, or null when a scenario is opened on its own. */
  readonly site: Site | null
  /** `<feature>/<scenario>` of the device model (`site.hazard.scenario`); null if the model has none for this write. */
  readonly scenario: string | null
  /** The phase whose path is shown first; null takes the first phase that reaches the site. */
  readonly phase: Phase | null
  /** The promised flows: the profile under which the verdict is given. */
  readonly flows: readonly Flow[]
  readonly finding: ShownFinding | null
}

export type ToPanel = ShowMessage

/** The panel listens now; the extension answers with `show`. Sent once per load, so also after the panel was hidden. */
export interface ReadyMessage {
  readonly type: 'ready'
}

/** `file` is relative to the tree's root, `line` is 1-based, as in the report. */
export interface OpenLocationMessage {
  readonly type: 'openLocation'
  readonly file: string
  readonly line: number
}

export type FromPanel = ReadyMessage | OpenLocationMessage

/** A webview's messages come from script: check the shape before trusting it. */
export function isFromPanel(message: unknown): message is FromPanel {
  if (typeof message !== 'object' || message === null) return false
  const { type, file, line } = message as Record<string, unknown>
  if (type === 'ready') return true
  return type === 'openLocation' && typeof file === 'string' && Number.isInteger(line) && (line as number) >= 1
}
