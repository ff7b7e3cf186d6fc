/**
 * What the language server and its client say to each other beyond LSP: names and payloads, no code of either side.
 * Any editor may leave all of it out; the server then still gives diagnostics and hovers.
 */
import type { Settings } from '../core/config/settings.js'
import type { Finding, Report, SeriesInfo, Site } from '../core/report/schema.js'

/** The section of the editor's settings, and the prefix of every command and custom message. */
export const SECTION = 'liveUpdateReview'

export const EXPLAIN_COMMAND = 'liveUpdateReview.explainOnDevice'

export const SHOW = ['changed', 'guarded', 'all'] as const
/** Which findings of an open file become diagnostics: on changed lines, in functions that hold a guard, or each one. */
export type Show = (typeof SHOW)[number]

/** The editor's settings as the server takes them; `arch` and `config` are not offered in the editor. */
export interface EditorSettings extends Pick<Settings, 'phases' | 'flows' | 'drivers' | 'policy'> {
  readonly diagnostics: { readonly show: readonly Show[] }
  /** Worker threads for indexing; 0 leaves the number to the machine. */
  readonly jobs: number
}

/** `initializationOptions` of the `initialize` request. */
export interface ClientOptions {
  /** URI of the folder of rule pages, `<ID>.md` each. Without it a diagnostic's code is no link. */
  readonly rulePages?: string
  /** The client knows EXPLAIN_COMMAND and trusts it in hovers. Without it neither link nor code action is offered. */
  readonly explains?: boolean
  /** For clients that cannot be asked with `workspace/configuration`. */
  readonly settings?: unknown
}

/** Argument of EXPLAIN_COMMAND. */
export interface SiteReference {
  /** URI of the kernel tree's root. */
  readonly root: string
  readonly id: string
}

export const SCAN_REQUEST = 'liveUpdateReview/scan'
/** Reviews whole trees and publishes every finding; cancellable, with work-done progress under `workDoneToken`. */
export interface ScanParams {
  /** Limits the scan to one kernel tree; all of the workspace's without it. */
  readonly root?: string
  readonly workDoneToken?: string | number
}
export interface ScanResult {
  /** Empty if no folder of the workspace is a kernel tree. */
  readonly trees: readonly { readonly root: string; readonly summary: Report['summary'] }[]
  /** Files that have got diagnostics. */
  readonly files: number
}

/** Takes back what a scan has published: open files show again what the setting says, others nothing. No payload. */
export const CLEAR_SCAN_REQUEST = 'liveUpdateReview/clearScan'

export const SITE_REQUEST = 'liveUpdateReview/site'
/** Asks for a site by its id, or for the one at a position (0-based, UTF-16) of a document. */
export type SiteParams =
  | SiteReference
  | { readonly uri: string; readonly position: { readonly line: number; readonly character: number } }
/** Null if there is no such site, or the tree is not indexed yet. */
export type SiteResult = { readonly root: string; readonly site: Site } | null

export const SERIES_REQUEST = 'liveUpdateReview/series'
/** Reviews the patches in files or folders on a kernel tree of the workspace; cancellable, with work-done progress. */
export interface SeriesParams {
  /** URIs of mails, mboxes, patches or folders of them. */
  readonly files: readonly string[]
  /** The first tree of the workspace without it. */
  readonly root?: string
  readonly workDoneToken?: string | number
}
export interface SeriesResult {
  readonly root: string
  readonly series: SeriesInfo
  readonly findings: readonly SeriesFinding[]
}
export interface SeriesFinding extends Finding {
  /** Index of its patch, from 0; the last for what is about the whole series. */
  readonly at: number
  /** Its line in the file as that patch leaves it, null if it has none there. */
  readonly lineAt: number | null
}

export const SERIES_TEXT_REQUEST = 'liveUpdateReview/seriesText'
/** A file of the series that was reviewed last, as a patch found it or left it; '' for one that is not there. */
export interface SeriesTextParams {
  readonly root: string
  readonly path: string
  /** Patches that are applied. */
  readonly state: number
}
export type SeriesTextResult = string

export const DIAGNOSED_NOTIFICATION = 'liveUpdateReview/diagnosed'
/** Sent after each publish for an open document: the diagnostics of this version are out. */
export interface Diagnosed {
  readonly uri: string
  readonly version: number
  readonly count: number
}

export const STATUS_NOTIFICATION = 'liveUpdateReview/status'
export type TreeState = 'waiting' | 'indexing' | 'ready' | 'failed'
/** Every kernel tree of the workspace, sent whenever one changes; no trees means that the server stays silent. */
export interface Status {
  readonly trees: readonly {
    readonly root: string
    readonly state: TreeState
    /** Why it failed, or what is being done. */
    readonly detail: string | null
  }[]
}
