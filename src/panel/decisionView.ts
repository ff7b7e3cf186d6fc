import type { Feature, Statement } from '../core/device/features/defineFeature.js'
import { sourceTitle } from '../core/device/sources.js'
import { DECISION_WORDS } from '../core/device/wording.js'
import { html, section, type View } from './elements.js'
import type { PanelState } from './panelState.js'

/** What upstream decided about the feature, each sentence with its source. No part of the simulation. */
export function decisionView(): View<PanelState> {
  const body = html('div', {})
  const element = section('Decision', 'decision', body)
  let drawn: unknown
  return {
    element,
    update({ feature, shown }) {
      const hazard = shown?.site?.hazard ?? null
      const key = feature ?? hazard
      if (key === drawn) return
      drawn = key
      if (feature) body.replaceChildren(...featureText(feature))
      else body.replaceChildren(html('p', { class: 'lead' }, DECISION_WORDS[hazard?.decision ?? 'open']))
    },
  }
}

function featureText({ decision, owner, page }: Feature): readonly Node[] {
  return [
    html('p', { class: 'lead' }, html('strong', {}, DECISION_WORDS[decision.is]), ' ', cite(decision.source)),
    html('p', { class: 'owner' }, `Owner: ${owner}`),
    ...statements('What upstream decided', page.decided),
    ...statements('Why a preserved device needs it', page.why),
    ...statements('Why the cold-boot flow cannot be used', page.coldBoot),
  ]
}

function statements(title: string, list: readonly Statement[]): readonly Node[] {
  const items = list.map(({ text, source }) => html('li', {}, text, ' ', cite(source)))
  return [html('h3', {}, title), html('ul', { class: 'statements' }, ...items)]
}

function cite(source: string): HTMLElement {
  return html('cite', { title: sourceTitle(source) }, source)
}
