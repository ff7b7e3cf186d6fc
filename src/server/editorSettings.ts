import { defaultSettings, type Settings } from '../core/config/settings.js'
import { FLOWS, PHASES } from '../core/report/schema.js'
import { type EditorSettings, SHOW } from '../protocol/server.js'

export const defaultEditorSettings: EditorSettings = {
  diagnostics: { show: ['changed', 'guarded'] },
  phases: defaultSettings.phases,
  flows: defaultSettings.flows,
  drivers: defaultSettings.drivers,
  policy: defaultSettings.policy,
  jobs: 0,
}

type Json = Readonly<Record<string, unknown>>

/** Takes what is well formed and the default for the rest: a typing error in settings must not stop a review. */
export function readEditorSettings(raw: unknown): EditorSettings {
  const given = asObject(raw)
  const base = defaultEditorSettings
  return {
    diagnostics: { show: pick(asObject(given.diagnostics).show, SHOW) ?? base.diagnostics.show },
    phases: pick(given.phases, PHASES) ?? base.phases,
    flows: pick(given.flows, FLOWS) ?? base.flows,
    drivers: Array.isArray(given.drivers)
      ? given.drivers.filter((driver): driver is string => typeof driver === 'string')
      : base.drivers,
    policy: given.policy === 'upstream' || given.policy === 'strict' ? given.policy : base.policy,
    jobs: Number.isInteger(given.jobs) && (given.jobs as number) >= 0 ? (given.jobs as number) : base.jobs,
  }
}

/** What the engine is asked for. */
export function reviewSettings(settings: EditorSettings): Settings {
  const { phases, flows, drivers, policy } = settings
  return { ...defaultSettings, phases, flows, drivers, policy }
}

/** Whether going from one to the other asks for a new session, and not only for showing other findings. */
export function sameReview(a: EditorSettings, b: EditorSettings): boolean {
  return JSON.stringify([reviewSettings(a), a.jobs]) === JSON.stringify([reviewSettings(b), b.jobs])
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

/** The known names of a list in the table's order, or null if it is no list. */
function pick<T extends string>(value: unknown, known: readonly T[]): readonly T[] | null {
  return Array.isArray(value) ? known.filter((name) => value.includes(name)) : null
}
