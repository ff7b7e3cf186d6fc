import { fileURLToPath } from 'node:url'
import type { Connection } from 'vscode-languageserver/node'
import { SECTION, STATUS_NOTIFICATION, type Status } from '../protocol/server.js'
import type { Client } from './client.js'
import { readEditorSettings, sameReview } from './editorSettings.js'
import { KernelTree } from './kernelTree.js'
import { paced } from './pacedProgress.js'
import type { ServerHost } from './serverHost.js'

/** The folders of the workspace that are kernel trees, each with its own settings and session. */
export class KernelTrees {
  #trees: readonly KernelTree[] = []
  /** What a client that cannot be asked has told. */
  #told: unknown

  constructor(
    private readonly connection: Connection,
    private readonly host: ServerHost,
    private readonly client: Client,
  ) {
    this.#told = client.settings
  }

  get all(): readonly KernelTree[] {
    return this.#trees
  }

  /** The innermost tree that holds the file. */
  of(uri: string): { readonly tree: KernelTree; readonly path: string } | null {
    let found: { tree: KernelTree; path: string } | null = null
    for (const tree of this.#trees) {
      const path = tree.pathOf(uri)
      if (path !== null && (found === null || path.length < found.path.length)) found = { tree, path }
    }
    return found
  }

  async changeFolders(added: readonly string[], removed: readonly string[]): Promise<void> {
    const gone = new Set(removed.map(plain))
    for (const tree of this.#trees) if (gone.has(tree.uri)) tree.close()
    const kept = this.#trees.filter((tree) => !gone.has(tree.uri))
    const opened = added.map(plain).filter((uri) => this.#isKernelTree(uri) && !kept.some((tree) => tree.uri === uri))
    this.#trees = [...kept, ...(await Promise.all(opened.map((uri) => this.#tree(uri))))]
    this.#tellStatus()
  }

  /** Reads the settings again; a tree that would be reviewed otherwise than before is opened anew. */
  async configure(told: unknown): Promise<void> {
    this.#told = told ?? this.#told
    this.#trees = await Promise.all(
      this.#trees.map(async (tree) => {
        const settings = await this.#settings(tree.uri)
        if (!sameReview(settings, tree.settings)) return this.#again(tree, settings)
        tree.settings = settings
        return tree
      }),
    )
    this.#tellStatus()
  }

  /** Forgets what has been indexed: too much has changed on disk. */
  renew(tree: KernelTree): void {
    const renewed = this.#again(tree, tree.settings)
    this.#trees = this.#trees.map((other) => (other === tree ? renewed : other))
    this.#tellStatus()
  }

  close(): void {
    for (const tree of this.#trees) tree.close()
  }

  async #tree(uri: string): Promise<KernelTree> {
    return this.#make(uri, await this.#settings(uri))
  }

  #again(tree: KernelTree, settings: KernelTree['settings']): KernelTree {
    tree.close()
    const renewed = this.#make(tree.uri, settings)
    renewed.scanned = tree.scanned
    return renewed
  }

  #make(uri: string, settings: KernelTree['settings']): KernelTree {
    return new KernelTree(uri, settings, this.host, {
      stateChanged: () => this.#tellStatus(),
      indexing: () => this.#indexing(),
    })
  }

  #indexing(): ReturnType<ConstructorParameters<typeof KernelTree>[3]['indexing']> {
    const started = this.connection.window.createWorkDoneProgress().then((reporter) => {
      reporter.begin('Indexing the kernel tree', 0, undefined, false)
      return { reporter, report: paced(reporter) }
    })
    started.catch(() => undefined) // The client has gone.
    return (progress) =>
      void started.then(
        ({ reporter, report }) => (progress === null ? reporter.done() : report(progress)),
        () => undefined,
      )
  }

  async #settings(uri: string): Promise<KernelTree['settings']> {
    if (!this.client.asksSettings) return readEditorSettings(this.#told)
    return readEditorSettings(await this.connection.workspace.getConfiguration({ scopeUri: uri, section: SECTION }))
  }

  #isKernelTree(uri: string): boolean {
    try {
      return uri.startsWith('file:') && this.host.isKernelTree(fileURLToPath(uri))
    } catch {
      return false
    }
  }

  #tellStatus(): void {
    const status: Status = { trees: this.#trees.map(({ uri, state, detail }) => ({ root: uri, state, detail })) }
    void this.connection.sendNotification(STATUS_NOTIFICATION, status)
  }
}

function plain(uri: string): string {
  return uri.replace(/\/+$/, '')
}
