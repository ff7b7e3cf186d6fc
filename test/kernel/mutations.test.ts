/** Real functions with a guard, or something that looks like one, put to a write: what does the engine say? */
import { beforeAll, describe, expect, test } from 'vitest'
import type { Site } from '../../src/core/report/schema.js'
import { Lines } from '../../src/core/text/lines.js'
import { isBridgeRegister } from '../../src/core/writes/registers.js'
import { sessionOf } from '../fixtures/memoryTree.js'
import { KERNELS, NEWEST, reportOn, sourceOf } from './kernelTree.js'
import { type Form, RIGHT, RIGHT_ACROSS, TRUE_GUARDS, WRONG, WRONG_ACROSS, ZERO_GUARDS } from './mutations.js'

const EACH = 300
const MARK = '\u0001'
const ACROSS = 42
const MOST_MISJUDGED = 2

/** A function of the kernel with one write that stands as a statement of its own. */
interface Specimen {
  readonly name: string
  /** The definition, with `MARK` where the write stands. */
  readonly text: string
  readonly call: string
  readonly callee: string
  readonly device: string
  /** Position of the device among the parameters, and their number; -1 if it is a local. */
  readonly parameter: number
  readonly parameters: number
}

/** Numbers that are the same in every run (Numerical Recipes' generator). */
function random(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

function specimenOf(site: Site): Specimen | null {
  if (site.kind !== 'config' || !/^pci(?:e_capability)?_/.test(site.callee) || site.callee.startsWith('pci_bus_'))
    return null
  // A guard that is never true for a bridge is inert there, and no guard.
  if (site.fields.some(({ register }) => isBridgeRegister(register))) return null
  if (site.device === null || !/^\w+$/.test(site.device)) return null
  const lines = sourceOf(NEWEST, site.file).split('\n')
  const start = lines
    .slice(0, site.line - 1)
    .findLastIndex((line) => new RegExp(`^[a-z].*\\b${site.function}\\(`).test(line))
  const end = lines.findIndex((line, i) => i >= site.line && line === '}')
  const statement = lines.slice(site.line - 1, site.endLine).join('\n')
  const [, indent = '', call = ''] = /^(\s+)(\w+\([^;]*\));$/.exec(statement) ?? []
  if (start < 0 || end < 0 || call === '' || !call.startsWith(`${site.callee}(`)) return null
  // Under a condition or a label without braces, more than one statement would be another program.
  if (!/[;{}]\s*$/.test(lines[site.line - 2] ?? '')) return null
  const text = [...lines.slice(start, site.line - 1), `${indent}${MARK}`, ...lines.slice(site.endLine, end + 1)].join(
    '\n',
  )
  if (/^#/m.test(text) || text.length > 6000) return null
  const head = text.slice(0, text.indexOf('{')).replace(/\s+/g, ' ')
  const list = /\((.*)\)/.exec(head)?.[1]?.split(',') ?? []
  const parameter = list.findIndex((one) => new RegExp(`struct pci_dev \\*${site.device}$`).test(one.trim()))
  const { callee, device, function: name } = site
  return { name, text, call, callee, device, parameter, parameters: list.length }
}

function filled(form: Form, specimen: Specimen, pick: (below: number) => number): string {
  return form.text
    .replace(/\bG\(/g, `${TRUE_GUARDS[pick(TRUE_GUARDS.length)]}(`)
    .replace(/\bZ\(/g, `${ZERO_GUARDS[pick(ZERO_GUARDS.length)]}(`)
    .replace(/\bD\b/g, specimen.device)
    .replace(/\bCALL\b/g, () => specimen.call)
}

const ROOT = 'static int __init lu_init(void)\n{\n\tSTART;\n\treturn 0;\n}\nsubsys_initcall(lu_init);\n'

/** A mutated function, and where in its text the write stands. */
interface Mutant {
  readonly text: string
  readonly at: number
}

function inFunction(form: Form, specimen: Specimen, pick: (below: number) => number): Mutant {
  const [before = '', after = ''] = specimen.text.split(MARK)
  const text = `${before}${filled(form, specimen, pick)}${after}\n${ROOT.replace('START', `${specimen.name}(lu_first())`)}`
  return { text, at: text.indexOf(specimen.call, before.length) }
}

function acrossFunctions(form: Form, specimen: Specimen, pick: (below: number) => number): Mutant {
  const args = (device: string): string =>
    Array.from({ length: specimen.parameters }, (_, i) => (i === specimen.parameter ? device : '0')).join(', ')
  const callers = form.text
    .replace(/\bG\(/g, `${TRUE_GUARDS[pick(TRUE_GUARDS.length)]}(`)
    .replace(/\bFN\((\w+)\)/g, (_, device: string) => `${specimen.name}(${args(device)})`)
  const at = specimen.text.indexOf(MARK)
  const real = specimen.text.replace(MARK, () => `${specimen.call};`)
  return { text: `${real}\n\n${callers}\n\n${ROOT.replace('START', 'lu_caller(lu_first())')}`, at }
}

/** The guard, at boot, of the write at a place. */
async function saidOf({ text, at }: Mutant): Promise<string> {
  const session = await sessionOf({ 'drivers/pci/mutated.c': text })
  const { line, column } = new Lines(text).placeOf(at)
  const site = session.sites('drivers/pci/mutated.c').find((one) => one.line === line && one.column === column)
  const boot = site?.phases.boot
  return boot?.reachable ? boot.guard.status : 'not found'
}

describe('guards in real functions', () => {
  let specimens: readonly Specimen[]

  beforeAll(() => {
    const seen = new Set<string>()
    specimens = reportOn(NEWEST).sites.flatMap((site) => {
      const specimen = specimenOf(site)
      const isSeen = !specimen || seen.has(specimen.name)
      if (specimen) seen.add(specimen.name)
      return isSeen ? [] : [specimen]
    })
  }, 240_000)

  test('there are hundreds of functions to put them into', () => {
    expect(specimens.length).toBeGreaterThan(200)
  })

  test('at most 2 of 600 are misjudged', async () => {
    const pick = random(20250728)
    // A function that only forwards is no writer: its callers are.
    const takers = specimens.filter(({ parameter, text }) => parameter >= 0 && text.split('\n').length > 8)
    const misjudged: string[] = []
    let judged = 0
    for (const [isRight, single, across] of [
      [true, RIGHT, RIGHT_ACROSS],
      [false, WRONG, WRONG_ACROSS],
    ] as const)
      for (let i = 0; i < EACH; i++) {
        const isAcross = i < ACROSS
        const form = isAcross ? across[i % across.length]! : single[i % single.length]!
        const from = isAcross ? takers : specimens
        const specimen = from[pick(from.length)]!
        const mutant = (isAcross ? acrossFunctions : inFunction)(form, specimen, pick)
        const said = await saidOf(mutant)
        judged++
        if ((said === 'guarded') !== isRight || said === 'not found')
          misjudged.push(`${isRight ? 'right' : 'wrong'}, ${form.name}, said to be ${said}:\n${mutant.text}`)
      }
    if (misjudged.length > 0) console.log(`${misjudged.length} of ${judged} misjudged\n${misjudged.join('\n\n')}`)
    expect(judged).toBe(2 * EACH)
    expect(misjudged.length).toBeLessThanOrEqual(MOST_MISJUDGED)
  }, 300_000)
})

test.each(KERNELS)(
  '%s has no guard',
  (kernel) => {
    expect(reportOn(kernel).sites.filter(({ guard }) => guard.status !== 'unguarded')).toEqual([])
  },
  240_000,
)
