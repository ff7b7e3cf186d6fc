import { PHASES, type Phase } from '../core/report/schema.js'
import { html, type View } from './elements.js'
import type { PanelAction, PanelState } from './panelState.js'

type Dispatch = (action: PanelAction) => void

interface Choice {
  readonly value: string
  readonly text: string
  readonly action: PanelAction
}

const SITUATIONS: readonly Choice[] = [
  { value: 'live-update', text: 'Live update', action: { type: 'situation', situation: 'live-update' } },
  { value: 'cold-boot', text: 'Cold boot', action: { type: 'situation', situation: 'cold-boot' } },
]

const GUARDS: readonly Choice[] = [
  { value: 'off', text: 'Off', action: { type: 'guard', guarded: false } },
  { value: 'on', text: 'On', action: { type: 'guard', guarded: true } },
]

const PHASE_CHOICES: readonly Choice[] = (['shutdown', 'boot', 'userspace'] as const).map((phase) => ({
  value: phase,
  text: phase,
  action: { type: 'phase', phase },
}))

/** What is compared: cold boot against live update, guard on against guard off, and the phase of the window. */
export function togglesView(dispatch: Dispatch): View<PanelState> {
  const situation = radioGroup('Situation', 'situation', SITUATIONS, dispatch)
  const guard = radioGroup('Guard', 'guard', GUARDS, dispatch)
  const phase = radioGroup('Phase', 'phase', PHASE_CHOICES, dispatch)
  const scenario = scenarioSelect(dispatch)
  const element = html('div', { class: 'toggles' }, situation.element, guard.element, phase.element, scenario.element)
  return {
    element,
    update(state) {
      situation.choose(state.situation)
      guard.choose(state.guarded ? 'on' : 'off')
      phase.choose(state.phase)
      phase.mark(reachingPhases(state))
      scenario.update(state)
      situation.element.hidden = guard.element.hidden = state.scenario === null
    },
  }
}

/** Phases with a path to the site; all of them when there is no site to ask. */
function reachingPhases({ shown }: PanelState): readonly Phase[] {
  const site = shown?.site
  return site ? PHASES.filter((phase) => site.phases[phase].reachable) : PHASES
}

function radioGroup(legend: string, name: string, choices: readonly Choice[], dispatch: Dispatch) {
  const inputs = choices.map(({ value, action }) => {
    const input = html('input', { type: 'radio', name, value })
    input.addEventListener('change', () => dispatch(action))
    return input
  })
  const labels = choices.map(({ text }, i) => html('label', {}, inputs[i]!, html('span', { class: 'choice' }, text)))
  const element = html('fieldset', { class: 'toggle' }, html('legend', {}, legend), ...labels)
  return {
    element,
    choose: (value: string) => {
      for (const input of inputs) input.checked = input.value === value
    },
    mark: (values: readonly string[]) => {
      inputs.forEach((input, i) => {
        const reached = values.includes(input.value)
        labels[i]!.classList.toggle('unreached', !reached)
        labels[i]!.title = reached ? '' : 'No path leads to this write in this phase'
      })
    },
  }
}

/** Other ways in which the kernel writes the same registers. */
function scenarioSelect(dispatch: Dispatch): View<PanelState> {
  const select = html('select', {})
  select.addEventListener('change', () => dispatch({ type: 'scenario', id: select.value }))
  const element = html('label', { class: 'scenario' }, html('span', { class: 'scenario-name' }, 'Scenario'), select)
  let listed: unknown = null
  return {
    element,
    update({ feature, scenario }) {
      element.hidden = scenario === null
      if (listed !== feature)
        select.replaceChildren(
          ...(feature?.scenarios ?? []).map(({ id, title }) => html('option', { value: id }, title)),
        )
      listed = feature
      if (scenario) select.value = scenario.id
    },
  }
}
