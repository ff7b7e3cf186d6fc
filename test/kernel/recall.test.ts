/**
 * Recall at run time: what wrote config space while a real 6.1 kernel booted, loaded modules and went down is found,
 * with the calls that the stacks show. `LIVEUPDATE_REVIEW_TRACES` names further traces of that kernel, joined by `:`
 * (of ftrace's `trace`, or a console that it was dumped to; function pci_conf1_write with func_stack_trace).
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { defaultSettings } from '../../src/core/config/settings.js'
import { link } from '../../src/core/program/linker.js'
import { PHASES, type Phase } from '../../src/core/report/schema.js'
import { indexTree } from '../../src/node/indexTree.js'
import { describeWhere } from '../fixtures/whereGiven.js'
import { Connections, type Link } from './connected.js'
import { KERNELS, reportOn, sourceOf, treeOf } from './kernelTree.js'
import { isAml, type Stack, stacksOf } from './stacks.js'

const GIVEN = fileURLToPath(new URL('../../../shared/data/traces/ftrace-6.1-q35.txt.gz', import.meta.url))
const more = (process.env.LIVEUPDATE_REVIEW_TRACES ?? '').split(':').filter((file) => file !== '')
const kernel = KERNELS.find((name) => name.endsWith('-6.1'))
const lacking = !existsSync(GIVEN) ? `there is no ${GIVEN}` : kernel === undefined ? 'there is no 6.1 kernel' : null

/** A stack is of the firmware's code, or of C text. */
interface Traced {
  readonly stacks: readonly Stack[]
  readonly aml: number
}

function traced(files: readonly string[]): Traced {
  const stacks = new Map<string, Stack>()
  for (const file of files) {
    const bytes = readFileSync(file)
    for (const stack of stacksOf((file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')))
      stacks.set(`${stack.phase} ${stack.frames.join(' ')}`, stack)
  }
  const ofText = [...stacks.values()].filter((stack) => !isAml(stack))
  return { stacks: ofText, aml: stacks.size - ofText.length }
}

const counted = (words: Iterable<string>): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1
  return counts
}

describeWhere(lacking === null, 'a real boot', lacking ?? '', () => {
  let connections: Connections
  let seen: Traced

  beforeAll(async () => {
    const index = await indexTree(treeOf(kernel!), { arch: defaultSettings.arch, config: null, jobs: 1 })
    connections = new Connections(link(index), (path) => sourceOf(kernel!, path))
    seen = traced([GIVEN, ...more])
  })

  test('each frame hangs on the one around it by edges of the call graph, or is a root of its own', () => {
    const links = new Map<string, Link>()
    const missing = new Map<string, string>()
    for (const { frames, phase } of seen.stacks)
      for (let i = 0; i + 1 < frames.length; i++) {
        const pair = `${frames[i + 1]} -> ${frames[i]}`
        const found = connections.link(frames, i)
        links.set(pair, found)
        if (found.how === 'none') missing.set(pair, `${pair}, wanted in ${phase}: ${frames.join(' < ')}`)
      }
    const told = (found: Link): string => (found.how === 'root' ? `root (${found.kind})` : found.how)
    console.log(
      `${seen.stacks.length} stacks, ${links.size} pairs of frames`,
      counted([...links.values()].map(told)),
      `${seen.aml} stacks of firmware code (AML), which no C text shows`,
    )
    expect([...missing.values()]).toEqual([])
    expect(links.size).toBeGreaterThan(200)
  })

  test('each writer is a site that can run in the phase it was seen in, or has one put into it', () => {
    const reachable = new Map(PHASES.map((phase) => [phase, sitesIn(phase)]))
    const missing = new Set<string>()
    const found = new Set<string>()
    for (const { frames, phase } of seen.stacks) {
      const [writer] = frames as [string]
      if (phasesOf(phase).some((p) => leadsToSite(writer, reachable.get(p)!))) found.add(`${phase}: ${writer}`)
      else missing.add(`${phase}: ${frames.slice(0, 8).join(' < ')}`)
    }
    console.log(`${found.size} writers`, counted([...found].map((writer) => writer.split(':')[0]!)))
    expect([...missing]).toEqual([])
    expect(found.size).toBeGreaterThan(40)
  })

  /** A user's action is no phase: what it runs must be known at all. Work that boot has set up runs after it as well. */
  function phasesOf(phase: Stack['phase']): readonly Phase[] {
    if (phase === 'user') return PHASES
    return phase === 'userspace' ? ['userspace', 'boot'] : [phase]
  }

  /** Functions with a site that a phase can run. */
  function sitesIn(phase: Phase): ReadonlySet<number> {
    const { index, symbols } = connections.program
    const places = new Set(
      reportOn(kernel!)
        .sites.filter((site) => site.phases[phase].reachable)
        .map((site) => `${site.file} ${site.function}`),
    )
    const found = new Set<number>()
    for (let fn = 0; fn < symbols.count; fn++)
      if (places.has(`${index.files[symbols.file[fn]!]!.path} ${symbols.text(symbols.name[fn]!)}`)) found.add(fn)
    return found
  }

  function leadsToSite(writer: string, sites: ReadonlySet<number>): boolean {
    const fns = connections.named(writer)
    return fns.some((fn) => sites.has(fn)) || connections.missing(fns, sites) !== null
  }
})
