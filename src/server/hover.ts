/**
 * The four answers about a write: can it run in the window and by which path, what it would do to a device in use,
 * is it guarded, is the reason written down. Every name comes from the tree and is escaped.
 */
import { type Hover, MarkupKind } from 'vscode-languageserver/node'
import { type Hop, PHASES, type Phase, type Site, type SitePhase } from '../core/report/schema.js'
import { EXPLAIN_COMMAND, type SiteReference } from '../protocol/server.js'
import { rangeOf } from './diagnostics.js'
import { codeSpan, link, prose } from './markdown.js'

export interface HoverContext {
  readonly root: string
  readonly uriOf: (path: string) => string
  /** The client runs EXPLAIN_COMMAND from a hover's link. */
  readonly explains: boolean
  /** The profile under which the hazard's verdict is given. */
  readonly flows: readonly string[]
}

export function hoverOf(site: Site, context: HoverContext): Hover {
  const parts = [
    title(site),
    window(site, context),
    hazard(site, context),
    guard(site, context),
    justification(site),
    ...(context.explains ? [explain(site, context.root)] : []),
  ]
  return { contents: { kind: MarkupKind.Markdown, value: parts.join('\n\n') }, range: rangeOf(site) }
}

function title(site: Site): string {
  const registers = [...new Set(site.fields.map((field) => field.register))]
  const what = registers.length > 0 ? registers.map(codeSpan).join(', ') : 'a register that could not be resolved'
  const verb = site.kind === 'config' ? 'writes' : 'programs'
  return `**Live update:** ${codeSpan(`${site.callee}()`)} ${verb} ${what}`
}

function window(site: Site, context: HoverContext): string {
  const reached = PHASES.map((phase) => [phase, site.phases[phase]] as const)
  const lines = reached.flatMap(([name, phase]) => (phase.reachable ? [phaseLine(name, phase, context)] : []))
  if (lines.length === 0) return '**Can it run in the window?** No path found, in any phase.'
  return `**Can it run in the window?** Yes.\n\n${lines.join('\n\n')}`
}

function phaseLine(name: Phase, phase: Extract<SitePhase, { reachable: true }>, context: HoverContext): string {
  const through = phase.through === null ? '' : ` It passes through ${codeSpan(phase.through)}.`
  const counts = phase.counts ? '' : ` *A preserved device does not take this path.*${through}`
  const hops = phase.path.map((hop) => hopLine(hop, context))
  return `- **${name}**, guard: ${phase.guard.status}.${counts}\n${hops.map((hop, at) => `  ${at + 1}. ${hop}`).join('\n')}`
}

function hopLine(hop: Hop, context: HoverContext): string {
  const { file, line } = hop.call ?? hop
  const place = link(prose(`${file}:${line}`), `${context.uriOf(file)}#L${line}`)
  const via = hop.via === null ? '' : `, ${prose(hop.via)}`
  const edge = hop.edge === 'direct' && via === '' ? '' : ` (${prose(hop.edge)}${via})`
  return `${codeSpan(`${hop.function}()`)}${edge} ${hop.call === null ? '' : 'called at '}${place}`
}

const VERDICTS = {
  breaks: 'It breaks',
  disturbs: 'It disturbs',
  safe: 'Nothing that is promised',
  expected: 'The new kernel is expected to write it',
  unknown: 'Cannot tell: the register or its value is not resolved',
} as const

function hazard(site: Site, context: HoverContext): string {
  const { verdict, effects } = site.hazard
  const felt = effects.filter(({ effect }) => effect === 'breaks' || effect === 'disturbs')
  const promised = felt.filter(({ flow }) => context.flows.includes(flow))
  const harm = verdict === 'breaks' || verdict === 'disturbs'
  const what = harm ? ` ${promised.map(({ flow }) => prose(flow)).join(', ')}` : ''
  const lines = felt.map(({ flow, effect, why }) => {
    const note = context.flows.includes(flow) ? '' : ' (not promised)'
    return `- ${prose(flow)}: ${effect}${note}. ${prose(why)}`
  })
  return [`**What would it do to a device in use?** ${VERDICTS[verdict]}${what}.`, ...lines].join('\n')
}

function guard(site: Site, context: HoverContext): string {
  const { status, condition, file, line, by } = site.guard
  const answers = {
    unguarded: 'No.',
    guarded: 'Yes',
    partial: 'Only on some paths',
    'wrong-device': 'Not this device: the guard asks about another',
    inert: 'There is a guard, but it cannot be true here',
    crash: 'By a crash instead of a way around',
  } as const
  const where =
    file === null || line === null ? '' : `, ${link(prose(`${file}:${line}`), `${context.uriOf(file)}#L${line}`)}`
  const caller = by === 'caller' ? ', in a caller' : ''
  const detail = condition === null ? '' : `: ${codeSpan(condition)}${caller}${where}`
  return `**Is it guarded?** ${answers[status]}${detail}`
}

function justification(site: Site): string {
  const { status, where, reason } = site.justification
  const why = reason === null ? '' : ` ${prose(reason)}`
  if (status === 'given') return `**Is the reason written down?** Yes, in the ${where ?? 'tree'}.${why}`
  if (status === 'vacuous') return `**Is the reason written down?** Not really.${why}`
  if (site.guard.status === 'unguarded')
    return '**Is the reason written down?** There is no guard to give a reason for.'
  return `**Is the reason written down?** No.${why}`
}

function explain(site: Site, root: string): string {
  const reference: SiteReference = { root, id: site.id }
  const argument = encodeURIComponent(JSON.stringify([reference]))
  return link('Explain on Device', `command:${EXPLAIN_COMMAND}?${argument}`)
}
