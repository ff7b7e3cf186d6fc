/** Which expressions of a function are guards: those of the public series, those of the settings, those inferred. */
import { PHASES } from '../report/schema.js'
import { KNOWN_GUARDS, type KnownGuard } from './knownGuards.js'

/** A guard that is about a device which the function has under another name. */
export interface GuardOf {
  readonly guard: KnownGuard
  /** The device as an expression of the function. */
  readonly device: string
}

/** What one function sees as guards. */
export interface GuardView {
  /** A function by the name that a call uses. */
  call(name: string): KnownGuard | null
  /** A flag that is a field: `dev->dev.lu.requested` is about `dev`. */
  field(expression: string): GuardOf | null
  /** A parameter that every caller fills with a guard. */
  parameter(name: string): GuardOf | null
}

export class GuardTable implements GuardView {
  private readonly calls: ReadonlyMap<string, KnownGuard>
  private readonly fields: readonly KnownGuard[]

  /** Later guards of a name replace earlier ones. */
  constructor(guards: readonly KnownGuard[] = KNOWN_GUARDS) {
    this.calls = new Map(guards.filter((g) => g.form === 'call').map((g) => [g.name, g]))
    this.fields = guards.filter((g) => g.form === 'field')
  }

  call(name: string): KnownGuard | null {
    return this.calls.get(name) ?? null
  }

  field(expression: string): GuardOf | null {
    const plain = expression.replace(/\s+/g, '')
    for (const guard of this.fields) {
      if (!plain.endsWith(guard.name)) continue
      const before = plain.slice(0, -guard.name.length)
      const device = /^(.*)(?:->|\.)$/.exec(before)?.[1]
      if (device) return { guard, device }
    }
    return null
  }

  parameter(): null {
    return null
  }

  /** Names of the guards that are calls: what the index looks for to know which functions hold a guard. */
  get callNames(): readonly string[] {
    return [...this.calls.keys()]
  }

  /** Member paths of the guards that are fields. */
  get fieldNames(): readonly string[] {
    return this.fields.map((guard) => guard.name)
  }

  with(guards: readonly KnownGuard[]): GuardTable {
    return new GuardTable([...this.calls.values(), ...this.fields, ...guards])
  }

  /** Matches a text in which some guard may stand. */
  get pattern(): RegExp {
    return new RegExp([...this.callNames.map((name) => `\\b${name}\\s*\\(`), ...this.fieldPatterns()].join('|'))
  }

  mentionsField(text: string): boolean {
    this.anyField ??= new RegExp(this.fieldPatterns().join('|'))
    return this.anyField.test(text)
  }

  private anyField: RegExp | null = null

  private fieldPatterns(): readonly string[] {
    return this.fieldNames.map((name) => `(?:->|\\.)\\s*${name.replaceAll('.', '\\s*\\.\\s*')}\\b`)
  }
}

/** The guards of the public series. */
export const knownGuards = new GuardTable()

const PATTERN = /^(?:(\w+)(?::(\d+|\*))?|->([A-Za-z_]\w*(?:\.\w+)*))(=0)?$/

/**
 * A guard of the settings, null if the pattern is none: `name` is a function that is true for a device handed over,
 * its first argument; `name:1` takes its second (from 0), `name:*` speaks for every device; `->a.b` is a field of
 * `struct pci_dev`; `=0` behind it turns the answer round.
 */
export function guardFromPattern(pattern: string): KnownGuard | null {
  const found = PATTERN.exec(pattern.trim())
  if (!found) return null
  const [, name, argument, field, zero] = found
  return {
    name: field ?? name!,
    form: field === undefined ? 'call' : 'field',
    skipWhen: zero === undefined ? 'true' : 'zero',
    device: argument === '*' ? 'global' : Number(argument ?? 0),
    coversBridge: false,
    endpointsOnly: false,
    phases: PHASES,
    series: 'settings',
  }
}
