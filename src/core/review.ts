/**
 * The façade that the shells call. A session holds one indexed tree and answers for any file of it;
 * `setOverlay` lays an unsaved buffer over the disk. Nothing here throws on source text.
 */
import type { Task } from './cancel.js'
import type { Finding, Report, Site } from './report/schema.js'

export interface ReviewSession {
  /** Lays `text` over the file on disk, or takes the overlay away with null. `path` is relative to the root. */
  setOverlay(path: string, text: string | null): void
  sites(path: string): readonly Site[]
  findings(path: string): readonly Finding[]
  /** Line ranges, 1-based and inclusive, of the functions of a file that hold a live update guard. */
  guardedFunctions(path: string): readonly { readonly name: string; readonly start: number; readonly end: number }[]
  /** The whole tree's report. With `paths`, sites and findings only of these files or folders. */
  report(task?: Task, paths?: readonly string[]): Report
}
