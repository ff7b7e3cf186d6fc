import type { KernelTree } from './kernelTree.js'
import { type LineRange, lineChanges } from './lineChanges.js'
import type { ServerHost } from './serverHost.js'

/** What a file is compared with: a text, or `new` for a file that git does not know yet. */
type Base = { readonly text: string } | 'new'

/**
 * The lines of the open files that differ from git HEAD. In a file that git does not know every line counts as changed;
 * without git only what differs from the file on disk as it was when the editor opened it. The commit is read when a
 * file is opened and again when it is saved, so a commit made elsewhere shows after the next save.
 */
export class ChangedLines {
  readonly #bases = new Map<string, Promise<Base>>()

  constructor(private readonly host: ServerHost) {}

  async of(tree: KernelTree, path: string, text: string): Promise<readonly LineRange[]> {
    const base = await this.#base(tree, path)
    if (base === 'new') return [{ start: 1, end: Number.MAX_SAFE_INTEGER }]
    return lineChanges(base.text, text)
  }

  /** Remembers what the file is compared with, before it is saved over. */
  opened(tree: KernelTree, path: string): void {
    void this.#base(tree, path)
  }

  /** HEAD may have moved. Without git the text at opening stays the base. */
  async saved(tree: KernelTree, path: string): Promise<void> {
    const head = await this.host.headText(tree.path, path)
    if (head.kind === 'no-git' || !this.#bases.has(key(tree, path))) return
    this.#bases.set(key(tree, path), Promise.resolve(head.kind === 'untracked' ? 'new' : { text: head.text }))
  }

  closed(tree: KernelTree, path: string): void {
    this.#bases.delete(key(tree, path))
  }

  #base(tree: KernelTree, path: string): Promise<Base> {
    const known = this.#bases.get(key(tree, path))
    if (known !== undefined) return known
    const read = this.#read(tree, path)
    this.#bases.set(key(tree, path), read)
    return read
  }

  async #read(tree: KernelTree, path: string): Promise<Base> {
    const [head, disk] = await Promise.all([this.host.headText(tree.path, path), this.host.diskText(tree.path, path)])
    if (head.kind === 'text') return { text: head.text }
    return head.kind === 'untracked' || disk === null ? 'new' : { text: disk }
  }
}

function key(tree: KernelTree, path: string): string {
  return `${tree.uri}\n${path}`
}
