/** Every function that wrote config space while a real 6.1 kernel booted is found reachable at boot. */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Site } from '../../src/core/report/schema.js'
import { describeWhere } from '../fixtures/whereGiven.js'
import { KERNELS, reportOn, sourceOf } from './kernelTree.js'

const TRACE = fileURLToPath(new URL('../../../shared/data/traces/ftrace-6.1-q35.txt.gz', import.meta.url))
const kernel = KERNELS.find((name) => name.endsWith('-6.1'))
const lacking = !existsSync(TRACE) ? `there is no ${TRACE}` : kernel === undefined ? 'there is no 6.1 kernel' : null

/** Frames of the tracer and of the accessors below the function that writes. */
const BELOW =
  /^(arch_ftrace_\w+|ftrace_\w+|pci_conf[12]_write|pci_mmcfg_write|raw_pci_write|pci_write|pci_(bus_|user_)?write_config_\w+|pci_clear_and_set_config_dword|pcie_capability_(write|set|clear)\w+)$/
/** The firmware's own code, interpreted: no C text tells what it writes. */
const isAml = (frames: readonly string[]): boolean => frames.some((frame) => /^acpi_(ps|ex|ds)_/.test(frame))

/** The stacks of a trace, each once, innermost frame first, without the compiler's suffixes. */
function stacksOf(trace: string): readonly (readonly string[])[] {
  const stacks = new Map<string, readonly string[]>()
  for (const block of trace.split('<stack trace>').slice(1)) {
    const end = block.search(/\n(?! => )/)
    const frames = [...block.slice(0, end < 0 ? undefined : end + 1).matchAll(/^ => ([A-Za-z_]\w*)/gm)].map(
      ([, name]) => name!,
    )
    stacks.set(frames.join(' '), frames)
  }
  return [...stacks.values()]
}

describeWhere(lacking === null, 'a real boot', lacking ?? '', () => {
  test('each writer is reachable at boot, in its own frame or inlined into it', () => {
    const stacks = stacksOf(gunzipSync(readFileSync(TRACE)).toString('latin1'))
    const atBoot = reportOn(kernel!).sites.filter((site) => site.phases.boot.reachable)
    const writers = new Set(atBoot.map((site) => site.function))
    const missing = new Set<string>()
    const found = new Set<string>()
    let aml = 0
    for (const frames of stacks) {
      const writer = frames.find((frame) => !BELOW.test(frame))!
      if (isAml(frames)) aml++
      else if (writers.has(writer) || inlines(writer, atBoot)) found.add(writer)
      else missing.add(frames.slice(0, 6).join(' < '))
    }
    console.log(`${stacks.length} stacks, ${found.size} writing functions, ${aml} stacks of firmware code (AML)`)
    expect([...missing]).toEqual([])
    expect(found.size).toBeGreaterThan(40)
  })
})

/** Frames that a compiler may have left out between a function and the writer it calls: inlined, or left by a tail call. */
const FEW = 4

/** Whether a function leads to a writer through functions of its own file, or on a path of the report in few steps. */
function inlines(caller: string, sites: readonly Site[]): boolean {
  const shown = sites.some(({ phases: { boot } }) => {
    const at = boot.reachable ? boot.path.findIndex((hop) => hop.function === caller) : -1
    return boot.reachable && at >= 0 && boot.path.length - 1 - at <= FEW
  })
  if (shown) return true
  const names = new Map<string, Set<string>>()
  for (const { file, function: name } of sites) names.set(file, (names.get(file) ?? new Set()).add(name))
  return [...names].some(([file, writers]) => leadsToWriter(sourceOf(kernel!, file), caller, writers))
}

function leadsToWriter(text: string, caller: string, writers: ReadonlySet<string>): boolean {
  let level = new Set([caller])
  for (let steps = 0; steps < FEW; steps++) {
    const called = new Set<string>()
    for (const name of level) for (const [, callee] of bodyOf(text, name).matchAll(/\b(\w+)\(/g)) called.add(callee!)
    if ([...called].some((name) => writers.has(name))) return true
    level = called
  }
  return false
}

function bodyOf(text: string, name: string): string {
  if (!text.includes(`${name}(`)) return ''
  return new RegExp(`^[^\\s#/][^\\n;]*\\b${name}\\([^;{]*\\{\\n[^]*?^\\}`, 'm').exec(text)?.[0] ?? ''
}
