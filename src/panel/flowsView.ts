import type { FlowEffect } from '../core/device/effect.js'
import type { FlowAt } from '../core/device/timeline.js'
import { trafficFlows } from '../core/device/traffic.js'
import { EFFECT_WORDS, STATE_WORDS } from '../core/device/wording.js'
import type { Effect } from '../core/report/schema.js'
import { html, type SymbolName, section, symbol, type View } from './elements.js'
import { currentStep, type PanelState, shownHazard } from './panelState.js'
import { upperFirst } from './sentence.js'

const EFFECT_SYMBOLS: Readonly<Record<Effect, SymbolName>> = {
  breaks: 'cross',
  disturbs: 'wave',
  none: 'check',
  unknown: 'question',
}

/** Every flow: what the whole sequence does to it and why, and how it stands at this step. */
export function flowsView(): View<PanelState> {
  const list = html('ul', { class: 'flows' })
  const element = section('Flows', 'flows', list)
  return {
    element,
    update(state) {
      const effects = state.simulation?.effects ?? shownHazard(state)?.effects ?? []
      const step = currentStep(state)
      list.replaceChildren(
        ...effects.map((effect) =>
          flowItem(effect, step?.flows.find(({ flow }) => flow === effect.flow) ?? null, isPromised(state, effect)),
        ),
      )
    },
  }
}

function isPromised({ shown }: PanelState, { flow }: FlowEffect): boolean {
  return shown?.flows.includes(flow) ?? false
}

function flowItem(effect: FlowEffect, now: FlowAt | null, promised: boolean): HTMLElement {
  const model = trafficFlows.find(({ flow }) => flow === effect.flow)
  const parts: Node[] = [
    html(
      'div',
      { class: 'flow-head' },
      html('span', { class: 'effect-symbol' }, symbol(EFFECT_SYMBOLS[effect.effect])),
      html('strong', { class: 'flow-name' }, effect.flow),
      html('span', { class: 'effect' }, EFFECT_WORDS[effect.effect]),
      ...(promised ? [html('span', { class: 'tag' }, 'promised')] : []),
    ),
  ]
  if (model) parts.push(html('p', { class: 'what' }, upperFirst(model.what)))
  parts.push(html('p', { class: 'why' }, upperFirst(effect.why)))
  if (now) parts.push(html('p', { class: 'now' }, `At this step it ${standing(now)}.`))
  return html('li', { class: `flow flow-${effect.effect}`, 'data-flow': effect.flow }, ...parts)
}

function standing(now: FlowAt): string {
  if (now.live) return STATE_WORDS[now.state]
  return now.state === 'cut' ? 'rests, and would be cut' : 'rests, and would go through'
}
