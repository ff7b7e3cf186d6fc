/** What the rules of series see: the patches as mails, and what they have brought to the tree behind the series. */
import type { FileDiff } from '../series/diff.js'

/** A line that a patch brought and no later patch took away, with its place in the tree behind the series. */
export interface AddedLine {
  readonly file: string
  readonly line: number
  readonly text: string
  /** The same with all but its comments, and with all but its code, blanked. */
  readonly comment: string
  readonly code: string
}

/** A guard that a patch brought, and the function that asks it. */
export interface AddedGuard {
  readonly file: string
  readonly line: number
  readonly function: string
  readonly condition: string
  readonly skipsWrite: boolean
}

/** Kernel-doc of an exported function that a guard has changed, and that the series has left as it was. */
export interface StaleDoc {
  readonly guard: AddedGuard
  readonly exported: string
  readonly file: string
  readonly line: number
}

export interface PatchView {
  /** `20/25`. */
  readonly name: string
  readonly subject: string
  /** The commit message without its trailers. */
  readonly message: string
  readonly diffs: readonly FileDiff[]
  readonly failedHunks: number
  /** Guards that it adds, as its text has them. */
  readonly guards: number
  /** Features of the writes that it touches. */
  readonly features: readonly string[]
  /** The same with one feature for each write: a word written to COMMAND has many, and is one write. */
  readonly subjects: readonly string[]
  /** Of these, those with a guard whose reason stands nowhere in the code. */
  readonly unexplained: readonly string[]
  readonly added: readonly AddedLine[]
  readonly addedGuards: readonly AddedGuard[]
  readonly staleDocs: readonly StaleDoc[]
}

export interface SeriesContext {
  readonly patches: readonly PatchView[]
  /** False if mails of the series are missing. */
  readonly isWhole: boolean
  readonly baseCommit: string | null
}
