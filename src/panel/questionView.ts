import { placeName } from '../core/device/fabric.js'
import { featureNamed } from '../core/device/features/index.js'
import { VERDICT_WORDS } from '../core/device/wording.js'
import type { Verdict } from '../core/report/schema.js'
import { html, type SymbolName, symbol, type View } from './elements.js'
import { locationButton, type OpenLocation } from './location.js'
import { type PanelState, shownHazard, showsWorstCase } from './panelState.js'
import { lowerFirst, upperFirst } from './sentence.js'

const VERDICT_SYMBOLS: Readonly<Record<Verdict, SymbolName>> = {
  breaks: 'cross',
  disturbs: 'wave',
  safe: 'check',
  expected: 'check',
  unknown: 'question',
}

/** The head: which write, the question, and the answer in one line. */
export function questionView(open: OpenLocation): View<PanelState> {
  const subject = html('div', { class: 'subject' })
  const answer = html('p', { class: 'answer', role: 'status' })
  const caution = html('p', { class: 'caution' })
  const element = html('header', { class: 'question' }, subject, answer, caution)
  let drawn: unknown = null
  return {
    element,
    update(state) {
      if (drawn !== state.shown || state.scenario === null) subject.replaceChildren(...subjectOf(state, open))
      else replaceHeading(subject, state)
      drawn = state.shown
      answer.replaceChildren(...answerTo(state))
      caution.hidden = !showsWorstCase(state)
      caution.textContent = caution.hidden
        ? ''
        : 'The review could not resolve what this write puts in. What is played here is the worst case.'
    },
  }
}

function subjectOf(state: PanelState, open: OpenLocation): readonly Node[] {
  const { shown } = state
  if (!shown) return [html('h1', {}, 'No write chosen')]
  const { finding, site } = shown
  const nodes: Node[] = []
  if (finding)
    nodes.push(
      html('p', { class: 'finding' }, html('code', { class: 'rule' }, finding.rule), html('span', {}, finding.message)),
    )
  nodes.push(html('h1', {}, title(state)), html('p', { class: 'ask' }, question(state)))
  if (site)
    nodes.push(
      html(
        'p',
        { class: 'where' },
        html('code', {}, `${site.callee}()`),
        ' in ',
        html('code', {}, `${site.function}()`),
        ' at ',
        locationButton(site.file, site.line, `${site.file}:${site.line}`, open),
      ),
    )
  return nodes
}

function replaceHeading(subject: HTMLElement, state: PanelState): void {
  for (const [selector, text] of [
    ['h1', title(state)],
    ['.ask', question(state)],
  ] as const) {
    const element = subject.querySelector(selector)
    if (element && element.textContent !== text) element.textContent = text
  }
}

function title({ scenario, feature, shown }: PanelState): string {
  if (scenario && feature) return `${feature.title}: ${lowerFirst(scenario.title)}`
  const fields = shown?.site?.fields ?? []
  const features = [...new Set(fields.map((field) => featureNamed(field.feature)?.title ?? field.feature))]
  return features.length > 0 ? features.join(', ') : 'A write that is not resolved'
}

function question({ simulation, scenario, shown }: PanelState): string {
  if (simulation && scenario) {
    const writes = simulation.timeline.steps.flatMap(({ write }) => (write ? [write.text] : []))
    return `What does ${writes.join(', then ')} on ${placeName(scenario.on)} do to a device in use?`
  }
  const registers = [...new Set((shown?.site?.fields ?? []).map((field) => field.register))]
  return `What does ${registers.length > 0 ? `a write of ${registers.join(', ')}` : 'this write'} do to a device in use?`
}

function answerTo(state: PanelState): readonly (Node | string)[] {
  const { shown, simulation } = state
  if (!shown) return []
  const told = simulation ?? shownHazard(state)
  const verdict = told?.verdict ?? 'unknown'
  const effects = told?.effects ?? []
  const hit = effects.filter(({ flow, effect }) => shown.flows.includes(flow) && effect === verdict)
  const which = hit.length > 0 ? `: ${hit.map(({ flow }) => flow).join(', ')}` : ''
  return [
    html('span', { class: `verdict verdict-${verdict}` }, symbol(VERDICT_SYMBOLS[verdict])),
    html('span', {}, html('strong', {}, `${upperFirst(VERDICT_WORDS[verdict])}${which}`)),
    html('span', { class: 'profile' }, `promised: ${shown.flows.join(', ') || 'none'}`),
  ]
}
