/** All that is known of one write, for `explain FILE:LINE`: each phase with its path and guard, each flow, the decision. */
import { sourceTitle } from '../device/sources.js'
import { DECISION_WORDS, EFFECT_WORDS, VERDICT_WORDS } from '../device/wording.js'
import { passedText } from '../rules/harm.js'
import { edgeText } from '../rules/witnessText.js'
import { terminalText } from '../text/terminal.js'
import { written } from './audit.js'
import {
  type Finding,
  type Hazard,
  type Hop,
  PHASES,
  type Phase,
  type Report,
  type Site,
  type SiteGuard,
} from './schema.js'

export function proofText(site: Site, report: Report, sourceLine: string | null): string {
  const { findings, suppressed = [] } = report
  const said = [
    ...findings.filter(({ site: id }) => id === site.id).map(findingLine),
    ...suppressed
      .filter(({ site: id }) => id === site.id)
      .map(
        (one) =>
          `${findingLine(one)}\n  suppressed at ${one.suppressed.file}:${one.suppressed.line}: ${one.suppressed.reason}`,
      ),
  ]
  const blocks = [
    [
      `${site.file}:${site.line}:${site.column}: ${site.callee}() in ${site.function}()`,
      ...(sourceLine === null ? [] : [`    ${sourceLine.trim()}`]),
      ...(sourceLine === null ? [] : ['']),
      `site      ${site.id}`,
      `writes    ${written(site) || (site.offset === null ? 'cannot tell what' : `cannot tell what, at ${site.offset}`)}`,
      `device    ${site.device ?? 'cannot tell which'}`,
      `scope     ${site.scope}`,
    ],
    ...PHASES.map((phase) => phaseLines(phase, site)),
    ['GUARD OVERALL', `  ${guardText(site.guard)}`],
    hazardLines(site, report),
    ['JUSTIFICATION', `  ${justification(site)}`],
    ['FINDINGS', ...(said.length > 0 ? said.map((line) => `  ${line}`) : ['  none'])],
  ]
  return `${blocks
    .map((lines) =>
      lines
        .flatMap((line) => line.split('\n'))
        .map(terminalText)
        .join('\n'),
    )
    .join('\n\n')}\n`
}

/** Of a finding that is about no single write: what is said, and the places that it rests on. */
export function findingProof(finding: Finding, sourceLine: string | null): string {
  const { file, line, column, related } = finding
  const lines = [
    `${file}:${line}:${column}: ${findingLine(finding)}`,
    ...(sourceLine === null ? [] : [`    ${sourceLine.trim()}`]),
    ...related.map((place) => `  ${place.file}:${place.line}: ${place.message}`),
  ]
  return `${lines.map(terminalText).join('\n')}\n`
}

function findingLine({ severity, rule, message }: Finding): string {
  return `${severity}: ${message} [${rule}]`
}

function phaseLines(phase: Phase, site: Site): string[] {
  const at = site.phases[phase]
  const title = `IN ${phase.toUpperCase()}`
  if (!at.reachable) return [title, '  not reached']
  const why =
    at.through === null
      ? 'a preserved device does not take this path'
      : `only through ${at.through}, which a preserved device is not bound to`
  const counts = at.counts ? 'counts' : `does not count: ${why}`
  const width = Math.max(...at.path.map((hop) => hop.function.length))
  return [
    title,
    `  reached from ${at.root.kind} ${at.root.function}(); ${counts}`,
    ...at.path.map((hop, i) => hopLine(hop, i, width)),
    ...(at.passed
      ? [`  with ${passedText(at.passed)}: ${written({ ...site, fields: at.fields ?? site.fields })}`]
      : []),
    `  guard: ${guardText(at.guard)}`,
  ]
}

function hopLine(hop: Hop, i: number, width: number): string {
  const place = hop.call ?? hop
  return `    ${i === 0 ? '  ' : '->'} ${hop.function.padEnd(width)}  ${place.file}:${place.line}${edgeText(hop)}`
}

function guardText({ status, by, condition, file, line }: SiteGuard): string {
  if (condition === null) return status
  return `${status}${by === null ? '' : ` by ${by}`}: ${condition}${file === null ? '' : ` at ${file}:${line}`}`
}

function hazardLines({ hazard, phases }: Site, { flows }: Report): string[] {
  const width = Math.max(...hazard.effects.map(({ flow }) => flow.length))
  const title = hazard.source === null ? null : sourceTitle(hazard.source)
  const source = hazard.source === null ? '' : ` [${hazard.source}${title === null ? '' : `: ${title}`}]`
  return [
    'ON A DEVICE IN USE',
    `  verdict   ${VERDICT_WORDS[hazard.verdict]}`,
    `  decision  ${DECISION_WORDS[hazard.decision]}${source}`,
    ...(hazard.scenario === null ? [] : [`  scenario  ${hazard.scenario}`]),
    ...hazard.effects.map(
      ({ flow, effect, why }) =>
        `  ${flow.padEnd(width)}  ${flows.includes(flow) ? 'promised  ' : '          '}${EFFECT_WORDS[effect]}: ${why}`,
    ),
    ...PHASES.flatMap((phase) => {
      const at = phases[phase]
      return at.reachable && at.hazard ? otherwiseIn(phase, at.hazard, hazard) : []
    }),
  ]
}

function otherwiseIn(phase: Phase, there: Hazard, hazard: Hazard): string[] {
  const others = there.effects.filter(({ effect }, i) => hazard.effects[i]?.effect !== effect)
  return [
    `  in ${phase}: ${VERDICT_WORDS[there.verdict]}`,
    ...others.map(({ flow, effect, why }) => `    ${flow}  ${EFFECT_WORDS[effect]}: ${why}`),
  ]
}

function justification({ justification: { status, where, reason } }: Site): string {
  const at = where === null ? '' : ` in a ${where}`
  return `${status}${at}${reason === null ? '' : `: ${reason}`}`
}
