/** What is known of the structs of a tree that may be tables of hooks, by the ids of their tags. */
import type { Names } from '../../index/names.js'
import { type Hook, hooksOf, isByIds } from '../registrations.js'

export interface HookTable {
  readonly tag: string
  readonly hooks: readonly Hook[]
  /** What its hooks are roots as. */
  readonly kind: 'registration' | 'fixup'
  readonly isDriver: boolean
}

export class HookTables {
  private readonly known = new Map<number, HookTable | null>()

  constructor(private readonly names: Names) {}

  /** Null for a struct that is no table of hooks. */
  of(tag: number): HookTable | null {
    const known = this.known.get(tag)
    if (known !== undefined) return known
    const table = tableOf(this.names.text(tag))
    this.known.set(tag, table)
    return table
  }
}

function tableOf(tag: string): HookTable | null {
  const hooks = hooksOf(tag)
  if (hooks.length === 0) return null
  return { tag, hooks, kind: isByIds(tag) ? 'fixup' : 'registration', isDriver: /(^|_)driver$/.test(tag) }
}
