import * as vscode from 'vscode'
import type { LanguageClient } from 'vscode-languageclient/node'
import { DIAGNOSED_NOTIFICATION, type Diagnosed, STATUS_NOTIFICATION, type Status } from '../protocol/server.js'

/** What the server tells unasked, as events, with the last of each kept for those who come later. */
export class ServerNotes implements vscode.Disposable {
  readonly #status = new vscode.EventEmitter<Status | string>()
  readonly #diagnosed = new vscode.EventEmitter<Diagnosed>()
  readonly #latest = new Map<string, Diagnosed>()
  /** The trees, why the server could not start, or null before it has said anything. */
  status: Status | string | null = null

  constructor(client: LanguageClient) {
    client.onNotification(STATUS_NOTIFICATION, (status: Status) => this.#become(status))
    client.onNotification(DIAGNOSED_NOTIFICATION, (diagnosed: Diagnosed) => {
      this.#latest.set(diagnosed.uri, diagnosed)
      this.#diagnosed.fire(diagnosed)
    })
  }

  get onStatus(): vscode.Event<Status | string> {
    return this.#status.event
  }

  get onDiagnosed(): vscode.Event<Diagnosed> {
    return this.#diagnosed.event
  }

  /** The latest for each document, by URI as the client writes it. */
  get diagnosed(): ReadonlyMap<string, Diagnosed> {
    return this.#latest
  }

  failed(why: string): void {
    this.#become(why)
  }

  dispose(): void {
    this.#status.dispose()
    this.#diagnosed.dispose()
  }

  #become(status: Status | string): void {
    this.status = status
    this.#status.fire(status)
  }
}
