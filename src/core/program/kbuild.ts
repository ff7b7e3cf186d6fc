/**
 * Which .c files can be in a kernel of one architecture, from Kbuild files and Kconfig. A file that no Makefile names
 * (included by another, or built by rules that are not read here) is taken as built.
 */
import { KconfigSymbols, type ReadText } from './kconfig.js'

/** Per object or folder name: the CONFIG symbols of each line that lists it, and the composite it belongs to. */
interface Entry {
  readonly symbols: readonly string[]
  readonly composite: string | null
}
type Makefile = ReadonlyMap<string, readonly Entry[]>

export class BuildRules {
  private readonly symbols: KconfigSymbols
  private readonly makefiles = new Map<string, Makefile>()
  private readonly folders = new Map<string, boolean>()

  constructor(
    private readonly read: ReadText,
    arch: string,
  ) {
    this.symbols = new KconfigSymbols(read, arch)
  }

  /** False only if no configuration of the architecture builds the file. Headers are never ruled out. */
  canBeBuilt(path: string): boolean {
    if (!this.symbols.isKnown || !path.endsWith('.c')) return true
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
    const entries = this.makefile(folder).get(name)
    if (!entries || depth > 5) return true
    return entries.some(
      ({ symbols, composite }) =>
        symbols.every((symbol) => !this.symbols.isNever(symbol)) &&
        (composite === null || composite === name || this.objectCanBeBuilt(folder, composite, depth + 1)),
    )
  }

  private makefile(folder: string): Makefile {
    const known = this.makefiles.get(folder)
    if (known) return known
    const path = folder === '' ? '' : `${folder}/`
    const text = this.read(`${path}Kbuild`) ?? this.read(`${path}Makefile`) ?? ''
    const parsed = readMakefile(text)
    this.makefiles.set(folder, parsed)
    return parsed
  }
}

const LIST = /^([\w.-]+?)-(y|m|objs|\$\(.*?\)+|\$\(subst [^)]*\)\))[ \t]*(?:\+=|:=|\?=|=)[ \t]*(.*)$/

/** `obj-$(CONFIG_PCI) += probe.o msi/` and `composite-y := a.o b.o`. */
function readMakefile(text: string): Makefile {
  const entries = new Map<string, Entry[]>()
  for (const line of text.replace(/\\\r?\n/g, ' ').split('\n')) {
    const [, target, condition = '', items = ''] = LIST.exec(line.replace(/#.*/, '').trimEnd()) ?? []
    if (target === undefined) continue
    const symbols = [...condition.matchAll(/CONFIG_(\w+)/g)].map((m) => m[1]!)
    const composite = /^(obj|lib|core|drivers|net|libs|virt|head)$/.test(target) ? null : `${target}.o`
    for (const item of items.split(/\s+/)) {
      if (!/^[\w./-]+(\.o|\/)$/.test(item)) continue
      entries.set(item, [...(entries.get(item) ?? []), { symbols, composite }])
    }
  }
  return entries
}
