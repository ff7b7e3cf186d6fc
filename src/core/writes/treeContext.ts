/**
 * What the fields of a write may depend on outside of its function: constants of headers, the arguments of callers, and
 * where the file fills a struct's field with an offset. Read on demand, each function and header once.
 */
import { slice } from '../functions/controlFlow.js'
import type { CParser } from '../functions/parser.js'
import { heldAt, readFunction } from '../guards/readFunction.js'
import { callersIn, edgesTo } from '../program/callers.js'
import { kindNumber } from '../program/graph.js'
import type { Program } from '../program/linker.js'
import type { ProgramGuards } from '../program/programGuards.js'
import type { PassedConstant } from '../program/specialise.js'
import { type Constant, type ConstantOf, TreeConstants } from './constants.js'
import type { WriteContext } from './functionWrites.js'
import { placesOf, type RegisterPlace } from './offsets.js'
import { evaluateConstant, type RegisterNames } from './registers.js'
import { sourceOfRow } from './sourceOfRow.js'

type Places = readonly RegisterPlace[] | null

/** A parameter with more callers than this, or callers of callers deeper than that, is left unresolved. */
const MOST_CALLERS = 24
const MOST_DEPTH = 3
/** Texts of files that are held at one time: writers come file by file. */
const MOST_FILES = 64
const NO_PLACES = (): null => null
const NOT_HELD = (): undefined => undefined

export class TreeContext {
  private readonly constants: TreeConstants
  private readonly arguments = new Map<string, Places>()
  private readonly stores = new Map<string, Places>()
  private readonly fileConstants = new Map<string, { readonly text: string; readonly constantOf: ConstantOf }>()

  constructor(
    private readonly program: Program,
    private readonly read: (path: string) => string | null,
    private readonly parser: CParser,
    readonly registers: RegisterNames,
    arch: string,
    private readonly guards: ProgramGuards,
  ) {
    this.constants = new TreeConstants(registers, read, arch)
  }

  /**
   * The context of a function of the file at `path`, which holds `text` now; `fn` is its number, null if it is new;
   * `passed` are the constants on the way to it that is looked at.
   */
  of(path: string, text: string, fn: number | null, passed: readonly PassedConstant[] = []): WriteContext {
    return { ...this.at(path, text, fn, 0), passed }
  }

  private at(path: string, text: string, fn: number | null, depth: number): WriteContext {
    return {
      guards: this.guards.of(this.fileNumber(path), fn),
      passed: [],
      names: this.registers,
      constantOf: (name) => this.constantsOf(path, text)(name),
      argument: fn === null ? NO_PLACES : (position) => this.argumentPlaces(fn, position, depth),
      field: (name) => this.storedPlaces(path, text, name, fn, depth),
    }
  }

  /** Value of a constant expression in the file at `path`, null if it is none or holds a name that cannot be told. */
  constantIn(path: string, text: string, expression: string): number | null {
    const constantOf = this.constantsOf(path, text)
    return evaluateConstant(expression, (name) => constantOf(name)?.value ?? null)
  }

  private constantsOf(path: string, text: string): ConstantOf {
    const known = this.fileConstants.get(path)
    if (known?.text === text) return known.constantOf
    const constantOf: (name: string) => Constant | null = this.constants.seenFrom(path, text)
    if (this.fileConstants.size >= MOST_FILES) this.fileConstants.clear()
    this.fileConstants.set(path, { text, constantOf })
    return constantOf
  }

  private readonly fileNumbers = new Map<string, number>()

  private fileNumber(path: string): number {
    if (this.fileNumbers.size === 0)
      for (const [f, file] of this.program.index.files.entries()) this.fileNumbers.set(file.path, f)
    return this.fileNumbers.get(path) ?? 0
  }

  /** What the callers hand over as a parameter, null unless every call is one by name with an argument that is known. */
  private argumentPlaces(fn: number, position: number, depth: number): Places {
    const key = `${fn} ${position}`
    const known = this.arguments.get(key)
    if (known !== undefined) return known
    this.arguments.set(key, null)
    const callers = depth < MOST_DEPTH ? this.callersOf(fn) : null
    const places: RegisterPlace[] = []
    let isKnown = callers !== null && callers.length > 0
    for (const caller of callers ?? []) {
      const handed = isKnown ? this.handedOver(caller, fn, position, depth + 1) : null
      if (handed) places.push(...handed)
      else isKnown = false
    }
    const found = isKnown ? places : null
    // What was cut off for its depth may be told from nearer by.
    if (found || depth === 0) this.arguments.set(key, found)
    else this.arguments.delete(key)
    return found
  }

  /** Functions that call this one, null if it is also called some other way or by too many. */
  private callersOf(fn: number): readonly number[] | null {
    const { graph } = this.program
    const { first, from } = callersIn(graph)
    const callers = from.subarray(first[fn], first[fn + 1])
    if (callers.length > MOST_CALLERS) return null
    const isDirect = (caller: number): boolean =>
      edgesTo(graph, caller, fn).every((edge) => graph.kind[edge] === kindNumber.direct)
    return callers.every(isDirect) ? [...callers] : null
  }

  private handedOver(caller: number, fn: number, position: number, depth: number): Places {
    const { symbols, index } = this.program
    const f = symbols.file[caller]!
    const { path, facts } = index.files[f]!
    const text = this.read(path)
    const source = text === null ? null : sourceOfRow(text, facts!, caller - symbols.first[f]!)
    if (text === null || !source) return null
    const read = readFunction(source, this.parser)
    const name = symbols.text(symbols.name[fn]!)
    const calls = read.calls.filter((call) => !call.receiver && call.callee === name)
    const context = this.at(path, text, caller, depth)
    const places = calls.map((call) => {
      const argument = call.args[position]
      return argument ? placesOf(argument, heldAt(read, call), read.fn, context) : null
    })
    return places.length > 0 && places.every((each) => each !== null) ? places.flat() : null
  }

  /** Registers that the file stores in a field of this name: `desc->pci.mask_pos = dev->msi_cap + PCI_MSI_MASK_64`. */
  private storedPlaces(path: string, text: string, field: string, fn: number | null, depth: number): Places {
    const key = `${path} ${field} ${text.length}`
    const known = this.stores.get(key)
    if (known !== undefined) return known
    this.stores.set(key, null)
    const store = new RegExp(`(?:->|\\.)\\s*${field}\\s*=(?!=)\\s*([^;=]+);`, 'g')
    const places = [...text.matchAll(store)].map(([, value = '']) => this.placesOfText(value, path, text, fn, depth))
    const found = places.length > 0 && places.every((each) => each !== null) ? places.flat() : null
    this.stores.set(key, found)
    return found
  }

  private placesOfText(value: string, path: string, text: string, fn: number | null, depth: number): Places {
    const wrapped = `void _(void) { _(${value}); }`
    const read = readFunction({ file: wrapped, start: 0, end: wrapped.length, isMacro: false }, this.parser)
    const argument = read.calls.find((call) => slice(wrapped, call.node).startsWith('_('))?.args[0]
    return argument
      ? placesOf(argument, NOT_HELD, read.fn, { ...this.at(path, text, fn, depth), argument: NO_PLACES })
      : null
  }
}
