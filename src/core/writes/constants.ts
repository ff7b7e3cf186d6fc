/**
 * Constants as a file of the tree sees them: pci_regs.h, the file's own `#define`, and those of the headers that it
 * includes by name and that have to do with PCI or VFIO. Texts are read on demand and each once.
 */
import { joined } from '../program/symbols.js'
import { detached } from '../text/detached.js'
import { evaluateConstant, type RegisterNames } from './registers.js'

export interface Constant {
  readonly value: number
  /** Names of pci_regs.h that it is made of; its own name if there are none. */
  readonly names: readonly string[]
}

/** Constant that a name stands for at one place of the tree, null if it is none that can be told. */
export type ConstantOf = (name: string) => Constant | null

/** Headers with bits of PCI registers that every PCI file sees, included or not. */
const ALWAYS = ['include/linux/pci.h']
const DEEPEST = 8
/** So many headers of a file are looked into for those that they include. */
const MOST_HEADERS = 40

/** Directives, found by their `#` before what stands in front of it is looked at: most of a text is none. */
const INCLUDE = /#(?<=^[ \t]*#)[ \t]*include[ \t]+(["<])([^">\n]+)[">]/gm
const DEFINE = /#(?<=^[ \t]*#)[ \t]*define[ \t]+(\w+)[ \t]+((?:[^\n\\]|\\[^\n]|\\\r?\n)*)/gm

interface Header {
  readonly defines: ReadonlyMap<string, string>
  readonly includes: readonly string[]
}

export class TreeConstants {
  private readonly headers = new Map<string, Header>()

  constructor(
    private readonly registers: RegisterNames,
    private readonly read: (path: string) => string | null,
    private readonly arch: string,
  ) {}

  /** Constants that the file at `path` with this text sees. */
  seenFrom(path: string, text: string): ConstantOf {
    const known = new Map<string, Constant | null>()
    let own: ReadonlyMap<string, string> | null = null
    let included: readonly string[] | null = null
    const bodyOf = (name: string): string | null => {
      own ??= definesIn(text)
      const here = own.get(name)
      if (here !== undefined) return here
      included ??= this.includesOf(path, text)
      for (const header of included) {
        const body = this.header(header).defines.get(name)
        if (body !== undefined) return body
      }
      return null
    }
    const find = (name: string, depth: number): Constant | null => {
      const value = this.registers.value(name)
      if (value !== null) return { value, names: [name] }
      if (!/^_{0,2}[A-Z]\w+$/.test(name) || depth > DEEPEST) return null
      const cached = known.get(name)
      if (cached !== undefined) return cached
      known.set(name, null)
      const constant = this.evaluate(name, bodyOf(name), (inner) => find(inner, depth + 1))
      known.set(name, constant)
      return constant
    }
    return (name) => find(name, 0)
  }

  private evaluate(name: string, body: string | null, find: ConstantOf): Constant | null {
    if (body === null) return null
    const names: string[] = []
    const value = evaluateConstant(body, (inner) => {
      const constant = find(inner)
      if (constant) names.push(...constant.names.filter((each) => this.registers.value(each) !== null))
      return constant?.value ?? null
    })
    return value === null ? null : { value, names: names.length > 0 ? names : [name] }
  }

  private header(path: string): Header {
    const known = this.headers.get(path)
    if (known) return known
    const text = this.read(path) ?? ''
    const header = { defines: definesIn(text), includes: this.namedIn(path, text) }
    this.headers.set(path, header)
    return header
  }

  /** Headers that a file includes, and those that these include, nearest first. */
  private includesOf(path: string, text: string): readonly string[] {
    const found = new Set(this.namedIn(path, text))
    // A set hands out what is added while it is walked.
    for (const header of found) {
      if (found.size > MOST_HEADERS) break
      for (const next of this.header(header).includes) found.add(next)
    }
    return [...found, ...ALWAYS]
  }

  private namedIn(path: string, text: string): readonly string[] {
    const found: string[] = []
    for (const [, open, name = ''] of text.matchAll(INCLUDE)) {
      if (open === '"') found.push(joined(path, detached(name)))
      else if (name.startsWith('asm/')) found.push(detached(`arch/${this.arch}/include/${name}`))
      else if (/pci|vfio/.test(name)) found.push(detached(`include/${name}`), detached(`include/uapi/${name}`))
    }
    return found
  }
}

function definesIn(text: string): ReadonlyMap<string, string> {
  const defines = new Map<string, string>()
  for (const [, name = '', body = ''] of text.matchAll(DEFINE)) if (!defines.has(name)) defines.set(name, plain(body))
  return defines
}

/** Without comments, line ends and the type that `((pci_power_t __force) 3)` gives a number. */
function plain(body: string): string {
  return body
    .replace(/\/\*.*?(?:\*\/|$)|\/\/.*$/gs, '')
    .replace(/\\\r?\n/g, ' ')
    .replace(/\(\s*\w+_t(?:\s+__force)?\s*\)/g, '')
    .trim()
}
