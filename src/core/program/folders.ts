/** The folders of a tree's files as numbers: nearness is asked for half a million times in a kernel. */
export class Folders {
  /** Folder of each file; 0 is the root. */
  readonly of: Int32Array
  private readonly parents = [0]
  private readonly depths = [0]

  constructor(paths: readonly string[]) {
    const numbers = new Map([['', 0]])
    this.of = Int32Array.from(paths, (path) => this.number(path.slice(0, Math.max(0, path.lastIndexOf('/'))), numbers))
  }

  private number(folder: string, numbers: Map<string, number>): number {
    const known = numbers.get(folder)
    if (known !== undefined) return known
    const parent = this.number(folder.slice(0, Math.max(0, folder.lastIndexOf('/'))), numbers)
    const number = this.parents.length
    numbers.set(folder, number)
    this.parents.push(parent)
    this.depths.push(this.depths[parent]! + 1)
    return number
  }

  /** How many folders two folders are below, both of them, themselves included. */
  shared(a: number, b: number): number {
    const { parents, depths } = this
    while (a !== b)
      if (depths[a]! >= depths[b]!) a = parents[a]!
      else b = parents[b]!
    return depths[a]!
  }

  /** Whether a folder is another or below it. */
  isWithin(folder: number, outer: number): boolean {
    while (this.depths[folder]! > this.depths[outer]!) folder = this.parents[folder]!
    return folder === outer
  }
}
