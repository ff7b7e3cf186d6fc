/**
 * What a path rests on that need not happen in the window, or not to a device that is handed over. A path that proves
 * itself has no doubt; a guess makes harm a warning.
 */
import type { Hop } from '../report/schema.js'

export interface Doubt {
  /** `a work item`: as in "by way of ...". */
  readonly text: string
  /** The most that harm on such a path is; `nothing` where it only follows what has done harm already. */
  readonly limit: 'warning' | 'info' | 'nothing'
}

/** Whether a file is of a driver that takes no device over in this tree, though others do. */
export type IsUnaware = (file: string) => boolean

/** The gravest doubt on a path, of equals the first; null for a path that proves itself. */
export function doubtOn(path: readonly Hop[], isUnaware: IsUnaware): Doubt | null {
  const found = path.flatMap((hop) => doubtAt(hop, isUnaware) ?? [])
  const withLimit = (limit: Doubt['limit']) => found.find((doubt) => doubt.limit === limit)
  return withLimit('nothing') ?? withLimit('info') ?? found[0] ?? null
}

function doubtAt({ edge, byName, file }: Hop, isUnaware: IsUnaware): Doubt | null {
  if (isUnaware(file)) return { text: 'a driver that has no live update code in this tree', limit: 'info' }
  if (EVENT_EDGES.includes(edge) && EVENT_FILES.test(file))
    return { text: 'what answers an error, or a card that comes or goes', limit: 'nothing' }
  if (WORKAROUNDS.test(file)) return { text: 'a workaround for particular devices', limit: 'info' }
  if (byName) return { text: 'a call through a field of that name', limit: 'warning' }
  const guess = GUESSES[edge]
  return guess === undefined ? null : { text: guess, limit: 'warning' }
}

const GUESSES: Readonly<Record<string, string>> = {
  work: 'a work item',
  timer: 'a timer',
  kthread: 'a kernel thread',
  async: 'an asynchronous call',
}

/** Hotplug and error recovery act on an event that has ended the device's traffic before they write. */
const EVENT_FILES = /^drivers\/pci\/(?:hotplug\/\w+|pcie\/(?:aer|dpc|err))\.c$/
const EVENT_EDGES: readonly string[] = ['interrupt', 'work', 'kthread']

/** These files hold what is done for devices with particular ids, or with a fault, called by the core or as fixups. */
export const WORKAROUNDS = /\/(?:quirks|early-quirks|fixup)\.c$/
