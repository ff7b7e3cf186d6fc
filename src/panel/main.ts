/** The panel's shell: takes messages, keeps the state, runs the clock, and hands the state to the views. */
import type { FromPanel, ToPanel } from '../protocol/panel.js'
import { configSpaceView } from './configSpaceView.js'
import { decisionView } from './decisionView.js'
import { html, type View } from './elements.js'
import { flowsView } from './flowsView.js'
import './main.css'
import { machineView } from './machineView.js'
import { emptyState, type PanelAction, type PanelState, reduce } from './panelState.js'
import { pathView } from './pathView.js'
import { questionView } from './questionView.js'
import { timelineView } from './timelineView.js'
import { togglesView } from './togglesView.js'

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void }

const TICK_MS = 1200

const host = acquireVsCodeApi()
const open = (file: string, line: number) => host.postMessage({ type: 'openLocation', file, line })

let state = emptyState
let clock: ReturnType<typeof setInterval> | null = null

const question = questionView(open)
const toggles = togglesView(dispatch)
const timeline = timelineView(dispatch)
const machine = machineView()
const configSpace = configSpaceView()
const flows = flowsView()
const path = pathView(open)
const decision = decisionView()
const views: readonly View<PanelState>[] = [question, toggles, timeline, machine, configSpace, flows, path, decision]

const waiting = html(
  'p',
  { class: 'waiting' },
  'Choose “Explain on the device” on a finding to see what its write does.',
)
const content = html(
  'div',
  { class: 'content', hidden: true },
  question.element,
  toggles.element,
  html(
    'div',
    { class: 'columns' },
    html('div', { class: 'column' }, machine.element, timeline.element, configSpace.element),
    html('div', { class: 'column' }, flows.element, path.element, decision.element),
  ),
)
document.getElementById('panel')?.replaceChildren(waiting, content)

function dispatch(action: PanelAction): void {
  state = reduce(state, action)
  waiting.hidden = state.shown !== null
  content.hidden = state.shown === null
  if (state.shown) for (const view of views) view.update(state)
  if (state.playing) clock ??= setInterval(() => dispatch({ type: 'tick' }), TICK_MS)
  else if (clock !== null) {
    clearInterval(clock)
    clock = null
  }
}

window.addEventListener('message', ({ data }: MessageEvent<ToPanel | undefined>) => {
  if (data?.type === 'show') dispatch({ type: 'show', message: data })
})

/** Arrow keys belong to a radio group or a list while it has the focus, and space to a button. */
document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof Element)) return
  if (event.target.closest('input, select, textarea')) return
  const action = actionFor(event.key, event.target.closest('button, summary') !== null)
  if (!action) return
  event.preventDefault()
  dispatch(action)
})

function actionFor(key: string, onButton: boolean): PanelAction | null {
  if (key === 'ArrowLeft') return { type: 'step', to: 'previous' }
  if (key === 'ArrowRight') return { type: 'step', to: 'next' }
  if (key === ' ' && !onButton) return { type: state.playing ? 'pause' : 'play' }
  return null
}

host.postMessage({ type: 'ready' })
