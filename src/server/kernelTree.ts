import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { Cancelled, type Progress } from '../core/cancel.js'
import type { ReviewSession } from '../core/review.js'
import type { EditorSettings, TreeState } from '../protocol/server.js'
import { reviewSettings } from './editorSettings.js'
import type { ServerHost } from './serverHost.js'

export interface TreeEvents {
  stateChanged(tree: KernelTree): void
  /** Indexing starts; what is returned hears how far it is, and null at the end. */
  indexing(tree: KernelTree): (progress: Progress | null) => void
}

/**
 * A folder of the workspace that is a kernel tree, with its session. The session is opened when it is first asked for
 * and once: a failure stays until the settings change or the server starts anew, not to be repeated at each keystroke.
 */
export class KernelTree {
  readonly path: string
  state: TreeState = 'waiting'
  detail: string | null = null
  /** After a scan every finding is shown, until the scan is cleared. */
  scanned = false
  #opening: Promise<ReviewSession> | null = null
  #abort = new AbortController()
  #session: ReviewSession | null = null
  /** The documents that lie over the disk, by path, with the version that the session knows. */
  readonly #laid = new Map<string, number>()

  constructor(
    /** As the client writes it, without a slash at the end. */
    readonly uri: string,
    /** Only what is shown may change; other review settings need another tree. */
    public settings: EditorSettings,
    private readonly host: ServerHost,
    private readonly events: TreeEvents,
  ) {
    this.path = fileURLToPath(uri)
  }

  /** The session if it is open by now: what a hover may use without waiting. */
  get session(): ReviewSession | null {
    return this.#session
  }

  open(): Promise<ReviewSession> {
    this.#opening ??= this.#index()
    return this.#opening
  }

  /** As `open`, but tries again after a failure: for a person's explicit command. */
  reopen(): Promise<ReviewSession> {
    if (this.state === 'failed') this.#opening = null
    return this.open()
  }

  /** Stops indexing and lets the session go; nothing is heard of this tree any more. */
  close(): void {
    this.#abort.abort()
    this.#session = null
  }

  async #index(): Promise<ReviewSession> {
    this.#become('indexing', null)
    const progress = this.events.indexing(this)
    try {
      const { signal } = this.#abort
      const session = await this.host.openSession(this.path, {
        settings: reviewSettings(this.settings),
        jobs: this.settings.jobs || undefined,
        task: { signal, progress },
      })
      if (signal.aborted) throw new Cancelled()
      this.#session = session
      this.#become('ready', null)
      return session
    } catch (error) {
      this.#become('failed', error instanceof Error ? error.message : String(error))
      throw error
    } finally {
      progress(null)
    }
  }

  #become(state: TreeState, detail: string | null): void {
    if (this.#abort.signal.aborted) return
    this.state = state
    this.detail = detail
    this.events.stateChanged(this)
  }

  /** The path of a file in this tree, relative and with slashes, or null for a file elsewhere. */
  pathOf(uri: string): string | null {
    if (!uri.startsWith('file:')) return null
    try {
      const path = relative(this.path, fileURLToPath(uri)).split(sep).join('/')
      return path === '' || path === '..' || path.startsWith('../') || /^[a-z]:/i.test(path) ? null : path
    } catch {
      return null
    }
  }

  uriOf(path: string): string {
    return `${this.uri}/${path.split('/').map(encodeURIComponent).join('/')}`
  }

  /** Makes the session see the document as it stands in the editor. */
  lay(session: ReviewSession, path: string, document: TextDocument): void {
    if (this.#laid.get(path) === document.version) return
    session.setOverlay(path, document.getText())
    this.#laid.set(path, document.version)
  }

  /** The file is closed: the disk speaks again. */
  lift(path: string): void {
    if (this.#laid.delete(path)) this.#session?.setOverlay(path, null)
  }

  /** The file has changed on disk. While it is open in the editor its text there goes on to count: false. */
  reread(path: string): boolean {
    if (this.#session === null || this.#laid.has(path)) return false
    this.#session.setOverlay(path, null)
    return true
  }
}
