import { PassThrough } from 'node:stream'
import {
  type ClientCapabilities,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node'
import { DIAGNOSED_NOTIFICATION, type Diagnosed, STATUS_NOTIFICATION, type Status } from '../../src/protocol/server.js'
import { startServer } from '../../src/server/server.js'
import { type FakeKernelTree, ROOT_URI } from './fakeKernelTree.js'

export interface ClientSetup {
  readonly folders?: readonly string[]
  readonly capabilities?: ClientCapabilities
  readonly options?: unknown
  /** Answers `workspace/configuration`. */
  readonly settings?: unknown
}

/** An editor at the other end of a real LSP connection over streams in memory. */
export class EditorClient {
  readonly published: PublishDiagnosticsParams[] = []
  readonly statuses: Status[] = []
  readonly diagnosed: Diagnosed[] = []
  readonly progress: {
    readonly token: string | number
    readonly value: { readonly kind: string; readonly message?: string }
  }[] = []
  settings: unknown
  readonly #waiting = new Set<() => void>()

  private constructor(readonly connection: ProtocolConnection) {}

  static async start(host: FakeKernelTree, setup: ClientSetup = {}): Promise<EditorClient> {
    const [toServer, toClient] = [new PassThrough(), new PassThrough()]
    startServer(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), host)
    const connection = createProtocolConnection(new StreamMessageReader(toClient), new StreamMessageWriter(toServer))
    const client = new EditorClient(connection)
    client.settings = setup.settings
    client.#listen()
    const folders = setup.folders ?? [ROOT_URI]
    await connection.sendRequest('initialize', {
      processId: null,
      rootUri: null,
      workspaceFolders: folders.map((uri) => ({ uri, name: uri })),
      capabilities: setup.capabilities ?? {
        workspace: { configuration: true, workspaceFolders: true },
        textDocument: { publishDiagnostics: { relatedInformation: true } },
        window: { workDoneProgress: true },
      },
      initializationOptions: setup.options ?? { rulePages: 'file:///ext/media/rules', explains: true },
    })
    await connection.sendNotification('initialized', {})
    return client
  }

  #listen(): void {
    const note =
      <T>(list: T[]) =>
      (item: T) => {
        list.push(item)
        for (const check of [...this.#waiting]) check()
      }
    this.connection.onNotification('textDocument/publishDiagnostics', note(this.published))
    this.connection.onNotification(STATUS_NOTIFICATION, note(this.statuses))
    this.connection.onNotification(DIAGNOSED_NOTIFICATION, note(this.diagnosed))
    this.connection.onNotification('$/progress', note(this.progress))
    this.connection.onNotification('window/logMessage', () => undefined)
    this.connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => this.settings),
    )
    this.connection.onRequest('window/workDoneProgress/create', () => null)
    this.connection.onRequest('client/registerCapability', () => null)
    this.connection.listen()
  }

  /** Resolves when a message has arrived that makes `found` give something; the test's time limit bounds it. */
  until<T>(found: () => T | undefined | false): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const result = found()
        if (result === undefined || result === false) return
        this.#waiting.delete(check)
        resolve(result)
      }
      this.#waiting.add(check)
      check()
    })
  }

  open(uri: string, text: string): Promise<void> {
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'c', version: 1, text },
    })
  }

  change(uri: string, version: number, contentChanges: readonly unknown[]): Promise<void> {
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    })
  }

  /** The diagnostics of this version of an open document, once they are out. */
  async diagnosticsOf(uri: string, version = 1): Promise<Diagnostic[]> {
    await this.until(() => this.diagnosed.some((note) => note.uri === uri && note.version === version))
    return this.latest(uri)
  }

  /** The next publish for the document after this call. */
  async next(uri: string): Promise<Diagnostic[]> {
    const seen = this.published.length
    return this.until(() => this.published.slice(seen).find((publish) => publish.uri === uri)?.diagnostics)
  }

  latest(uri: string): Diagnostic[] {
    return this.published.findLast((publish) => publish.uri === uri)?.diagnostics ?? []
  }

  state(): string {
    return (
      this.statuses
        .at(-1)
        ?.trees.map(({ state }) => state)
        .join(',') ?? ''
    )
  }

  dispose(): void {
    this.connection.dispose()
  }
}
