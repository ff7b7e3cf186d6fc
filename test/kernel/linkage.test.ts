/**
 * Linkage on the names that are hard: a header's stub beside the real function, weak functions, static functions of one
 * name in several files, functions of other arches. What a call must mean is read from the text here, without the engine.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { defaultSettings } from '../../src/core/config/settings.js'
import { EDGE_KINDS } from '../../src/core/program/graph.js'
import { link, type Program } from '../../src/core/program/linker.js'
import { indexTree } from '../../src/node/indexTree.js'
import { blanked, deadLines } from './cText.js'
import { filesWith, KERNELS, NEWEST, sourceOf, treeOf } from './kernelTree.js'

const NOT_KERNEL = /^(?:tools|samples|scripts|Documentation|usr|rust)\/|^drivers\/gpu\/drm\/amd\/include\//
const archOf = (path: string): string | null => /^arch\/(\w+)\//.exec(path)?.[1] ?? null
const isCodeOf = (arch: string, path: string): boolean =>
  !NOT_KERNEL.test(path) && [null, arch].includes(archOf(path)) && !path.startsWith(`arch/${arch}/boot/`)

/** A function with a body as the text shows it: its head begins in the first column, its brace stands alone there. */
interface Definition {
  readonly name: string
  readonly path: string
  readonly isStatic: boolean
  readonly isWeak: boolean
  readonly body: string
}

/** Text without comments, strings, preprocessor lines and what `#if 0` takes away. */
function codeOf(text: string): string {
  const rows = blanked(text).split('\n')
  const dead = deadLines(rows)
  const alive = rows.map((row, i) => (dead.has(i + 1) ? '' : row)).join('\n')
  return alive.replace(/^[ \t]*#(?:[^\n]*\\\n)*[^\n]*/gm, '')
}

function definitionsIn(kernel: string, path: string): readonly Definition[] {
  const found: Definition[] = []
  for (const [, head = '', body = ''] of codeOf(sourceOf(kernel, path)).matchAll(
    /^((?:[A-Za-z_][^\n;{}=]*\n)(?:[^\n;{}=#]*\n){0,8}?)\{\n([\s\S]*?)^\}/gm,
  )) {
    const name = /\b(\w+)\s*\((?:[^()]|\([^()]*\))*\)[^()]*$/.exec(head)?.[1]
    // A closing brace that is not in the first column: what follows is another function.
    if (name === undefined || /^[A-Z0-9_]+$/.test(name) || body.includes('\n{\n')) continue
    found.push({ name, path, isStatic: /\bstatic\b/.test(head), isWeak: /\b__weak\b/.test(head), body })
  }
  return found
}

/** Names of `static inline` functions with a body in a header, one-line bodies too. */
function stubsIn(kernel: string, path: string): readonly string[] {
  return [
    ...codeOf(sourceOf(kernel, path)).matchAll(
      /^static\s+(?:__always_)?inline\b[^;{}()]*?\b(\w+)\s*\([^;{}]*?\)\s*\{/gm,
    ),
  ].map((match) => match[1]!)
}

/** Everything that the text says about a set of files, by name. */
class Texts {
  readonly definitions = new Map<string, Definition[]>()
  readonly inFile = new Map<string, readonly Definition[]>()

  constructor(kernel: string, paths: readonly string[]) {
    for (const path of paths) {
      const list = definitionsIn(kernel, path)
      this.inFile.set(path, list)
      for (const definition of list)
        this.definitions.set(definition.name, [...(this.definitions.get(definition.name) ?? []), definition])
    }
  }

  named(name: string): readonly Definition[] {
    return this.definitions.get(name) ?? []
  }
}

/** Targets of the calls by name in a program, as `path name`. */
class Edges {
  private readonly byCaller = new Map<string, number[]>()

  constructor(readonly program: Program) {
    const { symbols } = program
    for (let fn = 0; fn < symbols.count; fn++) {
      const key = this.told(fn)
      const list = this.byCaller.get(key)
      if (list) list.push(fn)
      else this.byCaller.set(key, [fn])
    }
  }

  told(fn: number): string {
    const { symbols, index } = this.program
    return `${index.files[symbols.file[fn]!]!.path} ${symbols.text(symbols.name[fn]!)}`
  }

  /** Files of what a function calls under a name; null if the caller is not in the program. */
  targets(path: string, caller: string, callee: string): readonly string[] | null {
    const callers = this.byCaller.get(`${path} ${caller}`)
    if (!callers || !this.isBuilt(path)) return null
    const { graph, symbols } = this.program
    const found = new Set<string>()
    for (const from of callers)
      for (let edge = graph.first[from]!; edge < graph.first[from + 1]!; edge++) {
        const to = graph.to[edge]!
        if (EDGE_KINDS[graph.kind[edge]!] !== 'direct' || symbols.text(symbols.name[to]!) !== callee) continue
        found.add(this.told(to).split(' ')[0]!)
      }
    return [...found].sort()
  }

  /** Files of another arch that have functions in the program. */
  foreignFiles(arch: string): readonly string[] {
    return this.program.index.files
      .filter((file) => file.facts && ![null, arch].includes(archOf(file.path)))
      .map((file) => file.path)
  }

  isBuilt(path: string): boolean {
    this.built ??= new Map(this.program.index.files.map((file) => [file.path, file.isBuilt]))
    return this.built.get(path) === true
  }
  private built: Map<string, boolean> | null = null
}

const callOf = (name: string): RegExp => new RegExp(`(?<![.>\\w]\\s*)\\b${name}\\s*\\(`)

async function edgesFor(kernel: string, arch: string): Promise<Edges> {
  return new Edges(link(await indexTree(treeOf(kernel), { arch, config: null, jobs: 1 })))
}

/** What calls of the weak functions of drivers/pci mean: the strong one where this program's files have it. */
function weakCalls(texts: Texts, edges: Edges) {
  const weak = [...texts.definitions]
    .filter(([, list]) => list.some((d) => d.isWeak && d.path.startsWith('drivers/pci/')))
    .map(([name]) => name)
  const wrong: string[] = []
  let calls = 0
  let replaced = 0
  for (const name of weak) {
    const all = texts.named(name).filter((d) => !d.isStatic && edges.isBuilt(d.path))
    const strong = all.filter((d) => !d.isWeak)
    const expected = [...new Set((strong.length > 0 ? strong : all).map((d) => d.path))].sort()
    const call = callOf(name)
    for (const { path, name: caller, body } of [...texts.inFile.values()].flat()) {
      if (caller === name || !call.test(body)) continue
      const targets = edges.targets(path, caller, name)?.filter((target) => target.endsWith('.c'))
      if (!targets) continue
      calls++
      if (strong.length > 0) replaced++
      if (targets.join() !== expected.join()) wrong.push(`${path} ${caller}: ${name} -> ${targets} not ${expected}`)
    }
  }
  return { calls, replaced, wrong }
}

function tell(what: string, list: readonly string[]): void {
  console.log([what, ...list.slice(0, 40).map((line) => `  ${line}`)].join('\n'))
}

describe.each(KERNELS)('%s, x86', (kernel) => {
  let edges: Edges
  let pci: Texts
  let pciFiles: readonly string[]

  beforeAll(async () => {
    edges = await edgesFor(kernel, defaultSettings.arch)
    pciFiles = filesWith(kernel, ['pci_dev', 'pci_bus', 'pci_host_bridge']).filter((path) => isCodeOf('x86', path))
    pci = new Texts(
      kernel,
      pciFiles.filter((path) => path.endsWith('.c')),
    )
  })

  test('a call of a PCI function that a header has a stub for means the real one, wherever it is called', () => {
    const headers = pciFiles.filter((path) => /^(?:include\/linux\/|drivers\/pci\/).*\.h$/.test(path))
    const stubs = new Map<string, string[]>()
    for (const header of headers)
      for (const name of stubsIn(kernel, header)) stubs.set(name, [...(stubs.get(name) ?? []), header])
    const functions = [...stubs.keys()].filter((name) => realOnes(name).length > 0)
    let calls = 0
    const wrong: string[] = []
    for (const name of functions) {
      const real = realOnes(name).map((definition) => definition.path)
      for (const { path, name: caller } of callersOf(name)) {
        const targets = edges.targets(path, caller, name)
        if (targets === null) continue
        calls++
        const others = targets.filter((target) => !real.includes(target) && !stubs.get(name)!.includes(target))
        if (!real.some((target) => targets.includes(target)) || others.length > 0)
          wrong.push(`${path} ${caller}: ${name} -> ${targets.join(', ') || 'nothing'}, not ${real.join(', ')}`)
      }
    }
    tell(`${kernel}: ${functions.length} PCI functions beside a stub, ${calls} calls of them`, wrong)
    expect(functions.length).toBeGreaterThan(100)
    expect(calls).toBeGreaterThan(1000)
    expect(wrong).toEqual([])
  })

  test('a static function that several files have is called in its own file only', () => {
    const names = [...pci.definitions].filter(([, list]) => list.filter((d) => d.isStatic).length > 1).map(([n]) => n)
    let calls = 0
    const wrong: string[] = []
    for (const name of names)
      for (const own of pci.named(name).filter((d) => d.isStatic))
        for (const { path, name: caller } of callersIn(own.path, name)) {
          const targets = edges.targets(path, caller, name)
          if (targets === null) continue
          calls++
          if (targets.join() !== own.path)
            wrong.push(`${path} ${caller}: ${name} -> ${targets.join(', ') || 'nothing'}`)
        }
    tell(`${kernel}: ${names.length} names of static functions in several files, ${calls} calls of them`, wrong)
    expect(calls).toBeGreaterThan(1000)
    expect(wrong).toEqual([])
  })

  test('a weak function gives way to the strong one of this arch, and to no other', () => {
    const { calls, wrong, replaced } = weakCalls(pci, edges)
    tell(`${kernel}: ${calls} calls of weak PCI functions, ${replaced} of them mean a strong one`, wrong)
    expect(replaced).toBeGreaterThan(0)
    expect(calls).toBeGreaterThan(replaced)
    expect(wrong).toEqual([])
  })

  test('nothing of another arch is in the program', () => {
    expect(edges.foreignFiles('x86')).toEqual([])
  })

  /** Extern definitions of a PCI function in files that are built. */
  function realOnes(name: string): readonly Definition[] {
    return pci.named(name).filter((definition) => !definition.isStatic && edges.isBuilt(definition.path))
  }

  function callersIn(path: string, name: string): readonly Definition[] {
    const call = callOf(name)
    return pci.inFile.get(path)!.filter((d) => d.name !== name && call.test(d.body))
  }

  /** Functions whose text calls a name, in files that have no function of that name themselves. */
  function callersOf(name: string): readonly Definition[] {
    const call = callOf(name)
    return [...pci.inFile.values()].flatMap((list) =>
      list.some((d) => d.name === name) ? [] : list.filter((d) => d.name !== name && call.test(d.body)),
    )
  }
})

test('another arch has its own functions, and none of x86', async () => {
  const edges = await edgesFor(NEWEST, 'arm64')
  const words = ['pci_dev', 'pci_bus', 'pci_host_bridge']
  const files = filesWith(NEWEST, words).filter((path) => path.endsWith('.c') && isCodeOf('arm64', path))
  const { calls, replaced, wrong } = weakCalls(new Texts(NEWEST, files), edges)
  tell(`${NEWEST}, arm64: ${calls} calls of weak PCI functions, ${replaced} of them mean a strong one`, wrong)
  expect(replaced).toBeGreaterThan(0)
  expect(wrong).toEqual([])
  expect(edges.foreignFiles('arm64')).toEqual([])
})
