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
  /** False if a function with this text asks none. */
  mayStandIn(text: string): boolean
}

export class GuardTable implements GuardView {
  private readonly calls: ReadonlyMap<string, KnownGuard>
  /** Guards whose name holds a `*`. */
  private readonly families: readonly { readonly name: RegExp; readonly guard: KnownGuard }[]
  private readonly fields: readonly KnownGuard[]

  /** Later guards of a name replace earlier ones. */
  constructor(guards: readonly KnownGuard[] = KNOWN_GUARDS) {
    const calls = guards.filter((g) => g.form === 'call')
    this.calls = new Map(calls.filter((g) => !g.name.includes('*')).map((g) => [g.name, g]))
    this.families = calls
      .filter((g) => g.name.includes('*'))
      .map((guard) => ({ name: new RegExp(`^${guard.name.replaceAll('*', '\\w*')}$`), guard }))
    this.fields = guards.filter((g) => g.form === 'field')
  }

  call(name: string): KnownGuard | null {
    return this.calls.get(name) ?? this.families.find((family) => family.name.test(name))?.guard ?? null
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

  mayStandIn(text: string): boolean {
    this.anyName ??= new RegExp([`\\b(?:${this.callPatterns().join('|')})\\b`, ...this.fieldPatterns()].join('|'))
    return this.anyName.test(text)
  }

  private anyName: RegExp | null = null

  /** Names of the guards that are calls: what the index looks for to know which functions hold a guard. */
  get callNames(): readonly string[] {
    return [...this.calls.keys()]
  }

  /** Whether a name has to be looked at with `call`: a guard with a `*` is known by no one name. */
  get hasFamilies(): boolean {
    return this.families.length > 0
  }

  /** Member paths of the guards that are fields. */
  get fieldNames(): readonly string[] {
    return this.fields.map((guard) => guard.name)
  }

  with(guards: readonly KnownGuard[]): GuardTable {
    return new GuardTable([
      ...this.calls.values(),
      ...this.families.map((family) => family.guard),
      ...this.fields,
      ...guards,
    ])
  }

  /** Matches a text in which some guard may stand. */
  get pattern(): RegExp {
    const calls = this.callPatterns().map((name) => `\\b${name}\\s*\\(`)
    return new RegExp([...calls, ...this.fieldPatterns()].join('|'))
  }

  mentionsField(text: string): boolean {
    this.anyField ??= new RegExp(this.fieldPatterns().join('|'))
    return this.anyField.test(text)
  }

  private anyField: RegExp | null = null

  private callPatterns(): readonly string[] {
    return [...this.callNames, ...this.families.map(({ guard }) => guard.name.replaceAll('*', '\\w*'))]
  }

  private fieldPatterns(): readonly string[] {
    return this.fieldNames.map((name) => `(?:->|\\.)\\s*${name.replaceAll('.', '\\s*\\.\\s*')}\\b`)
  }
}

/** The guards of the public series. */
export const knownGuards = new GuardTable()

export const GUARD_PATTERN =
  /^(!?)\s*(?:([A-Za-z_*][\w*]*)\s*(?:\(([\w\s,>.*-]*)\))?|\w*->([A-Za-z_]\w*(?:\.\w+)*))\s*(==?\s*0)?$/
/** How a device is called where a pattern is written as the call would be. */
const DEVICE = /^(?:p?dev|pci_dev|bridge|port)$/

/**
 * A guard of the settings, written as the code would ask it; null if the pattern is none. `kept(dev)` is true for a
 * device handed over, `kept` means the same; `refuse(bus, dev)` is about its second argument, `keep_all()` about every
 * device; `dev->live.kept` is a field. `*` stands for any letters. `!` before it or `== 0` behind it turn it round.
 */
export function guardFromPattern(pattern: string): KnownGuard | null {
  const found = GUARD_PATTERN.exec(pattern.trim())
  if (!found) return null
  const [, not, name, list, field, zero] = found
  const args = list?.split(',').map((text) => text.trim()) ?? ['dev']
  const device = args.findIndex((text) => DEVICE.test(text))
  return {
    name: field ?? name!,
    form: field === undefined ? 'call' : 'field',
    skipWhen: (not === '!') === (zero !== undefined) ? 'true' : 'zero',
    device: list?.trim() === '' ? 'global' : Math.max(0, device),
    coversBridge: false,
    endpointsOnly: false,
    phases: PHASES,
    lifetime: 'unknown',
    series: 'settings',
  }
}
