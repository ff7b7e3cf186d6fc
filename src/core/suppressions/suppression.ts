/** What takes a finding out of the count: an entry of a file, by site, or a comment in the code, by place. */

export interface Suppression {
  readonly kind: 'file' | 'comment'
  /** The rules it is for; empty for every rule at that site. */
  readonly rules: readonly string[]
  /** A site's id, for an entry of a file. */
  readonly site: string | null
  /** The lines that a comment covers. */
  readonly covers: { readonly from: number; readonly to: number } | null
  readonly reason: string | null
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** Which message of BAD_SUPPRESSION says it. */
export type SuppressionFault = 'noSite' | 'noRule' | 'unknownRule' | 'noReason' | 'filler' | 'goneSite' | 'stale'

export interface SuppressionProblem {
  readonly suppression: Suppression
  readonly fault: SuppressionFault
}
