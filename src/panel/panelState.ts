/**
 * What the panel shows, as a pure function of messages and clicks: no DOM, no timer. The simulation is run here again
 * whenever the question changes, so what is drawn is never older than the toggles above it.
 */

import type { Feature, Scenario } from '../core/device/features/defineFeature.js'
import { featureNamed, scenario as scenarioWithId } from '../core/device/features/index.js'
import { hazardIn } from '../core/device/phaseHazards.js'
import { type Simulation, simulateWrites } from '../core/device/simulate.js'
import type { Situation, Step } from '../core/device/timeline.js'
import { type Hazard, PHASES, type Phase } from '../core/report/schema.js'
import type { ShowMessage } from '../protocol/panel.js'

export interface PanelState {
  /** What the extension asked to show; null until its first message. */
  readonly shown: ShowMessage | null
  readonly feature: Feature | null
  readonly scenario: Scenario | null
  readonly phase: Phase
  readonly situation: Situation
  readonly guarded: boolean
  /** Null if the device model has no scenario for the write. */
  readonly simulation: Simulation | null
  readonly step: number
  readonly playing: boolean
}

export type PanelAction =
  | { readonly type: 'show'; readonly message: ShowMessage }
  | { readonly type: 'step'; readonly to: number | 'previous' | 'next' | 'first' | 'last' }
  | { readonly type: 'play' }
  | { readonly type: 'pause' }
  /** The clock of the shell, while it plays. */
  | { readonly type: 'tick' }
  | { readonly type: 'situation'; readonly situation: Situation }
  | { readonly type: 'guard'; readonly guarded: boolean }
  | { readonly type: 'phase'; readonly phase: Phase }
  | { readonly type: 'scenario'; readonly id: string }

export const emptyState: PanelState = {
  shown: null,
  feature: null,
  scenario: null,
  phase: 'boot',
  situation: 'live-update',
  guarded: false,
  simulation: null,
  step: 0,
  playing: false,
}

export function reduce(state: PanelState, action: PanelAction): PanelState {
  switch (action.type) {
    case 'show':
      return show(action.message)
    case 'step':
      return { ...state, step: stepTo(state, action.to), playing: false }
    case 'play':
      return play(state)
    case 'pause':
      return { ...state, playing: false }
    case 'tick':
      return tick(state)
    case 'situation':
      return simulateAgain({ ...state, situation: action.situation })
    case 'guard':
      return simulateAgain({ ...state, guarded: action.guarded })
    case 'phase':
      return simulateAgain({ ...state, phase: action.phase })
    case 'scenario':
      return withScenario({ ...state, playing: false }, action.id)
  }
}

/** The step that is looked at, or null without a simulation. */
export function currentStep({ simulation, step }: PanelState): Step | null {
  return simulation?.timeline.steps[step] ?? null
}

export function lastStep({ simulation }: PanelState): number {
  return simulation ? simulation.timeline.steps.length - 1 : 0
}

/** What the site's write does in the phase that is looked at. */
export function shownHazard({ shown, phase }: PanelState): Hazard | null {
  return shown?.site ? hazardIn(shown.site, phase) : null
}

/** True if the site's value is not resolved: the scenario then shows the worst case and not what the code does. */
export function showsWorstCase({ shown, scenario }: PanelState): boolean {
  return shown?.site?.hazard.verdict === 'unknown' && scenario !== null && scenario.id === shown.scenario
}

function show(message: ShowMessage): PanelState {
  const state = { ...emptyState, shown: message, phase: firstPhase(message) }
  // Where no scenario shows just this write, what is decided about its registers is told all the same.
  const named =
    message.scenario === null ? { ...state, feature: featureOfSite(message) } : withScenario(state, message.scenario)
  // The written state is the answer that was asked for; the hand-over is one step back.
  return { ...named, step: lastStep(named) }
}

/** The feature of the first of its fields whose decision is the one that the site's hazard gives. */
function featureOfSite({ site }: ShowMessage): Feature | null {
  const features = (site?.fields ?? []).flatMap((field) => featureNamed(field.feature) ?? [])
  return features.find(({ decision }) => decision.is === site?.hazard.decision) ?? null
}

/** The asked phase, or the first with a path (one that counts, if there is one), or the scenario's own. */
function firstPhase({ phase, site, scenario }: ShowMessage): Phase {
  const paths = PHASES.flatMap((one) => {
    const path = site?.phases[one]
    return path?.reachable ? [{ one, counts: path.counts }] : []
  })
  const reached = (paths.find(({ counts }) => counts) ?? paths[0])?.one
  const own = scenario === null ? undefined : scenarioWithId(scenario)?.phase
  return phase ?? reached ?? own ?? 'boot'
}

function withScenario(state: PanelState, id: string): PanelState {
  const scenario = scenarioWithId(id)
  const feature = featureNamed(id.split('/')[0] ?? '')
  const again = simulateAgain({ ...state, feature, scenario })
  return { ...again, step: lastStep(again) }
}

function simulateAgain(state: PanelState): PanelState {
  const { scenario, phase, situation, guarded, shown } = state
  if (!scenario || !shown) return { ...state, simulation: null, step: 0, playing: false }
  const result = simulateWrites({ ...scenario, phase, situation, guarded, flows: shown.flows })
  const next = { ...state, simulation: 'problem' in result ? null : result }
  return { ...next, step: Math.min(state.step, lastStep(next)) }
}

function stepTo(state: PanelState, to: number | 'previous' | 'next' | 'first' | 'last'): number {
  const last = lastStep(state)
  if (to === 'first') return 0
  if (to === 'last') return last
  const wanted = to === 'previous' ? state.step - 1 : to === 'next' ? state.step + 1 : to
  return Math.max(0, Math.min(last, wanted))
}

/** From the end it starts over. */
function play(state: PanelState): PanelState {
  const last = lastStep(state)
  if (last === 0) return state
  return { ...state, playing: true, step: state.step === last ? 0 : state.step }
}

function tick(state: PanelState): PanelState {
  if (!state.playing) return state
  const step = stepTo(state, 'next')
  return { ...state, step, playing: step < lastStep(state) }
}
