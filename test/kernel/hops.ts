/** Checks a hop of a path against the text of the kernel, with nothing but braces and names. */
import type { Hop, Site } from '../../src/core/report/schema.js'
import { blanked, definitionAt, type Lines } from './cText.js'
import { linesWith, sourceOf } from './kernelTree.js'

export interface Step {
  readonly caller: Hop
  readonly hop: Hop
}

export function pathsOf(sites: readonly Site[]): readonly (readonly Hop[])[] {
  return sites.flatMap((site) => Object.values(site.phases).flatMap((phase) => (phase.reachable ? [phase.path] : [])))
}

/** The steps of paths, each (caller, callee, line) once. */
export function stepsOf(paths: readonly (readonly Hop[])[]): readonly Step[] {
  const steps = new Map<string, Step>()
  for (const path of paths)
    for (const [i, hop] of path.entries()) {
      const caller = path[i - 1]
      if (caller) steps.set(JSON.stringify([caller.file, caller.function, caller.line, hop]), { caller, hop })
    }
  return [...steps.values()]
}

/** What the text does not bear out, one line a step; empty when every step stands where the path says. */
export function problemsOf(kernel: string, steps: readonly Step[]): readonly string[] {
  const check = new HopCheck(kernel, steps)
  const doubtful = steps.filter((step) => check.problem(step) !== null)
  check.followsCopies = true
  return doubtful.flatMap((step) => check.problem(step) ?? [])
}

class HopCheck {
  private readonly files = new Map<string, readonly string[]>()
  private readonly definitions = new Map<string, Lines | null>()
  /** Lines of the whole tree that name a function which a field call leads to. */
  private readonly mentions = new Map<string, string[]>()

  /** Set for the steps that nothing else bears out: it takes a search of the whole tree for each field. */
  followsCopies = false
  private readonly sources = new Map<string, ReadonlySet<string>>()

  constructor(
    private readonly kernel: string,
    steps: readonly Step[],
  ) {
    const names = new Set(steps.filter(({ hop }) => isField(hop)).map(({ hop }) => hop.function))
    for (const line of linesWith(kernel, [...names]))
      for (const [word] of line.matchAll(/\w+/g))
        if (names.has(word)) this.mentions.set(word, [...(this.mentions.get(word) ?? []), line])
  }

  problem({ caller, hop }: Step): string | null {
    const { call } = hop
    const says = `${caller.function} -> ${hop.function} (${hop.edge}${hop.via === null ? '' : ` ${hop.via}`})`
    if (!call) return `${says}: does not say where the call is`
    const at = `${call.file}:${call.line}`
    if (call.file !== caller.file) return `${says}: the call is at ${at}, the caller in ${caller.file}`
    const body = this.definition(caller)
    if (!body) return `${says}: no definition of ${caller.function} at ${caller.file}:${caller.line}`
    if (!this.definition(hop)) return `${says}: no definition of ${hop.function} at ${hop.file}:${hop.line}`
    if (call.line < body.first || call.line > body.last)
      return `${says}: ${at} is outside of ${caller.function}, lines ${body.first} to ${body.last}`
    const rows = this.rows(call.file)
    if (this.isMadeByMacro(caller) || this.isMentioned(rows, body, call.line, hop)) return null
    return `${says}: not at ${at}: ${rows[call.line - 1]!.trim()}`
  }

  /** A call, a callback, a thread or a timer names the function; a registration its table, a field call the field. */
  private isMentioned(rows: readonly string[], body: Lines, line: number, hop: Hop): boolean {
    const row = rows[line - 1]!
    const names = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(row)
    if (hop.edge === 'registration') return names(hop.function) || names(/(\w+)$/.exec(hop.via ?? '')?.[1] ?? '\n')
    if (hop.edge === 'work') return names(hop.function) || (hop.via !== null && names(hop.via))
    if (!isField(hop)) return names(hop.function)
    const around = rows.slice(Math.max(0, line - 2), line + 1).join(' ')
    const fields = [...around.matchAll(/(?:->|\.)\s*(\w+)\s*\)*\s*\(/g)].map(([, field]) => field!)
    if (fields.some((field) => this.isPutInto(field, hop.function))) return true
    if (this.followsCopies && fields.some((field) => this.isCopiedInto(field, hop.function))) return true
    const text = rows.slice(body.first - 1, body.last).join(' ')
    const pointers = [...around.matchAll(/(?<!(?:->|\.)\s*)\b(\w+)\s*\(/g)].map(([, pointer]) => pointer!)
    return pointers.some((pointer) => this.isPointedTo(text, pointer, hop.function))
  }

  /** A local of the caller that takes the callee, or a field that it stands in: `fn = ops->run;`. */
  private isPointedTo(body: string, pointer: string, callee: string): boolean {
    const taken = [...body.matchAll(new RegExp(`\\b${pointer}\\b(?:\\)\\s*\\([^;=]*\\))?\\s*=\\s*([^=;][^;]*);`, 'g'))]
    return taken.some(([, value]) => {
      if (new RegExp(`\\b${callee}\\b`).test(value!)) return true
      const fields = [...value!.matchAll(/(?:->|\.)\s*(\w+)(?!\s*(?:->|\.|\w))/g)].map(([, field]) => field!)
      return fields.some((field) => this.isPutInto(field, callee))
    })
  }

  /** `x->field = y->other;` somewhere in the tree, and the callee is put into `other`. */
  private isCopiedInto(field: string, callee: string): boolean {
    const others = this.sources.get(field) ?? this.sourcesOf(field)
    this.sources.set(field, others)
    return [...others].some((other) => this.isPutInto(other, callee))
  }

  /** Fields whose value is copied into a field. */
  private sourcesOf(field: string): ReadonlySet<string> {
    const copy = new RegExp(`[.>]\\s*${field}\\s*=[^=;]*[.>]\\s*(\\w+)\\s*[;:]`)
    return new Set(linesWith(this.kernel, [field]).flatMap((line) => copy.exec(line)?.[1] ?? []))
  }

  /** `.field = callee`, `x->field = callee`, or the callee in a row of an initialiser without field names. */
  private isPutInto(field: string, callee: string): boolean {
    const assigned = new RegExp(`[.>]\\s*${field}\\s*=[^=].*\\b${callee}\\b|[.>]\\s*${field}\\s*=\\s*${callee}\\b`)
    const listed = new RegExp(`(?:[{,(]|^)\\s*&?${callee}\\s*[,}]`)
    return (this.mentions.get(callee) ?? []).some((line) => assigned.test(line) || listed.test(line))
  }

  private isMadeByMacro({ file, function: name, line }: Hop): boolean {
    return !new RegExp(`\\b${name}\\b`).test(this.rows(file)[line - 1]!)
  }

  private definition({ file, function: name, line }: Hop): Lines | null {
    const key = `${file}:${line}:${name}`
    if (!this.definitions.has(key)) this.definitions.set(key, definitionAt(this.rows(file), name, line))
    return this.definitions.get(key)!
  }

  private rows(file: string): readonly string[] {
    const rows = this.files.get(file) ?? blanked(sourceOf(this.kernel, file)).split('\n')
    this.files.set(file, rows)
    return rows
  }
}

/** A call through a field of a struct, one whose target is known by the field's type alone too. */
function isField(hop: Hop): boolean {
  return hop.edge === 'field' || hop.edge === 'wide field'
}
