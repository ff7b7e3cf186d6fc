/**
 * Which PCI fixups can match a device of given ids. Names of ids are read from the tree's pci_ids.h and from the file
 * that declares the fixup; an id that neither tells can match: it is not known not to.
 */
import { evaluateConstant } from '../writes/registers.js'
import type { FixupIds, Registered } from './edges/registered.js'

/** Text of a file, one character a byte; null if it cannot be read. */
export type ReadSource = (path: string) => string | null

const ID_HEADER = 'include/linux/pci_ids.h'
const ANY = /PCI_ANY_ID/

/** Functions of the fixups that can match one of `ids` (`vvvv:dddd`); none when no ids are given. */
export function matchingFixups(registered: Registered, ids: readonly string[], read: ReadSource): ReadonlySet<number> {
  const matching = new Set<number>()
  if (ids.length === 0) return matching
  const devices = ids.map((id) => id.split(':').map((part) => Number.parseInt(part, 16)))
  const values = new IdValues(read)
  for (const [fn, declared] of registered.fixupIds)
    if (declared.some((of) => devices.some(([vendor, device]) => values.canMatch(of, vendor!, device!))))
      matching.add(fn)
  return matching
}

class IdValues {
  private readonly defines = new Map<string, ReadonlyMap<string, string>>()

  constructor(private readonly read: ReadSource) {}

  canMatch(of: FixupIds, vendor: number, device: number): boolean {
    return this.isOrCanBe(of.file, of.vendor, vendor) && this.isOrCanBe(of.file, of.device, device)
  }

  private isOrCanBe(file: string, text: string, id: number): boolean {
    if (ANY.test(text)) return true
    const value = evaluateConstant(text, (name) => this.valueOf(file, name))
    return value === null || (value & 0xffff) === id
  }

  private valueOf(file: string, name: string): number | null {
    const body = this.definesOf(file).get(name) ?? this.definesOf(ID_HEADER).get(name)
    return body === undefined ? null : evaluateConstant(body, () => null)
  }

  private definesOf(file: string): ReadonlyMap<string, string> {
    const known = this.defines.get(file)
    if (known) return known
    const found = new Map<string, string>()
    for (const [, name, body] of (this.read(file) ?? '').matchAll(
      /^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(0x[\da-f]+|\d+)\b/gim,
    ))
      found.set(name!, body!)
    this.defines.set(file, found)
    return found
  }
}
