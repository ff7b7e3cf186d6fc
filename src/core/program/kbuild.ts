/**
 * Which .c files can be in a kernel of one architecture, from Kbuild files, Kconfig and a `.config`. A file that no Makefile names
 * (included by another, or built by rules that are not read here) is taken as built.
 */
import type { KernelConfig } from '../config/kernelConfig.js'
import { KconfigSymbols, type ReadText } from './kconfig.js'

/** Per object or folder name: what each line that lists it asks of CONFIG symbols, and the composite it belongs to. */
interface Entry {
  readonly needs: readonly Need[]
  readonly composite: string | null
}
/** A CONFIG symbol that is set, or not, where a line counts. */
interface Need {
  readonly symbol: string
  readonly isSet: boolean
}
type Makefile = ReadonlyMap<string, readonly Entry[]>

export class BuildRules {
  private readonly symbols: KconfigSymbols
  private readonly makefiles = new Map<string, Makefile>()
  private readonly folders = new Map<string, boolean>()
  /** Answers for objects by depth and path: hundreds of a driver's objects ask for the same composite (0.5 s of a kernel). */
  private readonly objects = new Map<string, boolean>()

  constructor(
    private readonly read: ReadText,
    arch: string,
    config: KernelConfig | null = null,
  ) {
    this.symbols = new KconfigSymbols(read, arch, config)
  }

  /** False only if no configuration that is reviewed builds the file. Headers are never ruled out. */
  canBeBuilt(path: string): boolean {
    if (!path.endsWith('.c')) return true
    const at = path.lastIndexOf('/')
    const folder = path.slice(0, Math.max(0, at))
    return this.folderCanBeBuilt(folder) && this.objectCanBeBuilt(folder, `${path.slice(at + 1, -2)}.o`, 0)
  }

  private folderCanBeBuilt(folder: string): boolean {
    if (folder === '') return true
    const known = this.folders.get(folder)
    if (known !== undefined) return known
    const at = folder.lastIndexOf('/')
    const parent = folder.slice(0, Math.max(0, at))
    const can = this.folderCanBeBuilt(parent) && this.objectCanBeBuilt(parent, `${folder.slice(at + 1)}/`, 0)
    this.folders.set(folder, can)
    return can
  }

  private objectCanBeBuilt(folder: string, name: string, depth: number): boolean {
    const key = `${depth}${folder}/${name}`
    const known = this.objects.get(key)
    if (known !== undefined) return known
    const can = this.evaluateObject(folder, name, depth)
    this.objects.set(key, can)
    return can
  }

  private evaluateObject(folder: string, name: string, depth: number): boolean {
    const entries = this.makefile(folder).get(name)
    if (!entries || depth > 5) return true
    return entries.some(
      ({ needs, composite }) =>
        needs.every((need) => this.canHold(need)) &&
        (composite === null || composite === name || this.objectCanBeBuilt(folder, composite, depth + 1)),
    )
  }

  private canHold({ symbol, isSet }: Need): boolean {
    return isSet ? !this.symbols.isNever(symbol) : !this.symbols.isAlways(symbol)
  }

  private makefile(folder: string): Makefile {
    const known = this.makefiles.get(folder)
    if (known) return known
    const path = folder === '' ? '' : `${folder}/`
    const text = this.read(`${path}Kbuild`) ?? this.read(`${path}Makefile`) ?? ''
    const parsed = withBits(readMakefile(text.replaceAll('$(BITS)', '64')), text)
    this.makefiles.set(folder, parsed)
    return parsed
  }
}

/** `init_$(BITS).o`: a live update needs 64 bits, so the object of the other width is never built. */
function withBits(makefile: Makefile, text: string): Makefile {
  const other = [...text.matchAll(/([\w-]+)\$\(BITS\)\.o/g)].map((m) => `${m[1]}32.o`)
  const never: readonly Entry[] = [{ needs: [{ symbol: '64BIT', isSet: false }], composite: null }]
  return new Map([...makefile, ...other.map((name) => [name, never] as const)])
}

const LIST = /^([\w.-]+?)-(y|m|objs|\$\(.*?\)+|\$\(subst [^)]*\)\))[ \t]*(?:\+=|:=|\?=|=)[ \t]*(.*)$/

const CONDITION = /^\s*(ifdef|ifndef|ifeq|ifneq)\b\s*(.*)$/

/** `obj-$(CONFIG_PCI) += probe.o msi/` and `composite-y := a.o b.o`, inside `ifdef CONFIG_PCI` .. `endif` or not. */
function readMakefile(text: string): Makefile {
  const entries = new Map<string, Entry[]>()
  const open: Conditional[] = []
  for (const raw of text.replace(/\\\r?\n/g, ' ').split('\n')) {
    const line = raw.replace(/#.*/, '').trimEnd()
    if (readConditional(line, open)) continue
    const [, target, condition = '', items = ''] = LIST.exec(line) ?? []
    if (target === undefined) continue
    const symbols = [...condition.matchAll(/CONFIG_(\w+)/g)].map((m) => ({ symbol: m[1]!, isSet: true }))
    const needs = [...open.flatMap(({ need }) => need ?? []), ...symbols]
    const composite = /^(obj|lib|core|drivers|net|libs|virt|head)$/.test(target) ? null : `${target}.o`
    for (const item of items.split(/\s+/)) {
      if (!/^[\w./-]+(\.o|\/)$/.test(item)) continue
      entries.set(item, [...(entries.get(item) ?? []), { needs, composite }])
    }
  }
  return entries
}

/** One of make's conditionals: what the lines being read need, and those behind its `else`; null if that is not understood. */
interface Conditional {
  readonly need: Need | null
  readonly otherwise: Need | null
}

/** True for a line of a conditional; `open` are those that the next line stands in. */
function readConditional(line: string, open: Conditional[]): boolean {
  const [, word, rest = ''] = CONDITION.exec(line) ?? []
  if (word !== undefined) {
    open.push(conditionalOf(word, rest.trim()))
    return true
  }
  if (/^\s*endif\b/.test(line)) open.pop()
  else if (/^\s*else\b/.test(line)) {
    const { need, otherwise } = open.pop() ?? { need: null, otherwise: null }
    open.push(/^\s*else\s+if/.test(line) ? { need: null, otherwise: null } : { need: otherwise, otherwise: need })
  } else return false
  return true
}

/** `ifdef CONFIG_X`, `ifeq ($(CONFIG_X),y)`, `ifneq ($(CONFIG_X),)`. What is not `y` may still be `m`. */
function conditionalOf(word: string, rest: string): Conditional {
  const [, defined, compared, value = ''] =
    /^(?:CONFIG_(\w+)|\(\s*\$\(CONFIG_(\w+)\)\s*,\s*([ym]?)\s*\))$/.exec(rest) ?? []
  const symbol = defined ?? compared
  if (symbol === undefined) return { need: null, otherwise: null }
  const set = { symbol, isSet: true }
  const unset = value === '' ? { symbol, isSet: false } : null
  const asksForSet = word === 'ifdef' || (word === 'ifeq') === (value !== '')
  return asksForSet && word !== 'ifndef' ? { need: set, otherwise: unset } : { need: unset, otherwise: set }
}
