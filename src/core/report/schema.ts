/**
 * The JSON report as types: the contract that the command line, the server and the tests share.
 * Lines and columns are 1-based; columns count UTF-16 units. Paths are relative to the tree's root.
 */

export const PHASES = ['boot', 'shutdown', 'userspace'] as const
/** A part of the window: old kernel going down, new kernel coming up, new kernel up but before finish. */
export type Phase = (typeof PHASES)[number]

export const FLOWS = [
  'dma',
  'config',
  'translated',
  'pasid',
  'page-request',
  'p2p',
  'vf-dma',
  'interrupt',
  'guest-mmio',
  'wake',
] as const
/** A kind of traffic of the preserved device that must go on. */
export type Flow = (typeof FLOWS)[number]

export type Effect = 'breaks' | 'disturbs' | 'none' | 'unknown'
export type Verdict = 'breaks' | 'disturbs' | 'safe' | 'expected' | 'unknown'
export type Decision = 'preserve' | 'rewrite' | 'owner' | 'open'
export type Severity = 'error' | 'warning' | 'info'
export type SiteKind = 'config' | 'msi' | 'msix-table'
export type Scope = 'core' | 'fixup' | 'host' | 'service' | 'iommu' | 'driver' | 'fixed'
export type GuardStatus = 'unguarded' | 'guarded' | 'partial' | 'wrong-device' | 'inert' | 'crash'
export type Change = 'set' | 'clear' | 'value' | 'as-read' | 'saved' | 'caller' | 'unknown'

export interface TreeInfo {
  readonly kernel: string | null
  readonly arch: string
  readonly files: number
  readonly bytes: number
  readonly functions: number
  readonly calls: number
  /** What the engine could not tell, counted by kind. */
  readonly unresolved: Readonly<Record<string, number>>
  /** Folders that were left out, each with the reason. */
  readonly skipped: readonly { readonly path: string; readonly why: string }[]
}

/** One register, or part of one, that a write changes. */
export interface Field {
  readonly register: string
  readonly capability: string | null
  readonly feature: string
  readonly bits: readonly string[]
  readonly mask: number
  readonly change: Change
}

export interface SiteGuard {
  readonly status: GuardStatus
  readonly by: 'self' | 'caller' | null
  readonly condition: string | null
  readonly file: string | null
  readonly line: number | null
}

/** One hop of a witness. `call` is where the hop before it makes the call, null on the root. */
export interface Hop {
  readonly function: string
  readonly file: string
  readonly line: number
  readonly edge: string
  /** Why the edge exists, where a call expression does not say it: the table, the walker, the registration. */
  readonly via: string | null
  /** Only on a field call that is matched by the field's name alone: such a hop proves nothing. */
  readonly byName?: true
  readonly call: { readonly file: string; readonly line: number } | null
}

export type SitePhase = { readonly reachable: false } | ReachedPhase

export interface ReachedPhase {
  readonly reachable: true
  readonly counts: boolean
  readonly root: { readonly kind: string; readonly function: string }
  readonly through: string | null
  readonly guard: SiteGuard
  /** Only where the path passes constants to the function that decide what it writes. */
  readonly passed?: readonly PassedToWriter[]
  /** What the site writes on this path; only beside `passed`, and in place of the site's own. */
  readonly fields?: readonly Field[]
  readonly value?: number | null
  /** Only where a verdict or an effect is another in this phase than in the site's own hazard. */
  readonly hazard?: Hazard
  readonly path: readonly Hop[]
}

/** `text` is the constant as the call has it. */
export interface PassedToWriter {
  readonly parameter: string
  readonly text: string
  readonly value: number
}

export interface Hazard {
  readonly verdict: Verdict
  readonly effects: readonly { readonly flow: Flow; readonly effect: Effect; readonly why: string }[]
  readonly decision: Decision
  readonly source: string | null
  /** `<feature>/<scenario>` of the device model, the key that the panel opens. */
  readonly scenario: string | null
}

/** One call that writes config space, programs MSI or MSI-X, or writes the MSI-X table. */
export interface Site {
  readonly id: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly function: string
  readonly callee: string
  readonly kind: SiteKind
  readonly offset: string | null
  readonly width: number | null
  readonly fields: readonly Field[]
  readonly value: number | null
  readonly device: string | null
  readonly scope: Scope
  readonly phases: Readonly<Record<Phase, SitePhase>>
  readonly guard: SiteGuard
  readonly justification: {
    readonly status: 'missing' | 'vacuous' | 'given'
    readonly where: 'comment' | 'kernel-doc' | 'commit' | null
    readonly reason: string | null
  }
  /** The worst of the phases whose path a preserved device takes; at boot, if none is. */
  readonly hazard: Hazard
}

export interface Finding {
  readonly rule: string
  readonly severity: Severity
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  readonly message: string
  readonly site: string | null
  readonly related: readonly { readonly file: string; readonly line: number; readonly message: string }[]
  /** The same in every run while the code it is about stays: what baselines and SARIF tell findings apart by. */
  readonly key: string
  /**
   * Series only. The patch that introduces it, as `20/25`; of a finding that the tree had before the series, the patch
   * that fixes it or, of one that is left, the patch that claims its feature. Null for what is about the whole series.
   */
  readonly patch?: string | null
  readonly state?: FindingState
  /** Only on what is fixed: the patch that does it. */
  readonly fixedBy?: string
  /** Set on what a patch as a mail is at fault for, and no line of it; its place is the first line that it brought. */
  readonly about?: 'message'
}

/** What a series does to a finding. A fixed one is not there at the series' end and does not count. */
export type FindingState = 'introduced' | 'fixed' | 'left'

/** A finding that a person has answered: not counted, and apart from `findings`. */
export interface SuppressedFinding extends Finding {
  readonly suppressed: {
    readonly kind: 'file' | 'comment'
    readonly reason: string
    readonly file: string
    readonly line: number
  }
}

/** What a baseline remembers of a finding. */
export interface BaselineEntry {
  readonly key: string
  readonly rule: string
  readonly file: string
  readonly message: string
}

/** What is known of one patch of a series. */
export interface PatchInfo {
  readonly number: number
  /** Without its tags. */
  readonly subject: string
  readonly author: string
  readonly messageId: string | null
  readonly applies: 'clean' | 'fuzz' | 'partly' | 'no'
  /** `hunk` counts from 1 in its file; 0 is the file as a whole. */
  readonly failedHunks: readonly { readonly file: string; readonly hunk: number; readonly why: string }[]
  /** Hunks that stand in another function than their `@@` line says; `line` is that of the tree before the patch. */
  readonly strayHunks: readonly {
    readonly file: string
    readonly hunk: number
    readonly line: number
    readonly said: string
    readonly found: string
  }[]
  /** True if the tree had the patch: the tree before it was reviewed. */
  readonly wasApplied: boolean
  /** What the guarded and the changed writes belong to. */
  readonly features: readonly string[]
  /** Guards that the patch adds. */
  readonly guards: number
  /** Only where it touches several features: the patches that it could be, in an order in which they apply. */
  readonly split?: readonly PatchSplit[]
}

/** The hunks of a patch that belong to one feature; null for what the others may need first. */
export interface PatchSplit {
  readonly feature: string | null
  /** `also`: other features in the hunk, which would have to be split by hand. */
  readonly hunks: readonly { readonly file: string; readonly hunk: number; readonly also: readonly string[] }[]
}

export interface SeriesInfo {
  readonly title: string
  readonly version: number
  readonly count: number
  readonly base: { readonly status: 'given' | 'found' | 'guessed' | 'unknown'; readonly commit: string | null }
  /** What was sorted out or left over: other versions, replies, missing numbers. */
  readonly notes: readonly string[]
  /** Set where the report's sites are only those that findings of the series can depend on, its folders' first of all. */
  readonly listed?: 'near'
  readonly patches: readonly PatchInfo[]
}

export interface Report {
  readonly schema: 1
  readonly tool: { readonly name: string; readonly version: string }
  readonly command: 'scan' | 'series'
  readonly tree: TreeInfo
  readonly policy: 'upstream' | 'strict'
  readonly flows: readonly Flow[]
  readonly sites: readonly Site[]
  readonly findings: readonly Finding[]
  /** Only when there are suppressions. */
  readonly suppressed?: readonly SuppressedFinding[]
  /** Only when there is a baseline: findings that it knows, apart from `findings`, and what is no longer found. */
  readonly baseline?: { readonly known: readonly Finding[]; readonly absent: readonly BaselineEntry[] }
  /** Only of a series. */
  readonly series?: SeriesInfo
  readonly summary: {
    readonly sites: number
    readonly reachable: number
    readonly unguarded: number
    readonly errors: number
    readonly warnings: number
    readonly infos: number
  }
}
