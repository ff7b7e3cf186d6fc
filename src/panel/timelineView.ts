import type { Step, Timeline } from '../core/device/timeline.js'
import { html, section, setAttributes, symbol, type View } from './elements.js'
import { currentStep, lastStep, type PanelAction, type PanelState } from './panelState.js'

type Dispatch = (action: PanelAction) => void

/** The writes one after the other, to step through or to play. */
export function timelineView(dispatch: Dispatch): View<PanelState> {
  const previous = iconButton('previous', 'Previous step', () => dispatch({ type: 'step', to: 'previous' }))
  const next = iconButton('next', 'Next step', () => dispatch({ type: 'step', to: 'next' }))
  const playing = html('button', { type: 'button', class: 'icon' })
  let plays = false
  playing.addEventListener('click', () => dispatch({ type: plays ? 'pause' : 'play' }))
  const steps = html('ol', { class: 'steps' })
  const told = html('p', { class: 'told', role: 'status' })
  const keys = html('span', { class: 'keys' }, '← → step, space plays')
  const bar = html('div', { class: 'bar', role: 'group', 'aria-label': 'Playback' }, previous, playing, next, keys)
  const element = section('Timeline', 'timeline', bar, steps, told)
  let listed: Timeline | null = null
  return {
    element,
    update(state) {
      const timeline = state.simulation?.timeline ?? null
      element.hidden = timeline === null
      plays = state.playing
      setAttributes(playing, { 'aria-label': plays ? 'Pause' : 'Play', title: plays ? 'Pause' : 'Play' })
      playing.replaceChildren(symbol(plays ? 'pause' : 'play'))
      // Kept focusable at the ends: a button that goes dead under the finger loses the keyboard's place.
      setAttributes(previous, { 'aria-disabled': state.step === 0 ? 'true' : 'false' })
      setAttributes(next, { 'aria-disabled': state.step === lastStep(state) ? 'true' : 'false' })
      if (timeline !== listed) steps.replaceChildren(...(timeline?.steps ?? []).map((step) => stepItem(step, dispatch)))
      listed = timeline
      markCurrent(steps, state.step)
      const step = currentStep(state)
      told.textContent = step ? tell(step) : ''
    },
  }
}

function iconButton(icon: 'previous' | 'next', label: string, act: () => void): HTMLButtonElement {
  const button = html('button', { type: 'button', class: 'icon', 'aria-label': label, title: label }, symbol(icon))
  button.addEventListener('click', act)
  return button
}

function stepItem(step: Step, dispatch: Dispatch): HTMLElement {
  const label = step.write ? step.write.text : 'handed over'
  const button = html(
    'button',
    { type: 'button', class: `step step-${step.outcome}` },
    html('span', { class: 'number' }, String(step.number)),
    html('span', { class: 'label' }, label),
    ...(step.outcome === 'skipped' ? [html('span', { class: 'tag' }, 'skipped')] : []),
    ...(step.outcome === 'lost' ? [html('span', { class: 'tag' }, 'lost')] : []),
  )
  button.addEventListener('click', () => dispatch({ type: 'step', to: step.number }))
  return html('li', {}, button)
}

function markCurrent(steps: HTMLElement, current: number): void {
  steps.querySelectorAll('button').forEach((button, i) => {
    setAttributes(button, { 'aria-current': i === current ? 'step' : null })
  })
}

/** The step in a sentence, which screen readers hear at every step. */
function tell({ number, write, values, outcome, flows }: Step): string {
  if (!write || !values) return 'Step 0: the device as the old kernel hands it over, with its traffic running.'
  if (outcome === 'skipped') return `Step ${number}: the guard skips ${write.text}.`
  if (outcome === 'lost') return `Step ${number}: ${write.text} does not reach the function.`
  const cut = flows.filter(({ state, live }) => state === 'cut' && live).map(({ flow }) => flow)
  const result = cut.length > 0 ? `Cut now: ${cut.join(', ')}.` : 'No running flow is cut now.'
  const change =
    values.before === values.after
      ? `${write.register.name} stays 0x${hex(values.after, write.register.width)}`
      : `${write.register.name} goes from 0x${hex(values.before, write.register.width)} to 0x${hex(values.after, write.register.width)}`
  return `Step ${number}: ${change}. ${result}`
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width * 2, '0')
}
